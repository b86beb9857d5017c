import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameCanonical } from '../../../../../src/cache/semantic/guards/guard.ts';
import { readPrompt } from '../../../../../src/cache/semantic/guards/reading.ts';
import { awkwardText } from '../../../../support/awkward-text.ts';
import { randomPrompt } from './random-prompt.ts';

function same(a: string, b: string): boolean {
  return sameCanonical(readPrompt(a), readPrompt(b));
}

describe('the canonical form', () => {
  it.each([
    ['case and punctuation', 'WHAT do chicks eat', 'What do chicks eat?'],
    ['spacing', '  What  do\nchicks eat ?', 'What do chicks eat?'],
    ['a contraction', "What's the dose?", 'What is the dose?'],
    ['a negated contraction', "Isn't it safe?", 'Is it not safe?'],
    ['a number word', 'What do chicks eat at twenty-one days?', 'What do chicks eat at 21 days?'],
    ['spelling', 'Which colour is favoured?', 'Which color is favored?'],
    ['a unit', 'Is 5 kg a lot?', 'Is 5 kilograms a lot?'],
    ['please', 'Please explain compound interest.', 'Explain compound interest'],
    ['a greeting and thanks', 'Hi! What is a hen? Thank you very much.', 'What is a hen?'],
    ['a request', 'Could you explain recursion?', 'Explain recursion'],
    ['a letter', 'Dear team, what is a hen? Kind regards', 'What is a hen?'],
    ['quotation marks around all of it', '"What is a hen?"', 'What is a hen?'],
    ['a wish', 'I would like to know how I can cancel my card.', 'How can I cancel my card?'],
    [
      'a subordinate clause',
      'Could you please tell me what the capital of France is?',
      'What is the capital of France?',
    ],
    ['a subordinate if', 'I was wondering if hens can fly', 'Can hens fly?'],
    ['or not', 'Is it safe or not?', 'Is it safe?'],
  ])('folds %s', (_, a, b) => {
    expect(same(a, b)).toBe(true);
  });

  it.each([
    ['digits', 'What do chicks eat at day 21?', 'What do chicks eat at day 28?'],
    ['a minus', 'What is 5 - 3?', 'What is 5 3?'],
    ['a factorial', 'What is 5!', 'What is 5'],
    ['C, C++ and C#', 'What is C++?', 'What is C#?'],
    ['megabit and megabyte', 'How long do 100 Mb take?', 'How long do 100 MB take?'],
    ['what a verb is asked with', 'Is it safe?', 'Was it safe?'],
    ['a negation', 'Is it safe?', 'Is it not safe?'],
    ['who does it', 'Did Adam use the farm?', 'Was Adam used by the farm?'],
    ['who chases whom', 'Who is Adam chasing?', 'Who is chasing Adam?'],
    ['a possessive', "the farmer's hens", 'the farmers hens'],
    ['an ability', 'Do you know how to swim?', 'How to swim?'],
    ['a condition', 'If hens can fly', 'Can hens fly?'],
    ['letters in code', 'What is `A`?', 'What is `a`?'],
    ['a regular expression', 'Explain a.*?', 'Explain a.*'],
    ['plural', 'What is the price of an egg?', 'What is the price of eggs?'],
    ['verbs that are not courtesy', 'Can you swim?', 'Swim'],
  ])('keeps %s apart', (_, a, b) => {
    expect(same(a, b)).toBe(false);
  });

  it('of a canonical form is the form itself', () => {
    fc.assert(
      fc.property(fc.oneof(randomPrompt, awkwardText), (prompt) => {
        const { canonical } = readPrompt(prompt);
        expect(readPrompt(canonical).canonical).toBe(canonical);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps a prompt that is nothing but courtesy', () => {
    expect(readPrompt('Thanks!').canonical).not.toBe(readPrompt('Hello!').canonical);
  });
});

describe('reading', () => {
  it.each([
    'a ',
    'a.',
    '1,',
    '-',
    '"',
    '`',
    'hi ',
    'if a, ',
    'thousand ',
    'one ',
    "'",
    'a/b',
    '1-',
    'a@b.c ',
    '\n',
    'not ',
    '\u0301a',
    '<',
    'a=',
    '5!',
    'usd 5 ',
  ])('of 100,000 characters of %j takes no longer than their number asks for', (unit) => {
    const long = unit.repeat(Math.ceil(100_000 / unit.length));
    const short = long.slice(0, long.length / 8);
    readPrompt(short);
    const shortMs = Math.min(...[0, 1, 2].map(() => timeOf(() => readPrompt(short))));
    const longMs = timeOf(() => readPrompt(long));
    // Quadratic time would be 64 times as long; 8 times is linear. The rest is for a busy machine.
    expect(longMs).toBeLessThan(40 * Math.max(shortMs, 10));
  });

  it.each([
    ['English', 'What do day-old chicks eat?', true],
    ['a few keywords', 'battery problem?', true],
    ['English about a foreign phrase', 'What does "Wie geht es dir" mean?', true],
    ['German', 'Was ist die Hauptstadt von Frankreich?', false],
    ['Spanish', '¿Cuál es la capital de Francia?', false],
    ['French', 'Quelle est la capitale de la France ?', false],
    ['Hindi in Latin letters', 'Bharat ki rajdhani kya hai?', false],
    ['Chinese', '法国的首都是什么？', false],
    ['Russian', 'Какая столица Франции?', false],
    ['a mixture', 'What is the Hauptstadt von der Schweiz und wo ist sie?', false],
    ['nothing that tells', 'osschat?', false],
    ['nothing', '', false],
  ])('takes %s for English: %s', (_, prompt, english) => {
    expect(readPrompt(prompt).english).toBe(english);
  });

  it('makes plain data', () => {
    const reading = readPrompt('How much does a Ross 308 weigh at 21 days, in "kg"?');
    expect(structuredClone(reading)).toEqual(reading);
    expect(JSON.parse(JSON.stringify(reading))).toEqual(reading);
  });
});

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
