import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionOf } from '../../../src/cache/partition.ts';
import type { CacheQuestion } from '../../../src/cache/port.ts';
import type { CacheControl, GenerationRequest } from '../../../src/domain/request.ts';
import type { ExperimentAssignment } from '../../../src/router/port.ts';
import { sampleQuestion } from '../../support/sample-entry.ts';
import { sampleRequest } from '../../support/sample-request.ts';

function withRequest(changes: Partial<GenerationRequest>): CacheQuestion {
  return sampleQuestion({ request: sampleRequest(changes) });
}

function withCache(changes: Partial<CacheControl>): CacheQuestion {
  return withRequest({ cache: { ...sampleRequest().cache, ...changes } });
}

const assignments = [
  { experiment: 'routing', run: '1', arm: 'small', cell: 7 },
  { experiment: 'glossary', run: '4', arm: 'on', cell: 63 },
];

function ofLargeTier(...models: readonly string[]): CacheQuestion {
  return sampleQuestion({ policy: { kind: 'tier', tier: 'LARGE', models } });
}

/** A question of somebody who is in one arm, except for what `changes` says. */
function inArm(changes: Partial<ExperimentAssignment>): CacheQuestion {
  const assignment = { experiment: 'routing', run: '1', arm: 'small', cell: 7, ...changes };
  return sampleQuestion({ policy: { kind: 'auto', models: ['a'], assignments: [assignment] } });
}

/** Questions that must never share an answer, by what they differ in from the first. */
const different: [string, CacheQuestion][] = [
  ['nothing', sampleQuestion()],
  ['tenant', sampleQuestion({ tenant: 'other' })],
  ['glossary', sampleQuestion({ glossaryVersion: 'g1' })],
  ['pinned model', sampleQuestion({ policy: { kind: 'pinned', model: 'large-model' } })],
  ['tier', sampleQuestion({ policy: { kind: 'tier', tier: 'SMALL', models: ['large-model'] } })],
  ['model of the tier', ofLargeTier('new')],
  ['models of the tier', ofLargeTier('large-model', 'new')],
  ['order of the models of the tier', ofLargeTier('new', 'large-model')],
  ['router', sampleQuestion({ policy: { kind: 'auto', models: ['a'], assignments: [] } })],
  [
    'candidates in order',
    sampleQuestion({ policy: { kind: 'auto', models: ['b', 'a'], assignments } }),
  ],
  [
    'order of candidates',
    sampleQuestion({ policy: { kind: 'auto', models: ['a', 'b'], assignments } }),
  ],
  ['arm', inArm({})],
  ['other arm', inArm({ arm: 'large' })],
  ['experiment of the arm', inArm({ experiment: 'glossary' })],
  ['namespace', withCache({ namespace: 'other' })],
  ['system prompt', withRequest({ system: 'Be brief.' })],
  ['empty system prompt', withRequest({ system: '' })],
  ['case of the system prompt', withRequest({ system: 'be brief.' })],
  ['history', withRequest({ history: [{ role: 'USER', content: 'Hello' }] })],
  ['role in the history', withRequest({ history: [{ role: 'ASSISTANT', content: 'Hello' }] })],
  [
    'history in two turns',
    withRequest({
      history: [
        { role: 'USER', content: 'Hel' },
        { role: 'USER', content: 'lo' },
      ],
    }),
  ],
  ['response format', withRequest({ responseFormat: { kind: 'JSON' } })],
  ['schema', withRequest({ responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: '{}' } })],
  ['other schema', withRequest({ responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: '{"a":1}' } })],
  ['maxTokens', withRequest({ maxTokens: 1 })],
  ['temperature', withRequest({ temperature: 1 })],
  ['temperature 0', withRequest({ temperature: 0 })],
  ['topP', withRequest({ topP: 1 })],
  ['seed', withRequest({ seed: 1 })],
  ['stop', withRequest({ stop: ['a', 'b'] })],
  ['stop in other order', withRequest({ stop: ['b', 'a'] })],
  ['stop as one', withRequest({ stop: ['a,b'] })],
];

