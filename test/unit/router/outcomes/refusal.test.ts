import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/router/outcomes/refusal.ts';

/** So much that nobody would take it for a refusal. */
const MUCH = ` In general, ${'layers of this age need water, feed, light and room. '.repeat(8)}`;

describe('a refusal', () => {
  it.each([
    "I'm sorry, but I can't assist with that.",
    'I’m sorry, but I can’t help with that request.',
    'I am very sorry, but I cannot provide instructions for that.',
    "Sorry, I can't help with this.",
    'I cannot fulfill this request.',
    "I can't answer that question without more context.",
    'Unfortunately, I am unable to access external websites.',
    "Unfortunately, I don't have enough information to answer this.",
    "As an AI language model, I don't have access to real-time data.",
    'As an AI, I am not able to browse the internet.',
    'My apologies, but I must decline to write that.',
    'I apologize, but I am not permitted to discuss this.',
    "I won't be able to help you with that.",
    "I'm not able to create images.",
    'I must respectfully decline.',
    "I don't feel comfortable writing this.",
    "I don't know.",
    "I don't know the answer to that.",
    '**I cannot help with that.**',
    "I can't help with that, but I am glad to help with something else.",
    'I cannot provide enough information on this; my knowledge ends in 2023.',
    `I cannot provide medical advice.${MUCH}`,
  ])('is: %s', (text) => {
    expect(isRefusal(text)).toBe(true);
  });

  it.each([
    'I cannot recommend this feed highly enough.',
    "I can't recommend X highly enough, and I can't stress enough how well it works.",
    'I cannot provide enough praise for this breed.',
    "I can't help but admire how they did it.",
    'I cannot help but notice a mistake in line 3.',
    "I can't believe how fast they grow!",
    "I can't wait to help you with this.",
    "I'm sorry to hear that your hens are ill. Separate them first.",
    'I am sorry for the delay. The invoice is attached.',
    'Sorry for the confusion! The answer is 42.',
    'Unfortunately, the hatch rate falls after day 21.',
    'I will not go into details: in short, yes.',
    "I don't know about you, but most people prefer brown eggs.",
    '"I\'m sorry, but I can\'t help you," said the fox, and went away.',
    'You cannot provide feed and medicine together.',
    'Dear Ms Weber, I cannot provide the documents before Friday.',
    'The model answered: "I cannot assist with that."',
    'As an AI ethicist, I would begin with consent.',
    '',
    `I can't give legal advice, but here is how such contracts usually work.${MUCH}`,
    `As an AI, I don't have access to your flock's data. However, I can explain it.${MUCH}`,
  ])('is not: %s', (text) => {
    expect(isRefusal(text)).toBe(false);
  });
});
