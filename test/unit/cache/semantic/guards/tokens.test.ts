import { describe, expect, it } from 'vitest';
import { readTokens } from '../../../../../src/cache/semantic/guards/tokens.ts';

function read(prompt: string): string {
  return readTokens(prompt)
    .map(({ text }) => text)
    .join(' ');
}

describe('the words of a prompt', () => {
  it.each([
    ['a number in words', 'twenty-one days', '21 day'],
    ['a number of several words', 'one hundred and five thousand', '105000'],
    ['a number in digits and words', '2 million users', '2000000 users'],
    ['thousands with commas', '1,000 birds', '1000 birds'],
    ['thousands by a letter', '5k birds', '5000 birds'],
    ['a year in words', 'nineteen eighty-four', '1984'],
    ['a dozen', 'a dozen eggs', '12 eggs'],
    ['a half', 'two and a half hours', '2.5 hour'],
    ['half of one', 'half an hour', '0.5 hour'],
    ['a fraction in words', 'two thirds', '2/3'],
    ['an ordinal', 'the second week', 'the 2nd week'],
    ['a second that is a time', 'a second later', 'a second later'],
    ['a Roman numeral', 'World War II', 'world war 2'],
    ['a Roman numeral of one letter', 'type I diabetes', 'type 1 diabetes'],
    ['an I that is a person', 'which type I need', 'which type i need'],
    ['a percentage', '5 per cent', '5 %'],
    ['money', '$5 million', '5000000 dollar'],
    ['money with the currency apart', 'Rs. 500', '500 rupee'],
    ['a unit right behind', '5kg', '5 kg'],
    ['a unit in words', '5 kilograms', '5 kg'],
    ['degrees', '25 degrees Celsius', '25 celsius'],
    ['megabit and megabyte', '5 Mb or 5 MB', '5 mbit or 5 mb'],
    ['a time of day', '4 p.m.', '4 pm'],
    ['a range', '5-10 mg', '5 - 10 mg'],
    ['an age', '21-day-old chicks', '21 day old chicks'],
    ['a pronoun that looks like a number', 'which one is better', 'which one is better'],
  ])('reads %s', (_, prompt, words) => {
    expect(read(prompt)).toBe(words);
  });

  it.each([
    ['a contraction', "What's it?", 'what is it'],
    ['a contraction without its apostrophe', 'dont', 'do not'],
    ['a contraction in pieces', "do n't", 'do not'],
    ['a possessive, which is none', "the farmer's hens", "the farmer's hens"],
    ['British spelling', 'organise the colour', 'organize the color'],
    ['words in -ise that are spelt so everywhere', 'exercise advice', 'exercise advice'],
    ['a hyphen in one word', 'e-mail by Wi-Fi', 'email by wifi'],
    ['an abbreviation', 'the U.S. and J.K. Rowling', 'the usa and jk rowling'],
    ['a sentence that ends without a space', 'today.Can I', 'today can i'],
  ])('spells %s in one way', (_, prompt, words) => {
    expect(read(prompt)).toBe(words);
  });

  it.each([
    ['a version', 'v0.6.5', 'v0.6.5'],
    ['a name with a full stop', 'Node.js', 'node.js'],
    ['C++, C# and .NET', 'C++ C# .NET', 'c++ c# .net'],
    ['a regular expression', 'Explain a.*?', 'explain a.*?'],
    ['an address', 'https://a.example/B?c', 'https://a.example/B?c'],
    ['a factorial', 'What is 5!', 'what is 5 !'],
    ['a name with a number behind', 'iPhone6', 'iphone 6'],
    ['a code', 'vitamin B-12', 'vitamin b12'],
    ['a quotation', 'Who said "To Be"?', 'who said "To Be"'],
  ])('keeps %s', (_, prompt, words) => {
    expect(read(prompt)).toBe(words);
  });
});
