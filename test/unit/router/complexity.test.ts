import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/domain/request.ts';
import { complexityOf } from '../../../src/router/complexity.ts';
import type { Complexity } from '../../../src/router/port.ts';
import { awkwardText } from '../../support/awkward-text.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { LATER_PROMPTS } from './complexity-later-prompts.ts';
import {
  DEVELOPMENT_PROMPTS,
  HELD_OUT_PROMPTS,
  type LabelledPrompt,
} from './complexity-prompts.ts';

const ALL_PROMPTS = [...DEVELOPMENT_PROMPTS, ...HELD_OUT_PROMPTS, ...LATER_PROMPTS];
const talk: readonly Message[] = [
  { role: 'USER', content: 'Prove that the square root of two is irrational.' },
  { role: 'ASSISTANT', content: 'Suppose it were a fraction in lowest terms. …' },
];

function read(prompt: string, changes: Partial<Parameters<typeof complexityOf>[0]> = {}) {
  return complexityOf({ ...sampleRequest(), prompt, ...changes });
}

function complexity(prompt: string): Complexity {
  return read(prompt).complexity;
}

function agreement(prompts: readonly LabelledPrompt[]) {
  return (
    prompts.filter(({ label, prompt }) => complexity(prompt) === label).length / prompts.length
  );
}

describe('the complexity of prompts that a person labelled', () => {
  it.each([
    ['those it was made with', DEVELOPMENT_PROMPTS, 0.95],
    ['those that were held out', HELD_OUT_PROMPTS, 0.95],
    ['those that were written later, in a hurry', LATER_PROMPTS, 0.7],
  ])('is mostly theirs for %s', (_which, prompts, least) => {
    expect(agreement(prompts)).toBeGreaterThanOrEqual(least);
  });

  it('is never off by two: nothing hard is simple, and nothing simple is hard', () => {
    const far = ALL_PROMPTS.filter(({ label, prompt }) => {
      return label !== 'MEDIUM' && ![label, 'MEDIUM'].includes(complexity(prompt));
    });
    expect(far).toEqual([]);
  });
});

describe('the complexity of a prompt', () => {
  it.each([
    // What another gateway's scorer called simple: no word of its lists is in them.
    'What is the major product of the reaction of (S)-2-bromobutane with sodium azide in DMF, and why does the configuration invert?',
    'Show that for every positive integer n the number n^5 - n is divisible by 30.',
    'A tenant assigns a lease without the consent that the lease requires, and the landlord accepts rent for two months. May he still re-enter?',
    'A 67-year-old man on lisinopril develops a potassium of 6.4 mmol/l and peaked T waves. What do you give first, and why?',
  ])('is not SIMPLE where the matter is hard: %s', (prompt) => {
    expect(complexity(prompt)).not.toBe('SIMPLE');
  });

  it('is MEDIUM when nothing tells of it, whichever word occurs', () => {
    const silent = { complexity: 'MEDIUM', reason: 'has no clear sign of either', signals: [] };
    expect(read('Why?')).toEqual(silent);
    expect(read('why is the sky blue')).toEqual(silent);
    expect(read('The proof of the pudding, the design and the analysis of the code')).toEqual(
      silent,
    );
  });

  it('is told in words that complete a sentence', () => {
    expect(read('Who wrote Faust?').reason).toBe('asks for one fact');
    expect(read('Hello!').reason).toBe('is small talk');
    expect(read('Prove that every tree with n vertices has n - 1 edges.').reason).toBe(
      'asks for a proof',
    );
    expect(
      read('Design a queue, implement it in Go, and compare it with a ring buffer.'),
    ).toMatchObject({
      complexity: 'COMPLEX',
      reason: 'asks for a design, asks for 3 things, and asks for a comparison',
      signals: ['design', 'tasks', 'comparison'],
    });
  });

  it.each([
    'Was ist die Hauptstadt von Frankreich?',
    'Hola, ¿cómo estás?',
    'Qui a écrit Candide ?',
    'Hoeveel eieren legt een kip?',
    '你好',
    'Кто написал «Войну и мир»?',
    'ما هي عاصمة فرنسا؟',
  ])('is MEDIUM in a language that it does not read: %s', (prompt) => {
    expect(complexity(prompt)).toBe('MEDIUM');
  });

  it('is COMPLEX in any language where the form says so', () => {
    const formulas =
      'Zeige: $\\int_0^1 x^n dx = \\frac{1}{n+1}$, $\\sum_{k=1}^n k = \\frac{n(n+1)}{2}$';
    const code = [
      '```',
      ...Array.from({ length: 30 }, (_, line) => `x${line} = f(${line})`),
      '```',
    ];
    expect(read(`${formulas}\n${code.join('\n')}`)).toMatchObject({
      complexity: 'COMPLEX',
      signals: ['code', 'formulas'],
    });
  });
});

