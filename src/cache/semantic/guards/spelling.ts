import { wordGroups, wordSet } from './word-list.ts';

/**
 * One spelling for words that are spelt in several ways, given in lower case: American for British, one word for a
 * hyphenated one, the full word for a chat's. What it returns is returned as it is.
 */
export function oneSpelling(word: string): string {
  const listed = VARIANTS.get(word);
  if (listed !== undefined) return listed;
  if (word.length < 6) return word;
  return americanEnding(word);
}

/** Whether the list itself has another spelling for the word. */
export function isVariant(word: string): boolean {
  return VARIANTS.has(word);
}

function americanEnding(word: string): string {
  const our = OUR.exec(word);
  if (our?.[1] !== undefined) return `${our[1]}or${our[2]}`;
  const ise = /^(.{3,}?)(?:is(e|ed|er|ers|es|ing|ation|ations|able)|ys(e|ed|er|ers|es|ing))$/.exec(
    word,
  );
  const stem = ise?.[1];
  if (stem === undefined) return word;
  if (ise?.[3] !== undefined) return stem.endsWith('al') ? `${stem}yz${ise[3]}` : word;
  if (KEPT_ISE.has(`${stem}ise`) || !/[aeiou]/.test(stem)) return word;
  return `${stem}iz${ise?.[2] ?? ''}`;
}

const OUR =
  /^(col|fav|behavi|neighb|hon|lab|flav|hum|rum|tum|vap|od|arm|harb|vig|endeav|savi|parl|clam|splend)our(.*)$/;

/** Verbs and nouns in -ise that are spelt so in America too. */
const KEPT_ISE = wordSet(`
exercise advise promise surprise otherwise premise expertise enterprise precise raise noise praise disguise
compromise franchise supervise improvise revise devise televise despise concise paradise merchandise likewise
cruise bruise advertise arise comprise disease appraise demise excise incise guise poise mayonnaise chemise
reprise treatise clockwise anise valise turquoise porpoise tortoise malaise liaise rise wise unwise bourgeoise
circumcise chastise exorcise practise promise sunrise moonrise polonaise braise reraise promise
bolognaise hollandaise lyonnaise anticlockwise counterclockwise
`);

const VARIANTS =
  wordGroups(` hemorrhoids haemorrhoids; mold mould; molds moulds; tire tyre; tires tyres; center centre; centers centres;
theater theatre; theaters theatres; meter metre; meters metres; kilometer kilometre; kilometers kilometres;
centimeter centimetre; centimeters centimetres; millimeter millimetre; millimeters millimetres; liter litre;
liters litres; milliliter millilitre; milliliters millilitres; fiber fibre; fibers fibres; caliber calibre;
somber sombre; specter spectre; dialog dialogue; catalog catalogue; catalogs catalogues; analog analogue;
gray grey; program programme; programs programmes; airplane aeroplane; airplanes aeroplanes; aluminum aluminium;
mom mum; moms mums; math maths; enroll enrol; enrollment enrolment; fulfill fulfil; fulfillment fulfilment;
skillful skilful; license licence; licenses licences; practice practise; practices practises;
practicing practising; practiced practised; defense defence; offense offence; pretense pretence;
judgment judgement; acknowledgment acknowledgement; aging ageing; okay ok; anemia anaemia; anemic anaemic;
anesthesia anaesthesia; anesthetic anaesthetic; hemoglobin haemoglobin; hemorrhage haemorrhage;
hemorrhoid haemorrhoid; hemophilia haemophilia; edema oedema; estrogen oestrogen; esophagus oesophagus;
fetus foetus; fetal foetal; diarrhea diarrhoea diarrohea diarrhoe diarrea; pediatric paediatric;
pediatrician paediatrician; leukemia leukaemia; gynecology gynaecology; gynecologist gynaecologist;
orthopedic orthopaedic; cesarean caesarean; encyclopedia encyclopaedia; maneuver manoeuvre;
archeology archaeology; ischemia ischaemia; septicemia septicaemia; hypoglycemia hypoglycaemia;
hyperglycemia hyperglycaemia; feces faeces; celiac coeliac; dyspnea dyspnoea; apnea apnoea; sulfur sulphur;
sulfate sulphate; plow plough; molt moult; molting moulting; mustache moustache; pajamas pyjamas;
skeptical sceptical; jewelry jewellery; traveler traveller; travelers travellers; traveling travelling;
traveled travelled; canceled cancelled; canceling cancelling; cancelation cancellation; modeling modelling;
modeled modelled; labeling labelling; labeled labelled; counselor counsellor; counseling counselling;
fueling fuelling; signaling signalling; artifact artefact; artifacts artefacts; cozy cosy; yogurt yoghurt;
whiskey whisky; omelet omelette; donut doughnut; donuts doughnuts; ketchup catsup; email e-mail; emails e-mails;
wifi wi-fi; xray x-ray; xrays x-rays; tshirt t-shirt; cooperate co-operate; cooperation co-operation;
coordinate co-ordinate; online on-line; offline off-line; website web-site; websites web-sites; login log-in;
logout log-out; signup sign-up; setup set-up; backup back-up; startup start-up; startups start-ups;
smartphone smart-phone; healthcare health-care; ecommerce e-commerce; ebook e-book; ebooks e-books;
because cuz coz bcoz bcz becoz becuse; about abt; you u ya; your ur; please pls plz; thanks thx; people ppl;
without w/o; with w/; between b/w; nowadays now-a-days; vs versus v.s; tonight tonite; through thru; though tho;
night nite; definitely definately definitly; separate seperate; receive recieve; recommend recomend reccomend;
recommended recomended reccomended; beginning begining; occurred occured; tomorrow tommorow tommorrow;
weird wierd; believe beleive; achieve acheive; government goverment; environment enviroment;
pronunciation pronounciation; restaurant restaraunt; successful succesful; symptom symptome; symptoms symptomes;
until till; toward towards; among amongst; while whilst; afterward afterwards; backward backwards;
forward forwards; anyone anybody; someone somebody; everyone everybody
`);
