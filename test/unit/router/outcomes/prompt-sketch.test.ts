import { describe, expect, it } from 'vitest';
import { asksTheSame, sketchOf } from '../../../../src/router/outcomes/prompt-sketch.ts';

const KEY = 'a key';

function sameQuestion(one: string, other: string): boolean | null {
  const [a, b] = [sketchOf(one, KEY), sketchOf(other, KEY)];
  return a && b && asksTheSame(a, b);
}

const long = Array.from(
  { length: 200 },
  (_, index) =>
    `w${String.fromCharCode(97 + (index % 26))}x${'y'.repeat(index % 7)}${'z'.repeat(index % 11)}`,
);

describe('the same question in other words', () => {
  it.each([
    ['How much feed do broilers eat a day?', 'How much feed do broilers eat a day?'],
    ['How much feed do broilers eat a day?', 'how much feed does broilers eat per day'],
    [
      'What temperature do chicks need in the first week?',
      'Please tell me what temperature chicks need in the first week.',
    ],
    [
      'Which vaccines do layers get at the hatchery?',
      'which vaccines should layers get at the hatchery??',
    ],
    [
      'Explain how a heat pump works in winter.',
      'Explain how a heat pump works in winter, in simple words.',
    ],
    ['Was kostet ein Stall für 200 Hennen?', 'Was kostet so ein Stall für 200 Hennen'],
    ['小鸡第一周需要多少温度？', '小鸡第一周需要多少温度'],
    ['Is it 1,5 kg at day 28?', 'At day 28, is it 1,5 kg?'],
  ])('is found: %s | %s', (one, other) => {
    expect(sameQuestion(one, other)).toBe(true);
    expect(sameQuestion(other, one)).toBe(true);
  });
});

describe('another question about the same', () => {
  it.each([
    ['What should a Ross broiler weigh on day 21?', 'What should a Ross broiler weigh on day 28?'],
    ['How much water do 500 hens drink?', 'How much water do 5000 hens drink?'],
    ['What do broilers eat in the first week?', 'What do layers eat in the first week?'],
    [
      'Which vaccination schedule do you recommend for broilers on a farm with free range?',
      'Which vaccination schedule do you recommend for layers on a farm with free range?',
    ],
    ['Tell me about the Bronze Age collapse.', 'What came after the Bronze Age collapse?'],
    ['What do Mako sharks eat?', 'Where do Mako sharks live?'],
    ['How much does a garage door opener cost?', 'How is a garage door opener hacked?'],
    ['What is the capital of France called?', 'What is the capital of Spain called?'],
    ['小鸡第一周需要多少温度？', '母鸡每天需要多少水？'],
  ])('is not taken for it: %s | %s', (one, other) => {
    expect(sameQuestion(one, other)).toBe(false);
    expect(sameQuestion(other, one)).toBe(false);
  });
});

describe('a sketch', () => {
  it('is not made of a prompt that says too little', () => {
    for (const prompt of ['', 'yes', 'Continue, please!', 'Thank you!', '???']) {
      expect(sketchOf(prompt, KEY)).toBeNull();
    }
  });

  it('has sixteen numbers at the most, and finds a long prompt again', () => {
    const text = long.join(' ');
    const sketch = sketchOf(text, KEY);
    expect(sketch?.words).toHaveLength(16);
    expect(sameQuestion(text, `${text} in simpler terms`)).toBe(true);
    expect(sameQuestion(text, long.map((word) => `${word}q`).join(' '))).toBe(false);
  });

  it('says nothing to who does not know the key', () => {
    const prompt = 'How much feed do broilers eat a day?';
    const mine = sketchOf(prompt, KEY);
    const other = sketchOf(prompt, 'another key');
    expect(mine?.words.filter((word) => other?.words.includes(word))).toEqual([]);
    expect(mine?.numbers).not.toBe(other?.numbers);
  });

  it('is made of the ends of a huge prompt, lone surrogates or not', () => {
    const end = 'How much \ud800 feed do broilers eat a day? '.repeat(200);
    const withMiddle = (middle: string) => sketchOf(`${end}${middle.repeat(50_000)}${end}`, KEY);
    expect(withMiddle('hens ')).not.toBeNull();
    expect(withMiddle('hens ')).toEqual(withMiddle('ducks '));
  });
});