describe('what stands around a prompt', () => {
  const fact = 'Who wrote Faust?';

  it('makes what refers to it as hard as it was, and leaves the rest as it is', () => {
    expect(read('Who proved it first?', { history: talk }).complexity).toBe('MEDIUM');
    expect(read('why?', { history: talk }).complexity).toBe('MEDIUM');
    expect(read('ok', { history: talk }).complexity).toBe('MEDIUM');
    expect(read(fact, { history: talk }).complexity).toBe('SIMPLE');
    expect(read('Thanks!', { history: talk }).complexity).toBe('SIMPLE');
  });

  it('counts as harder the longer a conversation is', () => {
    const history = [...talk, ...talk, ...talk];
    expect(read('Make it shorter.', { history }).signals).toEqual(['conversation']);
  });

  it('makes a short question harder when its answer has to fill a large schema', () => {
    const schemaOf = (fields: number) => {
      const properties = Array.from({ length: fields }, (_, at) => [`f${at}`, { type: 'string' }]);
      return JSON.stringify({ type: 'object', properties: Object.fromEntries(properties) });
    };
    const readWith = (fields: number) =>
      read(fact, { responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: schemaOf(fields) } });
    expect(readWith(2).complexity).toBe('SIMPLE');
    expect(readWith(30).complexity).toBe('MEDIUM');
  });

  it('does not make a plain question hard, however long the text is that was pasted with it', () => {
    const story =
      'The company was founded by two sisters in a small town by the sea. They sold nets. ';
    for (const times of [50, 200, 2_000]) {
      expect(complexity(`${story.repeat(times)}\n\nWhen was the company founded?`)).toBe('MEDIUM');
      expect(complexity(`When was it founded?\n\n${story.repeat(times)}`)).toBe('MEDIUM');
    }
  });

  it('leaves a hard task hard when a long text is pasted with it', () => {
    const task =
      'Compare the two contracts below, assess the risks of each, and draft a counter-offer.';
    expect(complexity(`${task}\n\n${'The parties agree as follows. '.repeat(500)}`)).toBe(
      'COMPLEX',
    );
  });

  it('is looked at no further than the two ends of a long prompt', () => {
    const ends = (middle: string) =>
      `${'Tell me. '.repeat(300)}${middle}${'It is so. '.repeat(300)}`;
    const short = read(ends('a word. '));
    expect(read(ends('Prove that 1 = 1; derive x^2. '.repeat(40_000)))).toEqual(short);
  });

  it('sees an exam question where answers to choose from follow', () => {
    expect(complexity('Who wrote Faust?\nA. Schiller\nB. Goethe\nC. Lessing')).toBe('MEDIUM');
  });

  it('sees code without a fence, and the question for a fault in it', () => {
    const code = 'function total(items) {\n  return items.reduce((a, b) => a + b.price);\n}';
    const { complexity: found, signals } = read(`What is wrong with this?\n${code}`);
    expect(signals).toEqual(expect.arrayContaining(['code', 'fault']));
    expect(found).toBe('COMPLEX');
  });
});

describe('what changes nothing', () => {
  it('is the case of letters', () => {
    for (const { prompt } of ALL_PROMPTS) {
      expect(read(prompt.toUpperCase()), prompt).toEqual(read(prompt));
      expect(read(prompt.toLowerCase()), prompt).toEqual(read(prompt));
    }
  });

  it('is the number of spaces, and how it ends', () => {
    const ends = ['', '?', '!', '...', ' ?', '\n', ' … ', '?!'];
    for (const { prompt } of ALL_PROMPTS) {
      const spaced = `  ${prompt.replace(/[.?!]$/, '').replaceAll(' ', '   ')}`;
      for (const end of ends) expect(read(`${spaced}${end}`), prompt).toEqual(read(prompt));
    }
  });

  it('is one slip of the pen, so far that what is hard were simple', () => {
    for (const { prompt } of ALL_PROMPTS) {
      const found = new Set(slipsIn(prompt).map(complexity));
      expect(found.has('SIMPLE') && found.has('COMPLEX'), prompt).toBe(false);
    }
  });

  it('is never an error, whatever is asked', () => {
    fc.assert(
      fc.property(fc.oneof(awkwardText, fc.string({ unit: 'grapheme' })), (prompt) => {
        expect(['SIMPLE', 'MEDIUM', 'COMPLEX']).toContain(complexity(prompt));
      }),
    );
  });
});

/** The prompt with each two neighbouring letters exchanged, and as it is. */
function slipsIn(prompt: string): string[] {
  const letters = [...prompt];
  return letters.map((letter, at) =>
    letters
      .with(at, letters[at + 1] ?? '')
      .with(Math.min(at + 1, letters.length - 1), letter)
      .join(''),
  );
}
