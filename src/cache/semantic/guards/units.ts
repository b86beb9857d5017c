import { wordGroups } from './word-list.ts';

/**
 * Units by their names in lower case, each line beginning with the one that stands for all. What a number may be
 * counted in: a unit stands behind a number, or in the place of one ("in grams").
 */
export const UNITS = wordGroups(`
kg kilogram kilograms kilogramme kilogrammes kgs kilo kilos
g gram grams gramme grammes gm gms
mg milligram milligrams mgs
mcg microgram micrograms µg μg ug
lb lbs pound pounds
oz ounce ounces
ton tons tonne tonnes
stone stones
quintal quintals
l liter liters litre litres ltr ltrs
ml milliliter milliliters millilitre millilitres
cl centiliter centiliters
dl deciliter deciliters
gallon gallons gal
pint pints
quart quarts
cup cups
tbsp tablespoon tablespoons tbsps
tsp teaspoon teaspoons tsps
km kilometer kilometers kilometre kilometres kms
m meter meters metre metres
cm centimeter centimeters centimetre centimetres cms
mm millimeter millimeters millimetre millimetres
nm nanometer nanometers
mi mile miles
yd yard yards yds
ft foot feet
in inch inches
acre acres
hectare hectares ha
sqft sqft.
celsius centigrade °c ℃
fahrenheit °f ℉
kelvin kelvins
day days
week weeks wk wks
month months
year years yr yrs
decade decades
hour hours hr hrs
minute minutes min mins
sec seconds secs
ms millisecond milliseconds msec
kb kilobyte kilobytes
mb megabyte megabytes
gb gigabyte gigabytes
tb terabyte terabytes
kbit kilobit kilobits
mbit megabit megabits
gbit gigabit gigabits
kbps
mbps
gbps
hz hertz
khz kilohertz
mhz megahertz
ghz gigahertz
w watt watts
kw kilowatt kilowatts
mw
megawatt megawatts
milliwatt milliwatts
gw gigawatt gigawatts
kwh
v volt volts
kv kilovolt kilovolts
mv millivolt millivolts
amp amps ampere amperes
ma milliamp milliamps
mah
ohm ohms
j joule joules
kj kilojoule kilojoules
cal calorie calories
kcal kilocalorie kilocalories kcals
pa pascal pascals
kpa kilopascal kilopascals
psi
bar bars
atm
n newton newtons
mph
kph kmph km/h kmh
m/s
rpm
db decibel decibels
ppm
ppb
iu
mmhg
mg/dl
mmol/l
mg/kg
g/l
% percent percentage_point per_cent pct
degree degrees °
dollar dollars $ bucks buck
usd us$
cad
aud
eur euro euros €
gbp sterling £
inr
rupee rupees rs ₹
cent cents
penny pence
yen jpy ¥
yuan cny rmb
franc francs chf
peso pesos
ruble rubles rouble roubles
dirham dirhams aed
riyal riyals sar
naira ngn
shilling shillings
btc bitcoin_
am a.m
pm p.m
x times
`);

/** Units whose case tells how large they are, as they are written behind a number or in its place. */
export const CASED_UNITS: ReadonlyMap<string, string> = new Map([
  ['MW', 'megawatt'],
  ['MV', 'megavolt'],
  ['MA', 'megaampere'],
  ['MJ', 'megajoule'],
  ['MPa', 'megapascal'],
  ['MN', 'meganewton'],
  ['MWh', 'megawatthour'],
  ['Mg', 'megagram'],
  ['Mm', 'megameter'],
  ['Ms', 'megasecond'],
  ['MΩ', 'megaohm'],
  ['mW', 'milliwatt'],
  ['Kb', 'kbit'],
  ['kb', 'kb'],
  ['Mb', 'mbit'],
  ['Gb', 'gbit'],
  ['MBps', 'mb/s'],
  ['GBps', 'gb/s'],
  ['KBps', 'kb/s'],
  ['MB/s', 'mb/s'],
  ['GB/s', 'gb/s'],
  ['°C', 'celsius'],
  ['°F', 'fahrenheit'],
  ['C', 'celsius'],
  ['F', 'fahrenheit'],
  ['K', 'kelvin'],
]);

/** Units of measurement, other than time, with what they measure: told apart where no number stands, too. */
export const MEASURES = wordGroups(`
weight kg g mg mcg lb oz ton stone quintal
volume l ml cl dl gallon pint quart cup tbsp tsp
distance km m cm mm nm mi yd ft in
area acre hectare sqft
temperature celsius fahrenheit kelvin
data kb mb gb tb kbit mbit gbit
speed mph kph m/s kbps mbps gbps
energy j kj cal kcal kwh
power w kw megawatt milliwatt gw
pressure pa kpa psi bar atm mmhg
money dollar usd cad aud eur gbp inr rupee yen yuan franc peso ruble dirham riyal naira shilling cent penny
`);

/** Units that one may write for the other: a pound is a weight or money, a dollar mostly the American one. */
export const LIKE_UNITS: ReadonlySet<string> = new Set([
  'dollar usd',
  'usd dollar',
  'rupee inr',
  'inr rupee',
  'lb gbp',
  'gbp lb',
  'degree celsius',
  'celsius degree',
  'degree fahrenheit',
  'fahrenheit degree',
]);

export const TIME_ZONES: ReadonlySet<string> = new Set(
  'utc gmt est edt cst cdt mst mdt pst pdt bst cet cest ist jst aest aedt sgt hkt'.split(' '),
);
