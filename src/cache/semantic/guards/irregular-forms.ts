import { wordGroups, wordSet } from './word-list.ts';

/** Forms of a word that no rule makes, each line beginning with the form that stands for all. */
export const IRREGULAR_FORMS = wordGroups(`
be am is are was were been being; have has had having; do does did done doing; go goes went gone going;
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became becoming;
begin began begun beginning; bend bent; bet betting; bind bound; bite bit bitten; bleed bled bleeding;
blow blew blown; break broke broken; breed bred breeding; bring brought; build built building; burn burnt burned;
buy bought; catch caught; choose chose chosen choosing; come came coming; cost costing; creep crept; cut cutting;
deal dealt; die died dying dies; dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive drove driven;
eat ate eaten; fall fell fallen; feed fed feeding; feel felt; fight fought; find found; flee fled;
fly flew flown flies; forbid forbade forbidden; forget forgot forgotten; forgive forgave forgiven;
freeze froze frozen; get got gotten getting; give gave given; grow grew grown; hang hung; hear heard;
hide hid hidden; hit hitting; hold held; hurt hurting; keep kept; kneel knelt; know knew known; lay laid;
lead led; leap leapt; learn learnt learned; leave leaving; lend lent; let letting; lie lying lied lies;
light lit; lose lost losing; make made; mean meant; meet met; pay paid; prove proven proved; put putting;
quit quitting; read reading; ride rode ridden; ring rang rung; rise rose risen; run ran running; say said says;
see saw seen seeing; seek sought; sell sold; send sent; set setting; sew sewn; shake shook shaken; shed shedding;
shine shone; shoot shot; show shown showed; shrink shrank shrunk; shut shutting; sing sang sung; sink sank sunk;
sit sat sitting; sleep slept; slide slid; smell smelt; speak spoke spoken; speed sped speeding; spell spelt;
spend spent; spill spilt; spin spun; spit spat; split splitting; spoil spoilt; spread spreading; stand stood;
steal stole stolen; stick stuck; sting stung; strike struck stricken; swear swore sworn; sweep swept;
swell swollen; swim swam swum; swing swung; take took taken; teach taught; tear tore torn; tell told;
think thought; throw threw thrown; tie tying tied ties; understand understood; undergo underwent undergone;
wake woke woken; wear wore worn; weep wept; win won winning; write wrote written writing;
analyze analyzing analyzed; breathe breathing breathed breathes; bathe bathing bathed;
control controlling controlled; cancel canceling canceled cancelling cancelled;
travel traveling traveled travelling travelled; label labeling labeled labelling labelled;
model modeling modeled modelling modelled; signal signaling signaled signalling; fuel fueling fueled fuelling;
level leveling leveled; enroll enrolling enrolled enrol enrolled; focus focusing focused focuses focussing;
bus buses; gas gases; bias biases biased; taste tasting tasted; paste pasting pasted; waste wasting wasted;
change changing changed; exchange exchanging exchanged; arrange arranging arranged;
challenge challenging challenged; range ranging ranged; plunge plunging plunged; explore exploring explored;
ignore ignoring ignored; restore restoring restored; adore adoring adored; interfere interfering interfered;
adhere adhering adhered; promote promoting promoted; compete competing competed; delete deleting deleted;
complete completing completed; invite inviting invited; unite uniting united; excite exciting excited;
escape escaping escaped; invoke invoking invoked; evoke evoking evoked; quote quoting quoted; vote voting voted;
note noting noted; devote devoting devoted; panic panicking panicked; mimic mimicking mimicked; see sees;
man men; woman women; child children; person persons; foot feet; tooth teeth; goose geese; mouse mice; ox oxen;
louse lice; knife knives; wife wives; life lives; wolf wolves; leaf leaves; half halves; shelf shelves;
loaf loaves; thief thieves; calf calves; hoof hooves; shoe shoes; movie movies; cookie cookies; calorie calories;
zombie zombies; pie pies; lens lenses; ache aches; headache headaches; stomachache stomachaches;
toothache toothaches; backache backaches; heartache heartaches; cache caches; niche niches;
create creating created; recreate recreating recreated; virus viruses; status statuses; campus campuses;
bonus bonuses; index indices indexes; matrix matrices; vertex vertices; appendix appendices; criterion criteria;
phenomenon phenomena; bacterium bacteria; medium media; datum data; curriculum curricula; symptom symptoms;
diagnosis diagnoses; analysis analyses; crisis crises; thesis theses; basis bases; hypothesis hypotheses;
axis axes; oasis oases; ellipsis ellipses; stimulus stimuli; fungus fungi; cactus cacti; nucleus nuclei;
radius radii; alumnus alumni; formula formulas formulae; vertebra vertebrae; larva larvae; antenna antennae;
alga algae; quiz quizzes; hero heroes; potato potatoes; tomato tomatoes; echo echoes
`);

/** Words that end like a form of another word and are none. */
export const UNINFLECTED = wordSet(`
news series species means always perhaps sometimes afterwards towards besides whereas lens bias gas bus
this his its us yes plus thus less unless across process access success business address progress express
stress loss boss mass class glass grass press dress mess kiss miss pass cross toss bless guess possess
virus status campus bonus focus menu census consensus corpus genus sinus uterus fetus lupus mucus nexus
analysis basis crisis thesis diagnosis prognosis hypothesis axis oasis emphasis sepsis psoriasis arthritis
hepatitis bronchitis tennis penis pelvis iris paris chris texas kansas vegas mars jesus james thomas lewis
charles williams jones davis harris dallas cyprus ies athens alps netherlands philippines maldives bahamas
mathematics physics economics politics statistics ethics genetics electronics robotics mechanics athletics
gymnastics aerobics logistics linguistics analytics diabetes rabies herpes measles mumps scabies aids
windows kubernetes redis postgres jenkins travis aws ios macos sas css dns gps sms saas sis cos
bed red shed hundred sacred naked wicked embed seed need feed speed breed weed deed exceed succeed proceed
indeed bleed greed reed steed ted fred med ied led ed infrared united
thing king ring spring string bring sing wing evening morning ceiling during nothing something anything
everything sterling wedding sibling darling herring viking beijing boeing ping ming ling ding sling swing
cling fling sting icing
headquarters barracks crossroads gallows scissors trousers pants jeans shorts glasses clothes goods
savings earnings earning
`);

/** Past participles that do not end in -ed, for telling the passive. */
export const IRREGULAR_PARTICIPLES = wordSet(`
beaten become begun bitten blown broken brought built burnt bought caught chosen cut done drawn driven eaten
fallen fed felt fought found forbidden forgotten forgiven frozen given grown heard hidden hit held hurt kept
known laid led left lent let lit lost made meant met paid proven put read ridden seen sold sent set shaken
shot shown shut sung spoken spent spread stolen struck stuck sworn taken taught told thought thrown understood
worn won written torn bred bound hung
`);
