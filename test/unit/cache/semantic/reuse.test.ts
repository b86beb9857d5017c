import { describe, expect, it } from 'vitest';
import { reuseRefusal } from '../../../../src/cache/semantic/reuse.ts';
import type { GenerationRequest } from '../../../../src/domain/request.ts';
import { sampleRequest } from '../../../support/sample-request.ts';

function refused(prompt: string, changes: Partial<GenerationRequest> = {}): string | null {
  return reuseRefusal(sampleRequest({ prompt, ...changes }))?.kind ?? null;
}

const history = [
  { role: 'USER', content: 'Who is the CEO of Apple?' },
  { role: 'ASSISTANT', content: 'Tim Cook.' },
] as const;

describe('what may be answered with the answer to another prompt', () => {
  it.each([
    'What do day-old chicks eat?',
    'How do I cancel my card?',
    'How can I reset my password?',
    'Why was my card declined?',
    'Where can I see my balance?',
    'What happens to my account if I die?',
    'My card was stolen, what should I do?',
    'I fell last week and my knee hurts. What can I do?',
    'Write a poem about autumn',
    'Translate "good morning" into French',
    'Translate this into French: good morning',
    'Book recommendations for beginners',
    'What is the order of operations?',
    'What is a current account?',
    'What is alternating current?',
    'What is transfer learning?',
    'Can you cancel a direct debit online?',
    'Add 2 and 3',
  ])('%s', (prompt) => {
    expect(refused(prompt)).toBeNull();
  });
});

describe('what is soon out of date', () => {
  it.each([
    'What is the weather in Paris today?',
    'Who is the current CEO of Apple?',
    'What is the latest version of Python?',
    'What is the cheapest flight to Rome tonight?',
    'What time is it?',
    'Which films open this week?',
    'How much is the price of gold?',
    'When is the next eclipse?',
    'Any news about the election?',
  ])('%s', (prompt) => {
    expect(refused(prompt)).toBe('FRESHNESS');
  });
});

describe('what is the caller’s own, or asks to act', () => {
  it.each([
    'What is my balance?',
    'Where is my order?',
    'Where is my suitcase?',
    'Shut down my computer',
    'When will my order arrive?',
    'Did I pay my rent?',
    'How much do I owe?',
    'How is my portfolio doing?',
    'Show me my boarding pass',
    'Cancel my card',
    'Please send 50 dollars to Bob',
    'Could you book a table for two?',
    'Can you cancel my card?',
    'Delete the branch feature/login',
    'Remind me to call home',
    'Turn on the lights',
    'Change my password',
  ])('%s', (prompt) => {
    expect(refused(prompt)).toBe('OTHER');
  });
});

describe('a turn that depends on the turns before it', () => {
  it.each([
    'how old is he?',
    'And in winter?',
    'why?',
    'What about it',
    'the second one',
    'tell me more',
    'Is it safe?',
    'What does that mean?',
    'Which one is better?',
    'What is their capital?',
    'What if it rains?',
    'Can you explain it again?',
    'translate that to French',
    'Continue',
  ])('is not reused: %s', (prompt) => {
    expect(refused(prompt, { history })).toBe('CONTEXT');
  });

  it.each([
    'What do day-old chicks eat?',
    'How long does it take to boil an egg?',
    'Is it safe to eat raw eggs?',
    'Who wrote Hamlet?',
    'Is there a cure for diabetes?',
  ])('unlike one that stands by itself: %s', (prompt) => {
    expect(refused(prompt, { history })).toBeNull();
  });

  it.each([
    'Translate this:',
    'Explain this code:',
    'Summarize the above text',
    'Summarize this article',
    'What did you mean by your last answer?',
  ])('even where there are none: %s', (prompt) => {
    expect(refused(prompt)).toBe('CONTEXT');
  });
});

describe('what cannot be compared', () => {
  it.each([
    ['a long prompt', 'What do hens eat? '.repeat(34)],
    ['code in the lines below', 'Explain this code:\ndef f(x): return x'],
    ['a block of code', 'What does this do?\n```\nlet a = 1;\n```'],
    ['a long quotation', `Who said “${'To be or not to be. '.repeat(7)}”?`],
  ])('is not reused: %s', (_, prompt) => {
    expect(refused(prompt)).toBe('OTHER');
  });

  it('reuses a short piece of code', () => {
    expect(refused('What does `git reset` do?')).toBeNull();
  });

  it('reuses nothing at a high temperature', () => {
    expect(refused('What do hens eat?', { temperature: 0.71 })).toBe('OTHER');
    expect(refused('What do hens eat?', { temperature: 0.7 })).toBeNull();
    expect(refused('What do hens eat?', { temperature: null })).toBeNull();
  });

  it.each([
    'a ',
    'is it ',
    'the ',
    'my ',
    'more ',
    ': ',
    'this text ',
  ])('takes no long time over a long prompt of %j', (unit) => {
    const start = performance.now();
    reuseRefusal(sampleRequest({ prompt: unit.repeat(50_000) }));
    reuseRefusal(sampleRequest({ prompt: unit.repeat(600 / unit.length), history }));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
