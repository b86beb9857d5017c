import { wordGroups } from './word-list.ts';

/**
 * Of which sort a thing is, by its lemma: what begins with # in its list. Two things of one sort are asked about in the
 * same words and have different answers: cats and dogs, ibuprofen and paracetamol, loans and mortgages.
 */
export function sortOf(lemma: string): string | undefined {
  return SORTS.get(lemma);
}

const SORTS = wordGroups(`
#animal dog cat horse cow pig goat sheep rabbit hamster mouse rat squirrel monkey lion tiger bear wolf fox deer
#animal elephant giraffe zebra snake lizard turtle tortoise frog toad fish shark whale dolphin salmon tuna
#animal lobster crab snail spider ant bee wasp butterfly mosquito fly cockroach termite worm bird owl eagle
#animal parrot crow pigeon duck goose turkey chicken hen rooster chick quail ostrich swan penguin bat panda
#animal kangaroo koala camel donkey mule bull calf lamb puppy kitten puma leopard cheetah crocodile alligator
#animal dinosaur ferret gerbil guinea hedgehog otter seal octopus squid shrimp oyster clam jellyfish
#breed broiler layer pullet cockerel breeder labrador poodle bulldog husky beagle rottweiler pitbull dachshund
#breed chihuahua angus holstein jersey merino leghorn
#food rice wheat corn maize barley oat rye millet sorghum quinoa bread pasta noodle pizza burger sandwich soup
#food salad cheese milk butter yogurt cream egg beef pork mutton bacon ham sausage steak veal venison tofu bean
#food lentil pea chickpea soybean nut almond walnut cashew peanut pistachio apple banana orange mango grape
#food strawberry blueberry raspberry pear peach plum cherry pineapple watermelon melon papaya kiwi lemon lime
#food coconut avocado tomato potato onion garlic carrot cucumber spinach broccoli cauliflower cabbage lettuce
#food pepper pumpkin celery beet radish mushroom sugar salt honey chocolate cereal candy cake cookie pie
#drink water coffee tea juice soda beer wine whiskey vodka rum gin tequila champagne brandy cocktail lemonade
#drink smoothie
#drug aspirin ibuprofen paracetamol acetaminophen naproxen metformin insulin warfarin heparin amoxicillin
#drug penicillin azithromycin doxycycline ciprofloxacin cephalexin prednisone prednisolone dexamethasone
#drug lisinopril losartan amlodipine atorvastatin simvastatin omeprazole pantoprazole ranitidine famotidine
#drug xanax valium zoloft prozac lexapro adderall ritalin gabapentin tramadol codeine morphine oxycodone
#drug fentanyl cocaine heroin marijuana levothyroxine albuterol cetirizine loratadine benadryl diphenhydramine
#drug viagra cialis botox statin antibiotic antihistamine antidepressant steroid
#disease flu cold asthma diabetes cancer hypertension hypotension hypothyroidism hyperthyroidism hypoglycemia
#disease hyperglycemia anemia leukemia lymphoma arthritis gout osteoporosis hepatitis cirrhosis pneumonia
#disease bronchitis tuberculosis malaria dengue typhoid cholera measles mumps rubella chickenpox shingles herpes
#disease chlamydia gonorrhea syphilis hiv aids stroke epilepsy migraine dementia alzheimer parkinson autism adhd
#disease depression anxiety schizophrenia bipolar eczema psoriasis acne rosacea vitiligo scabies ulcer gastritis
#disease appendicitis colitis pancreatitis coccidiosis salmonella newcastle marek gumboro mastitis rabies parvo
#disease distemper covid ebola
#organ heart lung liver kidney brain stomach intestine colon bladder pancreas spleen gallbladder thyroid
#organ prostate ovary uterus skin bone muscle nerve eye ear nose mouth tongue throat neck shoulder elbow wrist
#organ hand finger thumb hip knee ankle foot toe leg arm chest back head face lip chin cheek forehead eyebrow
#organ eyelash hair beard scalp nail
#nutrient protein carbohydrate carb fat fiber calcium iron zinc magnesium potassium sodium phosphorus iodine
#nutrient selenium copper
#element hydrogen helium lithium carbon nitrogen oxygen fluorine neon aluminum silicon sulfur chlorine argon
#element titanium nickel platinum mercury lead uranium plutonium gold silver
#planet venus earth mars jupiter saturn uranus neptune pluto moon sun
#color red yellow green blue purple violet pink brown black white gray beige turquoise
#sport football soccer basketball baseball cricket tennis badminton volleyball hockey rugby golf boxing
#sport wrestling swimming cycling running karate judo taekwondo chess squash
#instrument guitar piano violin flute drum trumpet saxophone cello ukulele harmonica clarinet harp
#vehicle car truck bus train bicycle motorcycle scooter airplane helicopter boat ship submarine tram taxi van
#vehicle tractor
#account checking savings salary fixed recurring demat brokerage current joint
#loan mortgage overdraft lease
#card debit credit prepaid gift forex
#investment stock bond fund etf derivative option future crypto bitcoin annuity
#tax gst vat tariff
#insurance health life home travel auto motor
#income wage bonus commission pension dividend
#ratio roe roa roi ebitda ebit revenue profit margin
#language english spanish french german italian portuguese dutch russian chinese mandarin japanese korean hindi
#language urdu arabic turkish greek latin hebrew polish swedish
#tech python javascript typescript java kotlin swift golang rust ruby php perl scala haskell c++ c# c sql r
#tech matlab
#database mysql postgres mongodb redis sqlite oracle cassandra mariadb dynamodb elasticsearch
#platform windows linux macos ubuntu android ios iphone ipad chromebook debian fedora
#framework django flask fastapi rails laravel spring react angular vue svelte ember express nextjs pytorch
#framework tensorflow keras
#cloud aws azure gcp heroku vercel netlify
#app whatsapp instagram facebook twitter snapchat tiktok telegram signal youtube netflix linkedin reddit quora
#app pinterest gmail outlook yahoo zoom slack discord skype spotify
#firm google microsoft amazon samsung nokia huawei xiaomi sony nvidia intel amd ibm cisco dell hp lenovo asus
#firm tesla toyota honda ford bmw audi mercedes nissan hyundai infosys wipro tcs accenture capgemini cognizant
#firm deloitte kpmg pwc flipkart ebay walmart uber lyft airbnb
#profession doctor nurse lawyer teacher engineer architect accountant auditor actor actress artist journalist
#profession author editor chef pilot dentist pharmacist surgeon psychologist psychiatrist therapist plumber
#profession electrician carpenter mechanic farmer banker economist historian photographer programmer developer
#profession designer scientist politician senator mayor judge soldier officer firefighter
#degree bachelor master phd mba bba bsc msc btech mtech diploma
#subject physics chemistry biology mathematics history geography economics philosophy psychology sociology
#subject literature law medicine
#season summer autumn winter
#day monday tuesday wednesday thursday friday saturday sunday
#month january february march april may june july august september october november december
#daytime morning noon afternoon evening night midnight
#religion christianity islam hinduism buddhism judaism sikhism atheism jainism
#relative mother father brother sister son daughter husband wife uncle aunt cousin nephew niece grandmother
#relative grandfather boyfriend girlfriend
#symptom headache fever cough nausea vomit diarrhea constipation rash itch dizziness fatigue
#cooking bake boil fry grill roast steam poach microwave toast barbecue saute simmer
#material wood metal plastic glass paper cotton wool silk leather steel concrete brick rubber stone ceramic
#device phone tablet laptop desktop printer scanner router modem monitor keyboard camera headphone speaker
#device television smartwatch console
#furniture chair table bed sofa desk shelf wardrobe cupboard
#cloth shirt trousers jeans dress skirt jacket coat sweater shoe boot sock hat glove scarf tie suit
#cause symptom cause treatment prevention diagnosis cure prognosis side-effect complication
#aspect advantage disadvantage limitation feature application
#direction north south east west left right
#shape circle square triangle rectangle sphere cube cone cylinder
#document passport visa license certificate id
`);
