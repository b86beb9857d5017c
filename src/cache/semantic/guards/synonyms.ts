import { wordGroups } from './word-list.ts';

/**
 * What stands for a word and all words that may replace it in nearly any question, or the lemma when the list has none.
 * Words are listed where the two are taken for each other by nearly every reader, not where they are merely near:
 * what is told apart in a trade (revenue and profit, prevent and treat) is not here. A namespace's own list comes on
 * top (`Synonyms`).
 */
export function meaningOf(text: string, lemma: string): string {
  return GROUPS.get(text) ?? GROUPS.get(lemma) ?? lemma;
}

/** Whether it is an everyday English word of the list. */
export function isListed(word: string): boolean {
  return GROUPS.has(word);
}

const GROUPS = wordGroups(`
big large huge giant enormous; small little tiny; fast quick rapid speedy swift; faster quicker;
quickly fastly rapidly swiftly; slow sluggish; buy purchase; car automobile; begin start commence;
smart intelligent clever; fix repair mend; doctor physician dr doc; child kid youngster;
remove delete eliminate erase; get obtain acquire; assist help aid; happy joyful glad cheerful; happiness joy;
sad unhappy sorrowful; scared afraid frightened fearful; scare frighten; angry furious mad enraged;
brave courageous; rich wealthy affluent; beautiful gorgeous pretty; ugly unattractive; easy simple effortless;
easily simply effortlessly; hard difficult tough; difficulty hardness; answer reply respond response;
question query; job employment occupation; company firm corporation; boss supervisor;
salary pay wage wages remuneration; rent lease; house home; apartment flat; movie film;
picture image photo photograph pic; tv television telly; phone telephone mobile cellphone smartphone mobilephone;
computer pc; internet web; bike bicycle; motorcycle motorbike; airplane plane aeroplane aircraft; truck lorry;
petrol gasoline; trip journey; street road; store shop; trash garbage rubbish; toilet restroom; sofa couch;
candy sweets; flu influenza; stomach tummy belly abdomen abdominal; stomachache bellyache; illness sickness;
sick ill unwell; pain hurt ache soreness; painful sore; itch itchiness itching; fever pyrexia;
medicine medication meds; pill pills; hypertension hbp; baby infant newborn; menstruation menses;
sex intercourse; pee urinate; poop stool feces; lump bump; zit pimple; cure heal; treat treatment;
diagnose diagnosis; recover recovery; dangerous hazardous unsafe risky; harmful damaging; exercise workout;
lose loose; thin slim slender; weigh weight; prevent prevention; stop quit cease;
improve enhance improvement enhancement; increase raise; decrease reduce lower lessen diminish reduction;
change edit modify alter modification alteration; convert conversion transform; replace substitute replacement;
create creation; build construct construction; develop development; implement implementation;
install installation; uninstall uninstallation; configure configuration; connect connection; send transmit;
show display; hide conceal; find locate; choose select pick; choice selection option; decide decision;
calculate compute calculation computation; estimate estimation; measure measurement; compare comparison;
difference distinction; differentiate distinguish; similar alike; same identical; benefit advantage perk pro;
drawback disadvantage con downside; use utilize usage utilization using; purpose function;
feature characteristic trait; type kind sort; important crucial essential vital significant;
importance significance; necessary required; famous renowned; strange odd weird; common frequent;
rare uncommon unusual; often frequently; sometimes occasionally; usually normally generally;
immediately instantly; finish complete completion; entire whole; mistake error; wrong incorrect; correct proper;
real genuine actual; fake counterfeit; issue problem trouble; symptom sign; solve solution resolve resolution;
cause reason; influence impact affect; result outcome consequence; happen occur; allow permit;
forbid prohibit ban; explain explanation describe description; define definition; discuss discussion;
recommend suggest recommendation suggestion advise; opinion viewpoint; believe belief; understand comprehend;
student pupil; college university uni; exam examination test; fail failure; author writer; speak talk;
pronounce pronunciation; translate translation; career profession; hire recruit; resign resignation;
retire retirement; resume cv; achieve accomplish achievement accomplishment; goal objective aim; customer client;
employee worker staff; invest investment; price cost; cheap inexpensive affordable; expensive costly pricey;
refund reimbursement reimburse; withdraw withdrawal; bill invoice; fee charge; previous earlier;
payment transaction; tourist visitor; register registration signup; cancel cancellation; subscribe subscription;
deliver delivery; arrive arrival; depart departure; immigrate immigration; country nation; legal lawful;
illegal unlawful; police cop; prison jail; steal theft; religious spiritual; marry marriage wed; mother mom mum;
father dad; friend buddy; boyfriend bf; girlfriend gf; hate dislike; man guy; woman lady;
teenager teen adolescent; adult grownup; young youthful; rude impolite; polite courteous; shy timid;
outspoken vocal; strong powerful; weak feeble; lucky fortunate; stupid dumb foolish; crazy insane;
funny humorous hilarious; boring dull; exciting thrilling; tired exhausted fatigued;
fatigue tiredness exhaustion; sleepy drowsy; wake awaken; eat consume; vegetable veggie; taste flavor;
delicious tasty yummy; smell odor scent; puppy pup; animal creature; cloth fabric; clothes clothing;
pants trousers; website site; folder directory; run execute execution; deploy deployment; encrypt encryption;
decrypt decryption; restore restoration; rule regulation; stage phase; part portion; amount quantity;
area region; place location; center middle; sound noise; loud noisy; quiet silent; modern contemporary;
event incident; story tale; information info; idea concept; invent invention; technology tech; engine motor;
device gadget; destroy demolish destruction; damage harm; protect safeguard protection; attack assault;
kill slay; dead deceased; live reside; grow growth; nervous anxious; anxiety nervousness; calm peaceful;
jealous envious; jealousy envy; annoy irritate; annoying irritating; remember recall; hurry rush; move relocate;
stay remain; jump leap; throw toss; close shut; mix blend combine; reject refuse declined denied deny;
football soccer; drawing sketch; detect detection; analyze analysis;
verify check verification validate validation; confirm confirmation; maintain maintenance; manage management;
maximum max; minimum min; approximately approx roughly; worldwide globally; toxic poisonous;
contagious infectious; bleed bleeding; tooth teeth; breast boob; heart cardiac; lung pulmonary; kidney renal;
liver hepatic; penis penile; vagina vaginal; allergy allergic; vaccine vaccination vaccinate;
immunize immunization; dose dosage; thankful grateful; sufficient enough; additional extra further;
entirely completely fully totally; partially partly; biotech biotechnology; biology bio; math mathematics;
usa america; uk britain; demonetization demonetisation demonetize; facebook fb; instagram insta ig; youtube yt;
javascript js; typescript ts; kubernetes k8s; postgres postgresql; mongodb mongo; good great best nice top;
people folk; way method technique approach means; know aware; give provide supply offer;
various different several numerous; main major primary principal; marijuana cannabis weed; scary horror;
powder dust; psychopath psycho; person human individual someone; deactivate disable; repository repo;
sight attraction; defrost thaw; barbecue bbq; beneficiary payee; luggage baggage
`);
