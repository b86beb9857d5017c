import { describe, expect, it } from 'vitest';
import {
  type AskedFailure,
  type AskedGeneration,
  ask,
  askForAnswer,
  stream,
} from '../support/ask.ts';
import { listenToGeneration, listenToStream } from '../support/follow.ts';
import { type Gateway, startGatewayBefore } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { writeKeysFile } from '../support/keys-file.ts';
import { startRedis } from '../support/redis-server.ts';
import { type ScriptedUpstream, startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Addressed, post, withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

const LIMITED = 'key-of-the-limited-0123456789';
const UNLIMITED = 'key-of-the-limited-for-more-0123456789';
const FREE = 'key-of-the-free-0123456789';

type Limited = AsyncDisposable & {
  readonly upstream: ScriptedUpstream;
  /** The tenant with limits, at two gateways: one and the same without Redis. */
  readonly here: Addressed;
  readonly there: Addressed;
  /** A tenant without. */
  readonly free: Addressed;
};

/** A tenant with `limits`; an answer takes 100 + 10 tokens of the large model: 0.00036 USD. */
async function startLimited(
  limits: object,
  place: Place = MEMORY,
  otherKeys: readonly object[] = [],
): Promise<Limited> {
  await using starting = new AsyncDisposableStack();
  const upstream = starting.use(await startScriptedUpstream());
  upstream.answersAll(() => say('Starter feed.', { usage: { input: 100, output: 10 } }));
  const keys = starting.use(
    await writeKeysFile({
      keys: [
        { tenant: 'limited', key: LIMITED, ...limits },
        { tenant: 'free', key: FREE },
        ...otherKeys,
      ],
    }),
  );
  const redis = place.redis ? starting.use(await startRedis()) : null;
  const start = async (): Promise<Gateway> =>
    starting.use(
      await startGatewayBefore(upstream, {
        API_KEYS_FILE: keys.path,
        ...(redis && { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '1000' }),
      }),
    );
  const one = await start();
  const other = redis === null ? one : await start();
  const running = starting.move();
  return {
    upstream,
    here: withKey(one, LIMITED),
    there: withKey(other, LIMITED),
    free: withKey(one, FREE),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

type Place = { readonly name: string; readonly redis: boolean };
const MEMORY: Place = { name: 'in one process', redis: false };
const places = [MEMORY, { name: 'over two processes', redis: true }];

let asked = 0;
/** Nobody has asked it before, and at most 1,000 tokens of the large model answer it: 0.006 USD and a little. */
function newQuestion(changes: object = {}) {
  asked += 1;
  return { prompt: `Question ${asked}?`, model: 'large-model', maxTokens: 1_000, ...changes };
}

function codesOf(results: readonly (AskedGeneration | AskedFailure)[]) {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.__typename === 'Generation' ? 'ANSWERED' : result.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

describe.each(places)('a tenant with limits $name', (place) => {
  it('may send so many requests in a minute, answered from the cache or not', async () => {
    await using limited = await startLimited({ requestsPerMinute: 3 }, place);
    const question = newQuestion();
    await askForAnswer(limited.here, question);
    expect((await askForAnswer(limited.there, question)).cached).toBe(true);
    await askForAnswer(limited.here, question);
    const refused = await ask(limited.there, question);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryable: true, generation: null });
    const { retryAfterMs } = refused as AskedFailure;
    expect(retryAfterMs).toBeGreaterThan(0);
    // All of them came within one minute: they weigh on the next one until enough of it has passed.
    expect(retryAfterMs).toBeLessThanOrEqual(120_000);
    expect(await askForAnswer(limited.free, question)).toMatchObject({ cached: false });
  });

  it('hears it the same as a stream, and in a preview', async () => {
    await using limited = await startLimited({ requestsPerMinute: 1 }, place);
    await askForAnswer(limited.here, newQuestion());
    const events = await stream(limited.there, newQuestion());
    expect(events).toMatchObject([
      { __typename: 'GenerationFailed', failure: { code: 'RATE_LIMITED' } },
    ]);
    const query = '{ preview(input: { prompt: "Hens?" }) { wouldFail { code } } }';
    const previewed = await (await post(limited.there, { query })).json();
    expect(previewed).toMatchObject({
      data: { preview: { wouldFail: { code: 'RATE_LIMITED' } } },
    });
  });

  it('cannot pass a budget by asking all at once', async () => {
    await using limited = await startLimited({ budgetUsd: 0.02, window: 'day' }, place);
    const answer = heldAnswer();
    limited.upstream.answersAll(() => answer.script);
    let refused = 0;
    const all = Array.from({ length: 12 }, async (_, index) => {
      const result = await ask(index % 2 === 0 ? limited.here : limited.there, newQuestion());
      if (result.__typename === 'GenerationFailure') refused += 1;
      return result;
    });
    await expect.poll(() => refused).toBe(9);
    answer.release();
    expect(codesOf(await Promise.all(all))).toEqual({ ANSWERED: 3, BUDGET_EXCEEDED: 9 });
    expect(limited.upstream.calls).toHaveLength(3);
  });

  it('has spent what its answers took, and not what was set aside for them', async () => {
    await using limited = await startLimited({ budgetUsd: 0.007 }, place);
    // Three answers take 0.00108 USD, and after that 0.006 more is too much.
    for (const who of [limited.here, limited.there, limited.here]) {
      await expect
        .poll(async () => codesOf([await ask(who, newQuestion())]))
        .toEqual({
          ANSWERED: 1,
        });
    }
    const exceeded = () => ask(limited.there, newQuestion());
    await expect.poll(exceeded).toMatchObject({ code: 'BUDGET_EXCEEDED', retryable: true });
    const { retryAfterMs } = (await exceeded()) as AskedFailure;
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(await ask(limited.here, newQuestion({ maxTokens: 10 }))).toMatchObject({
      cached: false,
    });
  });

  it('has its longest answer bounded where the request does not say', async () => {
    await using limited = await startLimited({ budgetUsd: 1 }, place);
    await askForAnswer(limited.here, newQuestion({ maxTokens: null }));
    await askForAnswer(limited.free, newQuestion({ maxTokens: null }));
    const bounds = limited.upstream.calls.map(({ body }) => body['max_tokens']);
    expect(bounds).toEqual([2_048, undefined]);
  });

  it('pays nothing for a stored answer, and has it when the budget is spent', async () => {
    await using limited = await startLimited({ budgetUsd: 0.0065 }, place);
    const question = newQuestion();
    await askForAnswer(limited.here, question);
    const dear = await ask(limited.here, newQuestion({ maxTokens: 1_100 }));
    expect(dear).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(await askForAnswer(limited.there, question)).toMatchObject({ cached: true });
  });

  it('may have so many tokens in a minute', async () => {
    await using limited = await startLimited({ tokensPerMinute: 1_200 }, place);
    await askForAnswer(limited.here, newQuestion());
    const refused = await ask(limited.there, newQuestion({ maxTokens: 1_150 }));
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    expect(await ask(limited.there, newQuestion({ maxTokens: 1_500 }))).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: false,
    });
  });

  it('may have so many generations under way, and the next when one has ended', async () => {
    await using limited = await startLimited({ maxConcurrent: 1 }, place);
    const answer = heldAnswer();
    limited.upstream.answers(answer.script);
    const first = ask(limited.here, newQuestion());
    await limited.upstream.call(0);
    expect(await ask(limited.there, newQuestion())).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
    });
    expect(limited.upstream.calls).toHaveLength(1);
    answer.release();
    await first;
    await expect
      .poll(() => ask(limited.there, newQuestion()))
      .toMatchObject({
        __typename: 'Generation',
      });
  });

  it('counts no request that stands for a generation which has begun', async () => {
    await using limited = await startLimited({ requestsPerMinute: 1 }, place);
    const question = newQuestion({ idempotencyKey: 'one' });
    const { id } = await askForAnswer(limited.here, question);
    expect((await askForAnswer(limited.there, question)).id).toBe(id);
    await using resumed = listenToGeneration(limited.there, id);
    expect((await resumed.rest()).at(-1)).toMatchObject({ __typename: 'GenerationFinished' });
  });

  it('pays once for equal questions at the same moment', async () => {
    await using limited = await startLimited({ budgetUsd: 0.0131 }, place);
    const answer = heldAnswer();
    limited.upstream.answersAll(() => answer.script);
    const question = newQuestion();
    await using first = listenToStream(limited.here, question);
    await first.next();
    await using second = listenToStream(limited.here, question);
    await second.next();
    await using third = listenToStream(limited.there, question);
    await third.next();
    answer.release();
    const ends = await Promise.all(
      [first, second, third].map(async (each) => (await each.rest()).at(-1)),
    );
    expect(ends).toMatchObject(Array(3).fill({ __typename: 'GenerationFinished' }));
    expect(limited.upstream.calls).toHaveLength(1);
  });
});

