import { wordSet } from './word-list.ts';

/**
 * Whether both are words, and one could be taken for a slip of the hand at the other.
 *
 * @param short the shorter one, if they differ in length
 */
export function areLookalikes(short: string, long: string): boolean {
  return LOOKALIKES.has(`${short}/${long}`) || LOOKALIKES.has(`${long}/${short}`);
}

/**
 * All pairs of lemmas in Debian's word list wamerican 2020.12.07 (SCOWL, copyright 2000-2011 Kevin Atkinson, free for any
 * use with this notice) that differ by two swapped letters, or by one letter inside a word of seven or more.
 */
const LOOKALIKES = wordSet(`
able/bale accouterments/accoutrements acetic/ascetic acme/came acne/cane acre/care action/auction action/cation
acts/cats addition/addiction additive/addictive adds/dads adze/daze aesthetic/anesthetic albs/labs alien/aline
alight/alright alms/lams alter/later alteration/altercation alteration/alternation altitude/latitude alts/lats
amenable/amendable amiability/amicability amiable/amicable amiably/amicably amid/maid ample/maple amps/maps
ampule/ampoule anther/another apes/apse appal/papal apprise/appraise apps/paps arcing/arcking arid/raid
aright/alright arise/raise armful/armsful arms/rams around/aground arrest/armrest arts/rats asps/saps
astray/ashtray automaton/automation averse/adverse awry/wary backboard/blackboard backer/blacker
backlash/backslash backside/backslide badder/bladder badness/baldness banana/bandana bandana/bandanna
banister/bannister banker/blanker baptistry/baptistery bard/brad barely/barley barn/bran barney/blarney
bars/bras basis/bassi bast/bats beaker/bleaker beaker/breaker beat/beta beatification/beautification
beatify/beautify bender/blender beside/bedside best/bets binder/blinder bitten/bittern blot/bolt
bluster/baluster boater/boaster boiler/broiler bolder/boulder bolder/bowlder border/boarder bother/brother
bought/brought bowler/bowlder breath/breadth brinkmanship/brinksmanship bronco/broncho brunt/burnt
buffer/bluffer bugle/bulge bugler/bungler burger/burgher bust/buts buster/bluster busy/buys cackle/crackle
caldron/cauldron callus/callous calm/clam camber/chamber camber/clamber camomile/chamomile cancel/chancel
canter/chanter caplet/chaplet carousel/carrousel carp/crap carton/cartoon carve/crave casino/cassino cast/cats
caster/chaster caster/coaster casual/causal casually/causally cataloger/cataloguer catcall/catchall
cation/caption cation/caution cattily/chattily celerity/celebrity cement/clement chalet/chaplet chanty/chantey
charwoman/chairwoman charwomen/chairwomen chaser/chaster chicer/choicer chitlins/chitlings chlorine/chloride
choosy/choosey citrus/citrous civies/civvies clarinetist/clarinettist cleaner/cleanser clever/cleaver
climatic/climactic clod/cold clot/colt coal/cola coconut/cocoanut code/coed collie/collide comically/cosmically
commander/commandeer compete/complete complaint/compliant concave/conclave conducive/conductive confer/conifer
congenial/congenital congenially/congenitally contact/contract continent/contingent copper/chopper
copper/cropper copulae/copulate coquette/croquette corespondent/correspondent corneal/cornmeal corner/coroner
cornet/coronet corny/crony coroner/crooner corp/crop corporal/corporeal cosign/consign cost/cots
countess/countless county/country covert/convert create/cremate creation/cremation creep/crepe crispy/crisply
crochet/crotchet crossbred/crossbreed crud/curd cruller/crueller crumby/crumbly crust/curst cupful/cupsful
cups/cusp curtly/courtly curtsy/curtsey cutter/clutter dairy/diary decant/descant decease/decrease
decent/descent deducible/deductible defect/deflect defection/defecation defection/deflection defector/deflector
deification/edification deify/edify delete/deplete deletion/depletion demagogy/demagogry demonic/demoniac
denture/denature deprecate/depreciate deprecation/depreciation derivation/deprivation derive/deprive
desert/dessert devilry/deviltry devote/devotee dextrous/dexterous dextrously/dexterously dibble/dribble
dies/ides dinker/drinker discreet/discrete dishonesty/dishonestly does/dose does/odes door/odor doughy/doughty
drably/durably dragon/dragoon dumfound/dumbfound ears/eras earthy/earthly east/eats egocentric/geocentric
egoism/egotism egoist/egotist egoistic/egotistic emirate/emigrate emotion/emoticon employe/employee
erring/earring escape/escapee etch/tech eternal/external eternally/externally ethically/ethnically ever/veer
evil/veil ewer/weer ewes/wees except/excerpt expatiate/expatriate expiation/expiration faction/fraction
factional/fractional fainer/fainter farmer/framer fart/frat fast/fats father/farther father/feather
fatness/fastness fatness/flatness fatten/flatten fatter/flatter fattest/flattest faulty/faculty feat/feta
feeler/feebler fiction/friction fief/fife filtrable/filterable finale/finagle fist/fits fitful/fistful
fitter/fritter fizzle/frizzle fledgling/fledgeling fleshy/fleshly flextime/flexitime flotation/floatation
flukey/flunkey flunky/flunkey fonder/founder forbear/forebear forbore/forborne forgather/foregather
forger/forager forgone/foregone form/from formulae/formulate forswear/foreswear forswore/foreswore
forsworn/foresworn forth/froth forwent/forewent founder/flounder frailer/fragiler franchise/franchisee
freeman/freedman freemen/freedmen freshen/freshmen fright/freight fulness/foulness funeral/funereal
fungus/fungous galley/gallery gallon/galleon gander/grander gantlet/gauntlet gaps/gasp garage/garbage garb/grab
garish/garnish garote/garotte garote/garrote garotte/garrotte garrote/garrotte garter/grater gayness/grayness
genial/genital gentle/gentile geranium/germanium gibber/glibber gimmicky/gimmickry gingko/ginkgo gird/grid
girt/grit gnus/guns gore/ogre gradation/graduation grader/grander grandad/granddad grander/grandeur
grater/grafter grater/greater grisly/gristly guerilla/guerrilla gust/guts gusty/gutsy habitation/habituation
hairbreadth/hairsbreadth handcraft/handicraft handful/handsful handwork/handiwork harder/hoarder hardly/hardily
harken/hearken harness/hardness heater/heather heretic/hermetic heritage/hermitage hide/hied hoes/hose
homeboy/homebody honesty/honestly hostler/hosteler houmus/houmous humanly/humanely humanness/humaneness
hurler/hurdler hydrae/hydrate hydralazine/hydroxyzine idly/idyl immodesty/immodestly immoral/immortal
immorality/immortality immorally/immortally imperil/imperial imperious/impervious implement/impalement
impudence/imprudence impudent/imprudent inanely/insanely inaner/insaner inanity/insanity inbred/inbreed
infarction/infraction infect/inflect infection/inflection inhumanly/inhumanely inking/inkling inline/incline
insect/inspect insolent/insolvent inter/niter interbred/interbreed interment/internment interne/internee
internment/internement internship/interneship intestate/interstate inulin/insulin isms/sims isotopic/isotropic
jealousy/jealously jest/jets jujitsu/jiujitsu just/juts kidnaper/kidnapper kinship/kingship lair/liar
lambkin/lambskin lament/lambent lander/launder last/lats lather/leather leaner/learner legate/legatee leis/lies
lest/lets liability/livability liable/likable liable/livable liar/lira license/licensee lief/life lien/line
likableness/likeableness linage/lineage linage/linkage lineman/linesman linemen/linesmen lion/loin lips/lisp
litter/littler lost/lots macintosh/mackintosh madrasa/madrassa manger/manager manger/mangler manikin/mannikin
mantelpiece/mantlepiece marital/martial martin/martian mast/mats mastery/masterly matzoh/matzoth
mazurka/mazourka meaner/meander meat/meta medial/medical mediate/medicate mediate/meditate mediation/medication
mediation/meditation meet/mete mender/meander mien/mine minster/minister minuet/minute misery/miserly
mislay/misplay misled/mislead mister/minster mister/moister modesty/modestly moniker/monicker mono/moon
morality/mortality morally/mortally mortgage/mortgagee mostly/moistly mustache/moustache nest/nets
nether/neither neural/neutral neuron/neutron nighty/nightly noes/nose noes/ones nous/onus nuclear/unclear
nuder/under numskull/numbskull nutrient/nutriment option/potion opts/pots orbs/robs ordnance/ordinance ores/roes
oust/outs outage/outrage outlay/outplay overate/overrate overbore/overborne overeat/overheat overhead/overheard
overlay/overplay overly/overlay overly/overtly overpay/overplay overshot/overshoot owes/woes
pacemaker/peacemaker packet/placket pailful/pailsful palatal/palatial palate/palpate palmist/psalmist
parakeet/parrakeet parley/parsley parole/parolee passerby/passersby past/pats pastie/pastime pasty/patsy
patent/patient patently/patiently patter/platter payable/playable payoff/playoff peasant/pheasant
peasant/pleasant peasantry/pleasantry pedant/pendant perfect/prefect perineal/peroneal peroration/perforation
personae/personage pest/pets pettily/prettily pickle/prickle piggish/priggish pimento/pimiento pizazz/pizzazz
plaint/pliant plaster/pilaster polo/pool poplar/popular porn/pron post/pots potable/portable potent/portent
pothole/porthole potion/portion potter/plotter prediction/predication predictive/predicative prelude/preclude
preset/present pride/pried primer/primmer privater/privateer programer/programmer prolog/prolong proper/prosper
prostate/prostrate pumper/plumper punchy/paunchy punter/punster purser/pursuer pusher/plusher quiet/quite
racoon/raccoon radial/radical radially/radically raggedy/raggedly raider/rapider raps/rasp raster/roaster
really/regally realty/reality rectal/recital rector/reactor reenter/recenter refuge/refugee regent/reagent
relive/relieve reminder/remainder renter/reenter reorder/recorder reps/resp reread/retread resell/respell
reside/residue restaurateur/restauranteur retain/retrain retire/retiree retrain/restrain revere/reverie
revere/reverse revery/revelry rigmarole/rigamarole roaster/roadster roes/rose rogue/rouge rooter/rooster
roster/roaster roster/roister roster/rooster roundness/rotundness rude/rued rues/ruse ruination/rumination
ruination/urination runs/urns runway/runaway rust/ruts saddle/swaddle saline/saltine sallow/shallow
sallow/swallow sallower/shallower salt/slat salvation/salivation salve/slave salver/slaver sandal/scandal
sander/slander sang/snag saps/spas satin/stain savage/salvage sawn/swan schlep/schlepp schmalz/schmaltz
schmalzy/schmaltzy sear/sera seeker/sleeker seller/sheller seller/speller seller/sweller sender/slender
sender/spender sentence/sentience sentient/sentiment septic/skeptic serous/serious setter/settler sexing/sexting
sheikdom/sheikhdom sherbet/sherbert sherd/shred shlemiel/schlemiel shlepp/schlepp shlock/schlock
shlocky/schlocky shogun/shotgun shriek/shrike shtick/schtick sicker/slicker sicker/snicker sicker/sticker
sickly/slickly sickness/slickness sideshow/slideshow sifter/snifter sifter/swifter sign/sing signer/singer
silly/slily silt/slit silver/sliver simmer/shimmer simmer/slimmer simmer/swimmer simper/simpler
simulate/stimulate simulation/stimulation singer/stinger singer/swinger single/shingle sinker/stinker
sinner/spinner sitter/skitter sitter/slitter sizzle/swizzle slicer/slicker slicer/splicer slider/solider
sloe/sole slumbrous/slumberous smidgen/smidgeon smolder/smoulder smoothy/smoothly smother/smoother
smugger/smuggler snug/sung soberly/somberly sobriquet/soubriquet sodden/shodden soil/soli solder/smolder
solder/solider solider/stolider solidity/stolidity solidly/stolidly somberly/sombrely sorter/shorter
sparely/sparsely spareness/sparseness sparer/sparser spatter/splatter spilt/split spoonful/spoonsful
spryer/sprayer sputter/splutter staler/stabler staler/stalker staler/stapler stanch/staunch stancher/stauncher
star/tsar stater/starter statue/stature statue/statute steamer/streamer steely/steeply sticker/stickler
stinger/stringer stingy/stringy strange/strangle stranger/strangler stubby/stubbly sued/used sues/uses
suffer/snuffer suggest/smuggest suggest/snuggest suing/using sulfide/sulfite summer/slummer sunder/sounder
supper/scupper supper/suppler supplant/suppliant suppliant/supplicant surgeon/sturgeon
tablespoonful/tablespoonsful tamale/tamable tankful/thankful tarp/trap taster/toaster tatter/tattler
taxing/taxying teaspoonful/teaspoonsful teeter/tweeter temper/tempter terrain/terrapin textual/textural
there/three thicket/thickset thirty/thirsty though/through through/thorough ticker/thicker ticket/thicket
tickle/trickle tide/tied tinker/thinker tinkle/twinkle tipper/tippler tiro/trio titter/twitter toady/today
topical/tropical torn/tron tort/trot tost/tots totter/trotter tows/twos tracer/tracker trail/trial
transit/transmit treble/tremble trolly/trolley troubleshot/troubleshoot trough/through tucker/trucker
turkey/turnkey unarmed/unharmed unbiased/unbiassed underfed/underfeed underlay/underplay underlie/underline
underling/underlying underpay/underplay undershot/undershoot uneaten/unbeaten unite/untie unlock/unblock
usability/useability usurer/usurper vanish/varnish vast/vats verification/versification verify/versify
vertebrae/vertebrate vest/vets vies/vise violet/violent viscus/viscous wacker/whacker wangle/wrangle
wannabe/wannabee warily/wearily warp/wrap waxing/waxwing west/wets whimsy/whimsey whisky/whiskey whiter/whither
whodunit/whodunnit whoever/whomever whosoever/whomsoever wigeon/widgeon wiggle/wriggle wiggler/wriggler
wiggly/wriggly winery/wintery winger/wringer wintry/wintery wist/wits wither/whither wonder/wounder
wooden/woodmen woodman/woodsman woodmen/woodsmen workday/workaday worshiper/worshipper worth/wroth
xxviii/xxxviii xxxiii/xxxviii xxxvii/xxxviii yoghurt/yoghourt yogurt/yoghurt
`);
