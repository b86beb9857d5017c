import { describe, expect, it } from 'vitest';
import { refused } from './refused.ts';

/** Pairs that are alike but for what matters: one table a guard, first what it refuses, then what it lets pass. */
describe('numbers', () => {
  it.each([
    [
      'What is the weight of a Ross 308 at 21 days?',
      'What is the weight of a Ross 308 at 28 days?',
    ],
    ['What is the treatment for type 1 diabetes?', 'What is the treatment for type II diabetes?'],
    ['What happens if I miss one payment?', 'What happens if I miss two payments?'],
    ['What temperature in the first week?', 'What temperature in the second week?'],
    ['Does error 404 matter?', 'Does error 403 matter?'],
    ['What was GDP growth in 2019?', 'What was GDP growth in 2020?'],
    ['What is 2+2?', 'What is 2+3?'],
    ['What is 5 minus 3?', 'What is 3 minus 5?'],
    ['What is 10 divided by 2?', 'What is 2 divided by 10?'],
    ['Mix 2 eggs and 3 cups of flour?', 'Mix 3 eggs and 2 cups of flour?'],
    ['How much feed at 21 days?', 'How much feed?'],
    ['Is 5% interest a lot?', 'Is 15% interest a lot?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('NUMBER');
  });

  it.each([
    ['How much feed at 21 days?', 'How much feed at twenty-one days?'],
    ['Is 1,000 birds a lot?', 'Is 1k birds a lot?'],
    ['Is a dozen eggs enough?', 'Are 12 eggs enough?'],
    ['What is the sum of 12 and 30?', 'What is the sum of 30 and 12?'],
    ['Who won World War II?', 'Who won World War 2?'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('units', () => {
  it.each([
    ['What is the weight in g?', 'What is the weight in lb?'],
    ['How much is 5 kg in pounds?', 'How much is 5 kg in ounces?'],
    ['What is the temperature in Celsius?', 'What is the temperature in Fahrenheit?'],
    ['How much does it cost in dollars?', 'How much does it cost in euros?'],
    ['Is 5 MB a lot?', 'Is 5 Mb a lot?'],
    ['When is it in EST?', 'When is it in PST?'],
    ['Is 5 mg a safe dose?', 'Is 5 mcg a safe dose?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('UNIT');
  });

  it.each([
    ['Is 5 kg a lot?', 'Are 5 kilograms a lot?'],
    ['Can I borrow £5,000?', 'Can I borrow 5,000 pounds?'],
    ['Is $20 enough?', 'Is 20 dollars enough?'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('identifiers', () => {
  it.each([
    ['What does E1234X mean?', 'What does E1243X mean?'],
    ['What is new in v1.2.3?', 'What is new in v1.2.4?'],
    ['What does `git reset` do?', 'What does `git revert` do to it?'],
    ['What does `A` mean in awk?', 'What does `a` mean in awk?'],
    ['How tall is K2?', 'How tall is K3?'],
    ['Where does /etc/hosts lie?', 'Where does /etc/host lie?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).not.toBeNull();
  });

  it.each([
    ['What is `torch.compile`?', 'What is torch.compile?'],
    ['What is "Netty"?', 'what is netty'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('names and things of one sort', () => {
  it.each([
    ['Is Paris safe for tourists?', 'Is Rome safe for tourists?'],
    ['What is the capital of Austria?', 'What is the capital of Australia?'],
    ['What is the population of North Korea?', 'What is the population of South Korea?'],
    ['How old is Barack Obama?', 'How old is Michelle Obama?'],
    ['how do i train a dog', 'what is the best way to train a cat'],
    ['How much feed does a broiler eat?', 'How much feed does a layer eat?'],
    ['Is ibuprofen safe during pregnancy?', 'Can pregnant women take paracetamol?'],
    ['How do I sort a list in Python?', 'What is the way to sort a list in Java?'],
    ['Is the store open on Monday?', 'Is the store open on Sunday?'],
    ['Is it worth studying in India?', 'Is it worth studying?'],
    ['How do I cancel Amazon Prime?', 'How do I cancel Amazon?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('ENTITY');
  });

  it.each([
    ['What is the capital of the USA?', 'What is the capital of the United States?'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('negation', () => {
  it.each([
    ['Which foods contain gluten?', 'Which foods do not contain gluten?'],
    ['Can I take ibuprofen with food?', 'Can I take ibuprofen without food?'],
    ['Is it legal to work?', "Isn't it legal to never work?"],
    ['What should I eat?', 'What should I avoid eating?'],
    ['What is a parametric test?', 'What is a non-parametric test?'],
    ['How do I become sad?', 'How do I become not sad?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toMatch(/^(?:NEGATION|ANTONYM)$/);
  });

  it.each([
    ['How do I get a job with no experience?', 'How can I get a job without experience?'],
    ['Can hamsters eat carrots? Why or why not?', 'Can hamsters eat carrots?'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('opposites', () => {
  it.each([
    ['How do I deposit money?', 'How do I withdraw money?'],
    ['What is systolic blood pressure?', 'What is diastolic blood pressure?'],
    ['How do I encrypt a file?', 'How do I decrypt a file?'],
    ['How do I install Docker?', 'How do I uninstall Docker?'],
    ['What is a call option?', 'What is a put option?'],
    ['Can I take it before surgery?', 'Can I take it after surgery?'],
    ['Are all mammals warm?', 'Are some mammals warm?'],
    ['Is it theft and fire?', 'Is it theft or fire?'],
    ['Would he reject her?', 'Would she reject him?'],
    ['How do I fly a one-way trip?', 'How do I fly a return trip?'],
    ['How do I become more hopeful?', 'How do I become more hopeless?'],
    ['What does the lender owe?', 'What does the borrower owe?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('ANTONYM');
  });
});

describe('order and roles', () => {
  it.each([
    ['How do I convert Celsius to Fahrenheit?', 'How do I convert Fahrenheit to Celsius?'],
    ['How do I migrate from MySQL to Postgres?', 'How do I migrate from Postgres to MySQL?'],
    ['Can a landlord evict a tenant?', 'Can a tenant evict a landlord?'],
    ['Can I sue my landlord?', 'Can my landlord sue me?'],
    ['Is gold dearer than silver?', 'Is silver dearer than gold?'],
    ['Did Adam use the farm?', 'Was Adam used by the farm?'],
    ['Does Jonathan hate Steven?', 'Is Jonathan hated by Steven?'],
    [
      'How dangerous is a green snake with black spots?',
      'How dangerous is a black snake with green spots?',
    ],
    ['How do I lose weight and not gain it?', 'How do I gain weight and not lose it?'],
    ['Can you see what I do?', 'Can I see what you do?'],
    ['Can my son fly with his passport?', 'Can my son fly with my passport?'],
    ['What is it worth at maturity?', 'What is it worth before maturity?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toMatch(/^(?:ORDER|ANTONYM)$/);
  });

  it.each([
    ['Was the farm used by Adam?', 'Did Adam use the farm?'],
    ['Does Erin remember Timothy?', 'Is Timothy remembered by Erin?'],
    ['Is Sara married to Anthony?', 'Is Anthony married to Sara?'],
    ['Is Emma an actor or a nurse?', 'Is Emma a nurse or an actor?'],
    ['Which is better, Wipro, TCS or Infosys?', 'Which is better, Infosys, Wipro or TCS?'],
    [
      'What is the difference between a virus and a bacterium?',
      'What is the difference between a bacterium and a virus?',
    ],
    ['Is John Harris a German analyst?', 'Is John Harris an analyst and German?'],
    [
      'What is the best school in Turkey for music?',
      'What is the best school for music in Turkey?',
    ],
    ['How do I improve battery life on an iPhone?', 'How do I improve my iPhone battery life?'],
  ])('let %s for %s pass', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});

describe('the question', () => {
  it.each([
    ['Who invented the telephone?', 'When was the telephone invented?'],
    ['Where was Einstein born?', 'When was Einstein born?'],
    ['How do vaccines work?', 'Why do vaccines work?'],
    ['What is inflation?', 'What causes inflation?'],
    ['Can you smoke it?', 'How do you smoke it?'],
    ['What is an index in SQL?', 'How do I create an index in SQL?'],
    ['How much does a hen weigh?', 'How much does a hen cost?'],
    ['How long does a hen live?', 'Where does a hen live?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('QUESTION');
  });
});

describe('the form of the answer', () => {
  it.each([
    ['Explain recursion in one sentence.', 'Explain recursion in detail.'],
    ['Explain recursion to a child.', 'Explain recursion to an expert.'],
    ['Summarize the French Revolution.', 'Translate the French Revolution.'],
    ['List the benefits of rest as a table.', 'List the benefits of rest.'],
    ['Write a poem about autumn.', 'Write an essay about autumn.'],
    ['How do I cook rice?', 'How do I cook rice, step by step?'],
    ['What is a bond? Briefly.', 'What is a bond?'],
  ])('refuses %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('FORMAT');
  });

  it('refuses another language', () => {
    expect(
      refused('Answer in Spanish: what is gravity?', 'Answer in French: what is gravity?'),
    ).toBe('LANGUAGE');
  });
});

describe('modifiers', () => {
  it.each([
    ['Is Kevin Bailey a friend?', 'Is Kevin Bailey an international friend?'],
    ['What are the symptoms of flu?', 'What are the symptoms of flu in adults?'],
    ['What helps against pain?', 'What helps against menstrual pain?'],
    ['Is Tyler Clark an activist?', 'Is Tyler Clark a good activist?'],
    ['Must I wear a helmet?', 'May I wear a helmet?'],
    ['Are all moles harmless?', 'Are moles harmless?'],
    ['Is RNA always single?', 'Is RNA single?'],
    ['How do I make soap?', 'How do I use soap?'],
  ])('refuse %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('MODIFIER');
  });
});

describe('another thing in the place of a thing', () => {
  it.each([
    ['How does a diode work?', 'How does a transistor work?'],
    ['How many employees does it have?', 'How many offices does it have?'],
    ['Can I cancel a standing order?', 'Can I cancel a direct debit?'],
    ['What is the principal part?', 'What is the interest part?'],
    ['Explain blockchain to developers', 'Explain blockchain to managers'],
  ])('is refused: %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('OTHER');
  });
});

describe('tense', () => {
  it.each([
    ['Who is the CEO of Apple?', 'Who was the CEO of Apple?'],
    ['Is Jose becoming an advisor?', 'Is Jose an advisor?'],
    ['Who won the Champions League?', 'Who will win the Champions League?'],
  ])('refuses %s for %s', (a, b) => {
    expect(refused(a, b)).toBe('TENSE');
  });

  it('lets a passive of the past pass', () => {
    expect(refused('Who wrote Ulysses?', 'Who was Ulysses written by?')).toBeNull();
  });
});

describe('what a fresh reader found', () => {
  it.each([
    ['ORDER', 'How do I know if someone blocked me?', 'How do I know if I blocked someone?'],
    ['ORDER', 'How do I trust people?', 'How do I get trusted by people?'],
    ['ORDER', 'Which banks do you support?', 'Which banks support you?'],
    ['ORDER', 'How do I talk to a bully?', 'How do I talk about a bully?'],
    ['TENSE', 'How have prices changed?', 'How will prices change?'],
    ['MODIFIER', 'How many legs do insects have?', 'How many legs do most insects have?'],
    ['MODIFIER', 'How do I sleep?', 'How do I sleep more?'],
    ['UNIT', 'How many volts is 10 mV?', 'How many volts is 10 MV?'],
  ])('refuse (%s) %s for %s', (kind, a, b) => {
    expect(refused(a, b)).toBe(kind);
  });

  it.each([
    ['How do you spell colour?', 'How do you spell color?'],
    ['How do you spell sincerely?', 'How do you spell regards?'],
    ['What does thx mean?', 'What does thanks mean?'],
    ['How do you say please in French?', 'How do you say kindly in French?'],
    ['How do you spell 40?', 'How do you spell forty?'],
    ['How thick are twenty one-dollar bills?', 'How thick are twenty-one dollar bills?'],
  ])('refuse, where the words are what is asked about, %s for %s', (a, b) => {
    expect(refused(a, b)).not.toBeNull();
  });

  it.each([
    ['Which currencies do you support?', 'Which currencies are supported?'],
    ['Who founded Amazon?', 'Who is the founder of Amazon?'],
    ['Where is Petra?', 'Where is Petra located?'],
  ])('let pass %s for %s', (a, b) => {
    expect(refused(a, b)).toBeNull();
  });
});
