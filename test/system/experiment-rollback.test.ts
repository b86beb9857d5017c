import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import { type AskedGeneration, askForAnswer } from '../support/ask.ts';
import { type GatewayProcesses, spawnGateways } from '../support/gateway-processes.ts';
import { runOperation } from '../support/run-operation.ts';
import type { GatewayProcess } from '../support/spawn-gateway.ts';
import { respond, say } from '../support/upstream-script.ts';

/** What a change on one process may take to be seen on another, on a busy machine. */
const WITHIN = { timeout: 10_000, interval: 50 };

/** Requests that are under way at the same time. */
const AT_ONCE = 8;

/** By when they have brought about what they do: far longer than that takes. */
const BY_REQUESTS = { timeout: 20_000, interval: 20 };

const STANDS = 'key state run share adopted conclusion guardrails { name harmed }';

/** The small model against the large one, where else everybody is answered by the large one. */
const experiments = [
  {
    key: 'small-first',
    control: { name: 'large', tier: 'LARGE' },
    treatment: { name: 'small', tier: 'SMALL' },
    schedule: [
      { share: 0.1, minSeconds: 0.2, minRequests: 3 },
      { share: 0.3, minSeconds: 0.2, minRequests: 3 },
    ],
  },
];

const ENVIRONMENT: Environment = {
  ENABLE_MODEL_ROUTING: 'true',
  // What no rule calls simple goes to the large model.
  AB_TEST_RATIO: '0',
  // Each request is to ask a model: what is answered from the cache says nothing of an arm.
  CACHE_ENABLED: 'false',
  REDIS_STATISTICS_FLUSH_MS: '100',
};

type Stands = {
  readonly state: string;
  readonly run: string | null;
  readonly share: number;
  readonly adopted: string | null;
  readonly conclusion: string | null;
};

type Opened = AsyncDisposable &
  Pick<GatewayProcesses, 'one' | 'other'> & {
    /** Calls of the small model fail from now on. */
    breakSmallModel(): void;
    /** Models that were asked since the last call of this. */
    asked(): ReadonlySet<string>;
  };

