import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalise } from '../../../src/prompt/normalise.ts';
import { awkwardText } from '../../support/awkward-text.ts';

/** Whether two prompts have one canonical form. */
function same(a: string, b: string): boolean {
  return normalise(a) === normalise(b);
}

describe('the canonical form of a prompt', () => {
  it.each([
    ['case', 'What IS the Capital of France?', 'what is the capital of france?'],
    ['case beyond ASCII', 'ÄRGER ПРИВЕТ', 'ärger привет'],
    ['the two sigmas', 'ΟΔΟΣ ΟΔΟΣΑ', 'οδος οδοσα'],
    [
      'white space',
      '  What\tis \r\n\n the  capital\u00a0of\u3000France ',
      'What is the capital of France',
    ],
    ['a stray space after a line break', 'What is\n the capital', 'What is the capital'],
    ['end punctuation', 'Who won?', 'Who won'],
    ['repeated end punctuation', 'Who won???', 'Who won?'],
    ['end punctuation after a space', 'Qui a gagné ?', 'Qui a gagné'],
    ['end punctuation of other scripts', '誰が勝った。', '誰が勝った'],
    ['an ellipsis', 'Tell me…', 'Tell me'],
    ['composed characters', 'cafe\u0301', 'caf\u00e9'],
    ['full-width forms', '１２３ ＡＢＣ！', '123 abc'],
    ['half-width kana', 'ﾊﾞｽ', 'バス'],
    ['ligatures', 'ﬁnd the eﬃcient one', 'find the efficient one'],
    ['a soft hyphen', 'com\u00adputer', 'computer'],
    ['zero-width space and marks of direction', '\u200eWhat\u200b is this\u202c', 'What is this'],
    ['a mark of the byte order', '\ufeffWhat is this', 'What is this'],
  ])('folds %s', (_, a, b) => {
    expect(normalise(a)).toBe(normalise(b));
  });

  it.each([
    ['superscripts', '10²', '102'],
    ['subscripts', 'H₂O', 'H2O'],
    ['fractions', '½ cup', '1⁄2 cup'],
    ['circled numbers', 'step ①', 'step 1'],
    ['digits', 'day 21', 'day 28'],
    ['a factorial', 'What is 5!', 'What is 5'],
    ['a factorial in question', 'What is 5!?', 'What is 5?'],
    ['the factorial of a letter', 'Define n!', 'Define n'],
    ['the factorial of a sum', 'Expand (n+1)!', 'Expand (n+1)'],
    ['C, C++ and C#', 'What is C++?', 'What is C#?'],
    ['C and C++', 'What is C', 'What is C++'],
    ['a percentage', 'Give me 5%', 'Give me 5'],
    ['a name that begins with a dot', '.NET', 'NET'],
    ['a lazy quantifier', 'Explain a.*?', 'Explain a.*'],
    ['a path', 'Explain git add .', 'Explain git add'],
    ['a question and an outcry', 'You won?!', 'You won'],
    ['megawatt and milliwatt', 'Is 5 MW dangerous?', 'Is 5 mW dangerous?'],
    ['escapes that differ in case', 'What does \\b do?', 'What does \\B do?'],
    ['megabit and megabyte', 'How long for 100 Mb', 'How long for 100 MB'],
    ['words with and without an accent', 'resume', 'résumé'],
    ['the Turkish letters i', 'ısı', 'isi'],
    ['ß and ss', 'in Maßen', 'in Massen'],
    ['flags that differ by tags', '🏴\u{e0067}\u{e0062}\u{e0065}', '🏴\u{e0067}\u{e0062}\u{e0073}'],
    ['a family and its members', '👨\u200d👩', '👨👩'],
    ['Persian words that differ by a joiner', 'نامه\u200cای', 'نامهای'],
    ['Arabic number signs', '\u0600٣', '٣'],
    ['mathematical letters', '𝐱', 'x'],
  ])('keeps %s apart', (_, a, b) => {
    expect(normalise(a)).not.toBe(normalise(b));
  });

  it.each([
    ['a fence', 'Explain\n```js\nlet A;\n```', 'Explain\n```js\nlet a;\n```'],
    ['white space in a fence', '```\na  b\n```', '```\na b\n```'],
    ['line breaks in a fence', '```\na\nb\n```', '```\na b\n```'],
    ['a fence of tildes', '~~~\nA\n~~~', '~~~\na\n~~~'],
    ['a fence that is not closed', 'Fix\n```\nlet A', 'Fix\n```\nlet a'],
    ['a second fence that is not closed', '```\nx\n```\nand\n```\nA', '```\nx\n```\nand\n```\na'],
    ['inline code', 'What is `A`', 'What is `a`'],
    ['white space in inline code', 'What is `a  b`', 'What is `a b`'],
    ['code with a backtick in it', 'What is ``A ` B``', 'What is ``a ` b``'],
    ['a quotation', 'Who said "To Be"', 'Who said "to be"'],
    ['typographic quotation marks', 'Who said “To Be”', 'Who said “to be”'],
    ['German quotation marks', 'Wer sagte „Sein“', 'Wer sagte „sein“'],
    ['French quotation marks', 'Qui a dit « Moi »', 'Qui a dit « moi »'],
    ['Japanese quotation marks', '「A」とは', '「a」とは'],
    ['single quotation marks', "The code of 'A'?", "The code of 'a'?"],
    ['typographic single quotation marks', 'The code of ‘A’?', 'The code of ‘a’?'],
    ['quoted white space', 'Say "a  b"', 'Say "a b"'],
    ['quoted end punctuation', 'Say "no!"', 'Say "no"'],
    ['quoted forms', 'Convert "ＡＢＣ"', 'Convert "ABC"'],
    ['hidden characters in code', 'Check `a\u200bb`', 'Check `ab`'],
    ['code without a fence', 'Fix\nif x:\n    A()\nb()', 'Fix\nif x:\n    A()\n    b()'],
    ['an indented line', '- a\n  - b', '- a\n- b'],
  ])('keeps %s as it was written', (_, a, b) => {
    expect(normalise(a)).not.toBe(normalise(b));
  });

  it.each([
    [
      'before and after a fence',
      'FIX this:\n```\nA\n```\nThank YOU!',
      'fix  this: ```\nA\n``` thank you',
    ],
    ['around inline code', 'WHAT is `A`?', 'what is `A`'],
    ['around a quotation', 'WHO said "Hi"?', 'who said "Hi"'],
    ['with apostrophes', "DON'T use O'Neil's", "don't use o'neil's"],
    ['with an apostrophe before a word', "The MUSIC of the '90s", "the music of the '90s"],
    ['with typographic apostrophes', 'DON’T stop', 'don’t stop'],
    ['with a mark that is not closed', 'A 5" PIPE', 'a 5" pipe'],
    ['with a backtick that is not closed', 'The ` KEY', 'the ` key'],
  ])('folds prose %s', (_, a, b) => {
    expect(normalise(a)).toBe(normalise(b));
  });

  it.each([
    '?',
    '!',
    '...',
    '?!',
    '。',
    '"',
    '`',
  ])('keeps %j, of which nothing else is left', (prompt) => {
    expect(normalise(prompt)).toBe(prompt);
  });

  it('does not depend on the locale', () => {
    expect(same('TITLE', 'title')).toBe(true);
    expect(same('İstanbul', 'istanbul')).toBe(false);
  });

  it('is its own canonical form', () => {
    fc.assert(
      fc.property(awkwardText, (prompt) => {
        const form = normalise(prompt);
        expect(normalise(form)).toBe(form);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is its own canonical form beside each character that is folded or delimits', () => {
    const unstable = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code))
      .filter((char) => /[\p{P}\p{S}\p{M}\p{Z}\p{Cf}\p{Changes_When_NFKC_Casefolded}]/u.test(char))
      .map((char) => `A${char} 'B' ${char}`)
      .filter((prompt) => normalise(normalise(prompt)) !== normalise(prompt));
    expect(unstable).toEqual([]);
  });

  it.each([
    'a',
    ' ',
    '\n ',
    '1 ',
    '`',
    '` ``',
    '"',
    '“',
    '»',
    " 'a",
    '!',
    '!?',
    '\u200b"',
    '\u0301\u0323',
    'Ａ',
    '~~~ ',
    'The 5 MW "Plant". ',
  ])('takes linear time for a megabyte of %j', (unit) => {
    const prompt = unit.repeat(2 ** 20 / unit.length);
    const startedAt = performance.now();
    normalise(prompt);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