describe('a key that may not ask for everything', () => {
  it('is answered by what it may ask for, and told what that is', async () => {
    const rights = { maxTier: 'small', namespaces: ['poultry'] };
    await using limited = await startLimited(rights);
    expect(await askForAnswer(limited.here, newQuestion({ model: null }))).toMatchObject({
      decision: { routing: { tier: 'SMALL', servedModel: 'small-model' } },
    });
    expect(await ask(limited.here, newQuestion({ model: 'large-model' }))).toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining('Served are: small-model.'),
    });
    const query =
      '{ generate(input: { prompt: "Hi", cache: { namespace: "dairy" } }) { __typename } }';
    expect(await (await post(limited.here, { query })).json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'input.cache.namespace' } }],
    });
  });

  it('shares no answer with a key of the same tenant that may ask for more', async () => {
    await using limited = await startLimited({ maxTier: 'small' }, MEMORY, [
      { tenant: 'limited', key: UNLIMITED },
    ]);
    const question = newQuestion({ model: null });
    const small = await askForAnswer(limited.here, question);
    const large = await askForAnswer(withKey(limited.here, UNLIMITED), question);
    expect([small, large]).toMatchObject([
      { cached: false, decision: { routing: { servedModel: 'small-model' } } },
      { cached: false, decision: { routing: { servedModel: 'large-model' } } },
    ]);
  });
});
