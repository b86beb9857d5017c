import type { LabelledPrompt } from './complexity-prompts.ts';

/**
 * Written when the rule was done, in the manner of people who type in a hurry, and with hard questions in few words. It
 * got 27 of these 40 right at first sight, and took none of SIMPLE for COMPLEX or of COMPLEX for SIMPLE. Then the words by
 * which it knows English were mended: what the tests demand of it now is more, and no measure of what it has not seen.
 */
export const LATER_PROMPTS: readonly LabelledPrompt[] = [
  { label: 'SIMPLE', prompt: 'whats the capital of portugal' },
  { label: 'SIMPLE', prompt: 'hey! quick one: who invented the telephone' },
  { label: 'SIMPLE', prompt: 'thx' },
  { label: 'SIMPLE', prompt: 'How many grams are in an ounce?' },
  { label: 'SIMPLE', prompt: 'pls translate "see you tomorrow" to german' },
  { label: 'SIMPLE', prompt: 'When is Mother’s Day in the UK this year?' },
  { label: 'SIMPLE', prompt: 'Does aspirin thin the blood?' },
  { label: 'SIMPLE', prompt: 'What does GDP stand for' },
  { label: 'SIMPLE', prompt: 'could you tell me what the freezing point of ethanol is' },
  { label: 'SIMPLE', prompt: 'What is the incubation temperature for duck eggs' },
  { label: 'SIMPLE', prompt: 'phone number of support?' },
  { label: 'SIMPLE', prompt: 'What year was Python released?' },
  { label: 'MEDIUM', prompt: 'my chickens are pecking each other bloody help' },
  { label: 'MEDIUM', prompt: 'Tell me about the French Revolution' },
  { label: 'MEDIUM', prompt: 'need a catchy subject line for a newsletter on egg freshness' },
  {
    label: 'MEDIUM',
    prompt: 'rewrite in a formal tone: hey boss cant come in today, feeling rough',
  },
  { label: 'MEDIUM', prompt: 'pros and cons of working from home' },
  { label: 'MEDIUM', prompt: 'How do I sort a list of dicts by a key in python' },
  { label: 'MEDIUM', prompt: 'Why was my card declined?' },
  { label: 'MEDIUM', prompt: 'Is it worth refinancing my loan at 5.9 percent?' },
  { label: 'MEDIUM', prompt: 'whats a good substitute for buttermilk in pancakes' },
  { label: 'MEDIUM', prompt: 'Explain the plot of Hamlet in two sentences' },
  { label: 'MEDIUM', prompt: 'What happens if I miss a dose of antibiotics?' },
  { label: 'MEDIUM', prompt: 'Draft a short notice that the office is closed on Friday.' },
  { label: 'MEDIUM', prompt: 'a car drives 150 km in 2 hours, what is its speed' },
  { label: 'MEDIUM', prompt: 'Is the Riemann hypothesis proven?' },
  { label: 'MEDIUM', prompt: 'Wie kann ich mein Passwort zurücksetzen?' },
  { label: 'MEDIUM', prompt: 'Podrías resumir este texto en tres frases?' },
  { label: 'MEDIUM', prompt: '谁写了红楼梦' },
  {
    label: 'COMPLEX',
    prompt: 'Is every continuous bijection from [0,1] to itself a homeomorphism? Prove it.',
  },
  { label: 'COMPLEX', prompt: 'prove sqrt(2) irrational' },
  { label: 'COMPLEX', prompt: 'Determine the Galois group of x^4 - 2 over the rationals.' },
  {
    label: 'COMPLEX',
    prompt:
      'design a schema for a multi tenant billing system w/ usage based pricing, proration, credits and audit trail, postgres',
  },
  {
    label: 'COMPLEX',
    prompt:
      'Our p99 went from 80ms to 900ms after we moved to the new cluster. CPU is fine, GC is fine, connection pool is at 40%. what would you look at and in what order, and how would you prove each one',
  },
  {
    label: 'COMPLEX',
    prompt:
      'Can a tenant withhold rent in New York if the heating has failed three times since December, the landlord was told in writing twice, and the lease says all disputes go to arbitration? Walk me through the analysis.',
  },
  {
    label: 'COMPLEX',
    prompt:
      'Mara has 48 stickers. She gives a third to Leo, buys 2 packs of 12, and loses 5. Leo then gives her half of his. How many does she have?',
  },
  {
    label: 'COMPLEX',
    prompt:
      'write a compiler for a tiny lisp in typescript: lexer, parser, closures, tail calls, tests',
  },
  {
    label: 'COMPLEX',
    prompt:
      'Compute the ground state energy shift to second order for a particle in a box with perturbation V = aδ(x - L/2).',
  },
  {
    label: 'COMPLEX',
    prompt:
      'which antibiotic for a penicillin-allergic pregnant woman at 30 weeks with pyelonephritis, creatinine 1.6, last culture ESBL E. coli; dose and duration?',
  },
  {
    label: 'COMPLEX',
    prompt:
      'Assess whether we should hedge our corn exposure with futures or options for the next two quarters given our storage limits, and set out the worst case for each.',
  },
];
