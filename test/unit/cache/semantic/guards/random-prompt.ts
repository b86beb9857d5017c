import fc from 'fast-check';

const words = fc.constantFrom(
  ...'what which who where when why how whether is are was did does can could should will not no never'.split(
    ' ',
  ),
  ...'I you my he she please kindly tell me could you hi thanks if or and a an the of for in to from by'.split(
    ' ',
  ),
  ...'one two twenty hundred thousand million dozen half third second first point II iv type'.split(
    ' ',
  ),
  ...'5 21 1,000 2.5 1/2 10:30 $5 5kg 21st 5% 1990s 4pm 5-10 -3 21-day-old 12/05/2020 v1.2.3'.split(
    ' ',
  ),
  ...'kilograms km days celsius pounds dollars percent per cent'.split(' '),
  ...'chicken broiler Ross Paris Adam uses used feed feeds weight increase decrease before after'.split(
    ' ',
  ),
  ...[
    "what's",
    "don't",
    'cant',
    'colour',
    'organise',
    'e-mail',
    'U.S.',
    'Node.js',
    'C++',
    'a/b',
    '.',
    ',',
  ],
  ...[
    '"quoted words"',
    '`code`',
    'a*b',
    '(2',
    '3)',
    '+',
    '-',
    '=',
    '!',
    '&',
    'x,98',
    "Yahoo!'s",
    '[a]',
  ],
);

const ends = fc.constantFrom(' ', ' ', ' ', ' ', ', ', '. ', '? ', '! ', ': ', '\n', '-', '/');

/** Prompts of such words as the guards look at, in no order that makes sense. */
export const randomPrompt = fc
  .array(fc.tuple(words, ends), { minLength: 1, maxLength: 14 })
  .map((parts) => parts.map(([word, end]) => word + end).join(''));