describe('the partition of a question', () => {
  it.each(different)('is shared with no question that differs by %s', (_, question) => {
    const others = different.map(([, other]) => other).filter((other) => other !== question);
    expect(others.map(partitionOf)).not.toContain(partitionOf(question));
  });

  it.each<[string, CacheQuestion]>([
    ['the prompt', withRequest({ prompt: 'Something else' })],
    ['the wish for a model', withRequest({ model: 'large-model' })],
    ['the wish for a tier', withRequest({ routing: { stickyKey: null, tier: 'LARGE' } })],
    ['who is asking', withRequest({ routing: { stickyKey: 'user-1', tier: null } })],
    ['the idempotency key', withRequest({ idempotencyKey: 'once' })],
    ['the mode', withCache({ mode: 'REFRESH' })],
    ['the time to live', withCache({ ttlSeconds: 1 })],
    ['the allowed age', withCache({ maxAgeSeconds: 1 })],
    ['the semantic switch', withCache({ semantic: false })],
    ['the allowed error rate', withCache({ maxErrorRate: 0.5 })],
  ])('does not differ by %s', (_, question) => {
    expect(partitionOf(question)).toBe(partitionOf(sampleQuestion()));
  });

  it.each([
    [0, -0],
    [1, Number.parseFloat('1e0')],
    [0.7, Number.parseFloat('0.70')],
  ])('does not differ by the way a number is written (%d, %d)', (a, b) => {
    expect(partitionOf(withRequest({ temperature: a }))).toBe(
      partitionOf(withRequest({ temperature: b })),
    );
  });

  it.each<[string, Partial<ExperimentAssignment>]>([
    ['the run of an experiment', { run: '2' }],
    ['the cell that it is counted in', { cell: 8 }],
  ])('does not differ by %s', (_, changes) => {
    expect(partitionOf(inArm(changes))).toBe(partitionOf(inArm({})));
  });

  it('differs by lone surrogates', () => {
    expect(partitionOf(withRequest({ system: '\ud800' }))).not.toBe(
      partitionOf(withRequest({ system: '\ud801' })),
    );
  });

  it('is equal for equal questions, and for no others', () => {
    fc.assert(
      fc.property(partitioned, partitioned, fc.constantFrom(...fields), (a, other, field) => {
        const b = { ...a, request: { ...a.request, [field]: other.request[field] } };
        const isEqual = JSON.stringify(a) === JSON.stringify(b);
        expect(partitionOf(a) === partitionOf(b)).toBe(isEqual);
        expect(partitionOf(a) === partitionOf(other)).toBe(
          JSON.stringify(a) === JSON.stringify(other),
        );
      }),
      { numRuns: 3_000 },
    );
  });
});

const fields = [
  ...(['system', 'history', 'maxTokens', 'temperature', 'topP', 'stop', 'seed'] as const),
  ...(['responseFormat', 'cache'] as const),
];

/** Few values a field, so that two questions are often nearly equal. */
const name = fc.constantFrom('', 'a', 'b', 'a"', ',', '[]', 'null');
const number = fc.constantFrom(null, 0, 0.5, 1);

/** What tells two partitions apart; the run and the cell do not. */
const assignment: fc.Arbitrary<ExperimentAssignment> = fc.record({
  experiment: name,
  run: fc.constant('1'),
  arm: name,
  cell: fc.constant(0),
});

const partitioned: fc.Arbitrary<CacheQuestion> = fc.record({
  tenant: name,
  glossaryVersion: fc.option(name),
  policy: fc.oneof(
    fc.record({ kind: fc.constant('pinned'), model: name }),
    fc.record({
      kind: fc.constant('tier'),
      tier: fc.constantFrom('SMALL', 'LARGE'),
      models: fc.array(name, { maxLength: 2 }),
    }),
    fc.record({
      kind: fc.constant('auto'),
      models: fc.array(name, { maxLength: 2 }),
      assignments: fc.array(assignment, { maxLength: 2 }),
    }),
  ),
  request: fc.record({
    prompt: fc.constant('What do day-old chicks eat?'),
    system: fc.option(name),
    history: fc.array(fc.record({ role: fc.constantFrom('USER', 'ASSISTANT'), content: name }), {
      maxLength: 2,
    }),
    model: fc.constant(null),
    maxTokens: number,
    temperature: number,
    topP: number,
    stop: fc.array(name, { maxLength: 2 }),
    seed: number,
    responseFormat: fc.oneof(
      fc.record({ kind: fc.constantFrom('TEXT', 'JSON') }),
      fc.record({ kind: fc.constant('JSON_SCHEMA'), jsonSchema: name }),
    ),
    cache: fc.record({
      mode: fc.constant('DEFAULT'),
      namespace: name,
      ttlSeconds: fc.constant(null),
      maxAgeSeconds: fc.constant(null),
      semantic: fc.constant(true),
      maxErrorRate: fc.constant(null),
    }),
    routing: fc.record({ stickyKey: fc.constant(null), tier: fc.constant(null) }),
    idempotencyKey: fc.constant(null),
  }),
});