async function open(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-experiments-'));
  const path = join(folder, 'experiments.json');
  await writeFile(path, JSON.stringify({ experiments }));
  const gateways = await spawnGateways({ ...ENVIRONMENT, EXPERIMENTS_FILE: path });
  const { one, other, upstream } = gateways;
  let broken = false;
  let asked = new Set<string>();
  upstream.answersAll(({ body: { model } }) => {
    asked.add(model);
    return broken && model === 'small-model'
      ? respond(500, { error: { message: 'Out of memory.' } })
      : say('Starter feed.');
  });
  return {
    ...{ one, other },
    breakSmallModel() {
      broken = true;
    },
    asked() {
      const models = asked;
      asked = new Set();
      return models;
    },
    async [Symbol.asyncDispose]() {
      await gateways[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function change(gateway: GatewayProcess, input: object): Promise<Stands> {
  const query = `mutation ($input: ChangeExperimentInput!) {
    changeExperiment(input: $input) { ${STANDS} }
  }`;
  const { data, errors } = await runOperation(gateway, query, {
    input: { key: 'small-first', ...input },
  });
  expect(errors).toBeUndefined();
  return data?.['changeExperiment'] as Stands;
}

async function standing(gateway: GatewayProcess): Promise<Stands> {
  const { data } = await runOperation(gateway, `{ routingStats { experiments { ${STANDS} } } }`);
  const stats = data?.['routingStats'] as { readonly experiments: readonly [Stands] };
  return stats.experiments[0];
}

/** One request of each of these users, by turns on both processes. */
async function askAs(
  { one, other }: Opened,
  users: readonly number[],
): Promise<readonly AskedGeneration[]> {
  return Promise.all(
    users.map((user) =>
      askForAnswer(user % 2 === 0 ? one : other, {
        prompt: 'Tell me about the feed of day-old chicks, please, and of their mothers.',
        routing: { stickyKey: `user-${user}` },
      }),
    ),
  );
}

/** Users ask, a few at once, each another one, until the experiment stands like this. */
async function askUntil(opened: Opened, gateway: GatewayProcess, stands: object): Promise<void> {
  let asked = 0;
  const askAndLook = async () => {
    await askAs(opened, usersFrom(asked, AT_ONCE));
    asked += AT_ONCE;
    return standing(gateway);
  };
  await expect.poll(askAndLook, BY_REQUESTS).toMatchObject(stands);
}

function usersFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function rollbacksIn({ lines }: GatewayProcess): readonly string[] {
  return lines.filter((line) => line.includes('experiment rolled back'));
}

describe('an experiment on two processes', () => {
  it('ramps by its schedule and by an operator, and is rolled back on both when a model breaks', {
    timeout: 60_000,
  }, async () => {
    await using opened = await open();
    const { one, other } = opened;
    await askAs(opened, usersFrom(0, 20));
    expect(opened.asked()).toEqual(new Set(['large-model']));

    // Started on one, and seen on both.
    const started = await change(one, { action: 'START' });
    expect(started).toMatchObject({ state: 'RAMPING', share: 0.1, conclusion: null });
    await expect.poll(() => standing(other), WITHIN).toMatchObject({ state: 'RAMPING' });

    // By its schedule, on what both have counted.
    const { run } = started;
    await askUntil(opened, one, { state: 'COLLECTING' });
    for (const gateway of [one, other]) {
      await expect
        .poll(() => standing(gateway), WITHIN)
        .toMatchObject({ state: 'COLLECTING', share: 0.3, run });
    }
    expect(opened.asked()).toEqual(new Set(['large-model', 'small-model']));

    // By an operator, on the other.
    await change(other, { action: 'SET_SHARE', share: 0.5 });
    await expect.poll(() => standing(one), WITHIN).toMatchObject({ share: 0.5, run });

    // The small model breaks. Its requests are answered by the large one, and count as failed all the same.
    opened.breakSmallModel();
    await askUntil(opened, other, { state: 'ROLLED_BACK' });
    for (const gateway of [one, other]) {
      await expect
        .poll(() => standing(gateway), WITHIN)
        .toMatchObject({
          ...{ state: 'ROLLED_BACK', share: 0, run, adopted: null },
          conclusion: expect.stringMatching(/^Errors: [\d.]+ % of [\d,]+ requests failed against /),
          guardrails: expect.arrayContaining([
            expect.objectContaining({ name: 'ERROR_RATE', harmed: true }),
          ]),
        });
    }
    const [onOne, onOther] = [await standing(one), await standing(other)];
    expect(onOne.conclusion).toBe(onOther.conclusion);
    await expect
      .poll(() => [...rollbacksIn(one), ...rollbacksIn(other)], WITHIN)
      .toEqual([expect.stringContaining('Errors: ')]);

    // From now on the small model is asked for nobody, also not for those who were in its arm.
    opened.asked();
    const answers = await askAs(opened, usersFrom(0, 64));
    expect(opened.asked()).toEqual(new Set(['large-model']));
    for (const { decision } of answers) {
      expect(decision.routing).toMatchObject({ servedModel: 'large-model', fallbacks: [] });
    }
  });

  it('lets the arm that an operator adopts serve everybody, until he stops it', async () => {
    await using opened = await open();
    const { one, other } = opened;
    await change(one, { action: 'START', share: 0.5 });
    await expect.poll(() => standing(other), WITHIN).toMatchObject({ state: 'COLLECTING' });
    await change(other, { action: 'CONCLUDE', adopt: 'small', conclusion: 'As good.' });
    await expect
      .poll(() => standing(one), WITHIN)
      .toMatchObject({ state: 'CONCLUDED', adopted: 'small', conclusion: 'As good.', share: 0 });
    opened.asked();
    await askAs(opened, usersFrom(0, 20));
    expect(opened.asked()).toEqual(new Set(['small-model']));
    await change(one, { action: 'STOP' });
    await expect.poll(() => standing(other), WITHIN).toMatchObject({ state: 'OFF', adopted: null });
    opened.asked();
    await askAs(opened, usersFrom(0, 20));
    expect(opened.asked()).toEqual(new Set(['large-model']));
  });
});
