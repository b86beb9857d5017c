import { AsyncLocalStorage } from 'node:async_hooks';
import { GatewayError, toGatewayError } from '../../src/domain/errors.ts';
import type { Upstream, UpstreamCall, UpstreamPart } from '../../src/upstream/port.ts';
import type { Dice } from './seeded-dice.ts';

/** One call of a model, and what was said in it. */
export type RandomCall<Owner> = {
  /** From 1. The first text and the first reasoning begin with it, so that an output tells its call. */
  readonly number: number;
  readonly owner: Owner;
  readonly call: UpstreamCall;
  /** Rises with all that begins or ends in one upstream. */
  readonly beganAt: number;
  /** When it closed or was aborted; null as long as it is live. */
  overAt: number | null;
  open: boolean;
  text: string;
  reasoning: string;
  finish: Extract<UpstreamPart, { type: 'finish' }> | null;
  failure: GatewayError | null;
};

export type RandomUpstream<Owner> = Upstream & {
  readonly calls: readonly RandomCall<Owner>[];
  /** Runs `work`. The calls that come of it belong to `owner`, however much later they are made. */
  own<Result>(owner: Owner, work: () => Result): Result;
};

/** An upstream in this process that says, in each call, whatever the dice say. */
export function randomUpstream<Owner>(dice: Dice): RandomUpstream<Owner> {
  const calls: RandomCall<Owner>[] = [];
  const owners = new AsyncLocalStorage<Owner>();
  let moments = 0;

  function begin(call: UpstreamCall): RandomCall<Owner> {
    const owner = owners.getStore();
    if (owner === undefined) throw new Error('A call was made for nobody.');
    const begun = { number: calls.length + 1, owner, call, beganAt: moments++ };
    const soFar = {
      overAt: null,
      open: true,
      text: '',
      reasoning: '',
      finish: null,
      failure: null,
    };
    const played: RandomCall<Owner> = { ...begun, ...soFar };
    calls.push(played);
    return played;
  }

  return {
    name: 'random',
    calls,
    own: (owner, work) => owners.run(owner, work),
    async *stream(call, signal) {
      signal.throwIfAborted();
      const played = begin(call);
      const over = () => {
        played.overAt ??= moments++;
      };
      signal.addEventListener('abort', over, { once: true });
      try {
        for await (const part of play(dice, played, signal)) {
          note(played, part);
          yield part;
          if (part.type !== 'finish') signal.throwIfAborted();
        }
      } catch (thrown) {
        played.failure = toGatewayError(thrown);
        throw thrown;
      } finally {
        played.open = false;
        over();
      }
    },
  };
}

function note(played: RandomCall<unknown>, part: UpstreamPart) {
  if (part.type === 'finish') played.finish = part;
  if (part.type === 'text' || part.type === 'reasoning') played[part.type] += part.text;
}

async function* play(
  dice: Dice,
  played: RandomCall<unknown>,
  signal: AbortSignal,
): AsyncGenerator<UpstreamPart, void> {
  const ending = dice.weighted(ENDINGS);
  for (let parts = dice.below(12); parts > 0; parts--) {
    await Promise.race([dice.pause(), aborted(signal)]);
    const type = dice.chance(0.7) ? 'text' : 'reasoning';
    const number = played[type] === '' ? `#${played.number} ` : '';
    yield { type, text: `${number}${dice.pick(WORDS)}` };
  }
  await Promise.race([dice.pause(), aborted(signal)]);
  if (ending === 'hangs') await aborted(signal);
  if (ending === 'failsForNow' || ending === 'fails') throw FAILURES[ending];
  yield {
    type: 'finish',
    finishReason: ending === 'isCut' ? 'LENGTH' : 'STOP',
    model: dice.chance(0.5) ? `as-named-by-${played.number}` : null,
    // Far from what the gateway would count, so that neither passes for the other.
    usage: dice.chance(0.7)
      ? { inputTokens: 1_000 + dice.below(1_000), outputTokens: 1_000 + dice.below(1_000) }
      : null,
  };
}

const ENDINGS = { isWhole: 45, isCut: 12, hangs: 15, failsForNow: 20, fails: 8 };

const FAILURES = {
  failsForNow: new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', { retryable: true }),
  fails: new GatewayError('UPSTREAM_REJECTED', 'No such parameter.'),
};

const WORDS = ['Starter ', 'feed, ', 'grit ', 'and ', 'water. ', '🐣', 'a', '\n'] as const;

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
