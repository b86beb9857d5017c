/** Numbers below a hundred that are one word. */
export const SMALL_NUMBERS: ReadonlyMap<string, number> = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
    'sixteen seventeen eighteen nineteen'
  )
    .split(' ')
    .map((word, value): [string, number] => [word, value])
    .concat(
      'twenty thirty forty fifty sixty seventy eighty ninety'
        .split(' ')
        .map((word, index): [string, number] => [word, (index + 2) * 10]),
      [['fourty', 40]],
    ),
);

export const SCALES: ReadonlyMap<string, number> = new Map([
  ['hundred', 100],
  ['thousand', 1_000],
  ['lakh', 100_000],
  ['lac', 100_000],
  ['million', 1_000_000],
  ['crore', 10_000_000],
  ['billion', 1_000_000_000],
  ['trillion', 1_000_000_000_000],
]);

/** What may stand at once behind the digits: 5k, 3bn. */
export const SCALE_LETTERS: ReadonlyMap<string, number> = new Map([
  ['k', 1_000],
  ['mn', 1_000_000],
  ['mio', 1_000_000],
  ['bn', 1_000_000_000],
  ['tn', 1_000_000_000_000],
]);

export const ORDINALS: ReadonlyMap<string, number> = new Map(
  (
    'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth ' +
    'fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth'
  )
    .split(' ')
    .map((word, index): [string, number] => [word, index + 1])
    .concat([
      ['thirtieth', 30],
      ['fortieth', 40],
      ['fiftieth', 50],
      ['sixtieth', 60],
      ['seventieth', 70],
      ['eightieth', 80],
      ['ninetieth', 90],
      ['hundredth', 100],
      ['thousandth', 1_000],
      ['millionth', 1_000_000],
    ]),
);

export const DECADES: ReadonlyMap<string, string> = new Map(
  'twenties thirties forties fifties sixties seventies eighties nineties'
    .split(' ')
    .map((word, index) => [word, `${(index + 2) * 10}s`]),
);

/** Roman numerals that are no word of their own in lower case either. */
export const PLAIN_ROMANS: ReadonlyMap<string, number> = new Map([
  ['ii', 2],
  ['iii', 3],
  ['vii', 7],
  ['viii', 8],
  ['xii', 12],
  ['xiii', 13],
  ['xiv', 14],
  ['xvi', 16],
  ['xvii', 17],
  ['xviii', 18],
  ['xix', 19],
]);

/** Those that are Roman numerals only behind such a word: type I, chapter V. */
export const SHORT_ROMANS: ReadonlyMap<string, number> = new Map([
  ['i', 1],
  ['iv', 4],
  ['v', 5],
  ['vi', 6],
  ['ix', 9],
  ['x', 10],
  ['xi', 11],
  ['xv', 15],
]);

export const BEFORE_ROMANS: ReadonlySet<string> = new Set(
  'type phase stage grade class part chapter war article title volume act level tier book section schedule'.split(
    ' ',
  ),
);
