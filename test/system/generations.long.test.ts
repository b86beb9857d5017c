import { describe, expect, it } from 'vitest';
import { checkAccounts } from '../support/account-invariants.ts';
import { keyOf } from '../support/generation-diary.ts';
import { type History, playGenerations } from '../support/random-generations.ts';
import { checkStories } from '../support/story-invariants.ts';

const { TEST_LONG, TEST_SEED } = process.env;
const scenarios = TEST_LONG === 'true' ? 20_000 : 300;
const seeds =
  TEST_SEED === undefined
    ? Array.from({ length: scenarios }, (_, index) => index + 1)
    : [Number(TEST_SEED)];

/** What scenarios are to lead to, each of them now and then, if they are to prove anything. */
const SIGHTS = [
  ...['FINISHED', 'FAILED', 'CANCELLED', 'STOP', 'LENGTH'],
  ...['MISS', 'EXACT', 'JOINED', 'BYPASSED', 'DISABLED'],
  ...['NOT_CACHED', 'MODEL_UNKNOWN', 'IDEMPOTENCY_CONFLICT', 'SHUTTING_DOWN', 'RATE_LIMITED'],
  ...['reset', 'cut off while others go on', 'sent again', 'begun anew with the same key'],
];

describe('generations, in whatever order all happens', () => {
  it(`keep every promise, in ${seeds.length} random scenarios`, { timeout: 600_000 }, async () => {
    const seen = new Set<string>();
    for (const seed of seeds) {
      try {
        const history = await playGenerations(seed);
        checkStories(history);
        checkAccounts(history);
        for (const sight of sightsOf(history)) seen.add(sight);
      } catch (cause) {
        const again = `TEST_SEED=${seed} npx vitest run generations.long`;
        throw new Error(`Seed ${seed}: ${(cause as Error).message}\nAgain: ${again}`, { cause });
      }
    }
    if (TEST_SEED === undefined) expect([...seen]).toEqual(expect.arrayContaining(SIGHTS));
  });

  it('happen in the same order for the same seed, so that a failure can be looked into', async () => {
    expect(await playGenerations(7)).toEqual(await playGenerations(7));
  });
});

function sightsOf({ asked, listeners, calls, finals }: History): string[] {
  const generations = [...finals.values()];
  const began = asked.filter(({ id }) => finals.has(id));
  const sights = {
    reset: listeners.some(({ heard }) => heard.some(({ type }) => type === 'reset')),
    'cut off while others go on': generations.some(
      ({ status, text }) =>
        status === 'CANCELLED' &&
        text !== '' &&
        calls.some((call) => call.finish !== null && call.text.startsWith(text)),
    ),
    'sent again': asked.some(({ id, generationId }) => ![null, id].includes(generationId)),
    'begun anew with the same key': new Set(began.map(keyOf)).size < began.length,
  };
  return [
    ...Object.entries(sights).flatMap(([name, isSeen]) => (isSeen ? [name] : [])),
    ...asked.map(({ refusal }) => refusal?.code ?? ''),
    ...generations.map(({ status }) => status),
    ...generations.map(({ failure }) => failure?.code ?? ''),
    ...generations.map(({ finishReason }) => finishReason ?? ''),
    ...generations.map(({ decision }) => decision.cache.outcome),
  ];
}
