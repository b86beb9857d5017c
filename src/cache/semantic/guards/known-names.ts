import { wordSet } from './word-list.ts';

/** Names that are told without a capital: of places, peoples, languages, days, months, religions, firms, products. */
export const KNOWN_NAMES = wordSet(`
afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas bahrain bangladesh
barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil brunei bulgaria burkina burundi cambodia
cameroon canada chad chile china colombia comoros congo croatia cuba cyprus czechia denmark djibouti dominica ecuador
egypt eritrea estonia eswatini ethiopia fiji finland france gabon gambia germany ghana greece grenada guatemala guinea
guyana haiti honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan kazakhstan kenya
kiribati korea kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya liechtenstein lithuania luxembourg
madagascar malawi malaysia maldives mali malta mauritania mauritius mexico micronesia moldova monaco mongolia montenegro
morocco mozambique myanmar burma namibia nauru nepal netherlands holland nicaragua niger nigeria norway oman pakistan
palau palestine panama paraguay peru philippines poland portugal qatar romania russia rwanda samoa senegal serbia
seychelles singapore slovakia slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania
thailand togo tonga tunisia turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu vatican venezuela vietnam yemen
zambia zimbabwe usa uk uae eu america england scotland wales britain europe asia africa antarctica oceania
afghan albanian algerian american arab arabian argentine argentinian armenian asian australian austrian bangladeshi
belgian bolivian brazilian british bulgarian burmese cambodian canadian chilean chinese colombian croatian cuban czech
danish dutch ecuadorian egyptian english estonian ethiopian european filipino finnish french georgian german ghanaian
greek haitian hungarian icelandic indian indonesian iranian iraqi irish israeli italian jamaican japanese jordanian
kenyan korean kuwaiti latvian lebanese libyan lithuanian malaysian mexican mongolian moroccan nepalese nigerian norwegian
pakistani palestinian peruvian philippine portuguese romanian russian saudi scottish serbian singaporean slovak
slovenian somali spanish swedish swiss syrian taiwanese tanzanian thai tunisian turkish ugandan ukrainian
uruguayan venezuelan vietnamese welsh yemeni zambian zimbabwean african
hindi urdu bengali punjabi tamil telugu marathi gujarati kannada malayalam sanskrit arabic hebrew persian farsi latin
mandarin cantonese swahili esperanto
alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana
iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska
nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia wisconsin wyoming ontario quebec alberta
london paris berlin madrid rome moscow beijing shanghai tokyo osaka seoul delhi mumbai bombay bangalore bengaluru
chennai madras kolkata calcutta hyderabad pune ahmedabad jaipur goa kerala gujarat maharashtra punjab karnataka bihar
kashmir chicago boston houston dallas seattle atlanta miami philadelphia toronto vancouver montreal sydney melbourne
brisbane perth auckland dubai cairo lagos nairobi johannesburg istanbul athens vienna prague budapest warsaw amsterdam
brussels zurich geneva munich hamburg frankfurt dublin manchester birmingham glasgow edinburgh nyc jakarta manila bangkok
hanoi karachi lahore dhaka kathmandu colombo tehran baghdad jerusalem
monday tuesday wednesday thursday friday saturday sunday
january february april june july august september october november december
christmas easter diwali ramadan thanksgiving halloween
christian christianity muslim islam islamic hindu hinduism buddhist buddhism jewish judaism sikh catholic protestant
google microsoft amazon facebook instagram whatsapp twitter youtube netflix uber airbnb linkedin reddit quora
pinterest snapchat tiktok samsung nokia huawei xiaomi sony nvidia intel amd ibm cisco dell hp lenovo asus tesla
toyota honda bmw audi mercedes nissan hyundai flipkart paytm paypal mastercard amex walmart
python javascript typescript java kotlin golang ruby php perl scala haskell sql mysql postgres mongodb redis sqlite
oracle kafka hadoop docker kubernetes terraform ansible linux ubuntu debian fedora windows macos android ios
iphone ipad django flask rails react angular vue svelte pytorch tensorflow keras numpy pandas excel powerpoint
photoshop chrome firefox safari github gitlab bitbucket aws azure gcp
aspirin ibuprofen paracetamol acetaminophen tylenol advil aleve metformin insulin warfarin heparin amoxicillin penicillin
azithromycin doxycycline prednisone lisinopril atorvastatin omeprazole xanax valium zoloft prozac adderall
obama trump clinton modi putin gandhi
bitcoin ethereum
`);
