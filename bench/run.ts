import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { connect, type Latency, timeInTurns } from './latency.ts';
import { start } from './processes.ts';

const ROUNDS = 3_000;
const LISTENERS = 1_000;
const SOCKETS = 20;

const QUERY = `query($input: GenerateInput!) {
  generate(input: $input) { __typename ... on Generation { id text cached } }
}`;
const question = (prompt: string) =>
  JSON.stringify({ query: QUERY, variables: { input: { prompt } } });

console.log(
  `${new Date().toISOString()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`,
);
const model = await start<number>('model-server.ts');
const modelUrl = `http://127.0.0.1:${model.told}`;
const relay = await start<number>('relay.ts', modelUrl);
const gateway = fork(new URL('gateway.ts', import.meta.url), [`${modelUrl}/v1`], {
  execArgv: ['--expose-gc'],
});
const [gatewayUrl] = (await once(gateway, 'message')) as [string];

await reportLatencies();
await reportMemory();

gateway.kill('SIGKILL');
await relay.stop();
await model.stop();

async function reportLatencies() {
  const toRelay = connect(`http://127.0.0.1:${relay.told}/`);
  const toGateway = connect(gatewayUrl);
  await toGateway.send(question('What do chicks eat?'));
  const { relayed, missed, hit } = await timeInTurns(ROUNDS, {
    relayed: (round) => toRelay.send(JSON.stringify({ prompt: `What do ${round} chicks eat?` })),
    missed: (round) => toGateway.send(question(`What do ${round} chicks eat?`)),
    hit: () => toGateway.send(question('What do chicks eat?')),
  });
  await toRelay.close();
  await toGateway.close();
  print('bare HTTP relay', relayed);
  print('miss through the gateway', missed);
  print('hit from memory', hit);
  const added = missed.p50 - relayed.p50;
  console.log(
    `a miss adds ${added.toFixed(2)} ms p50 (× ${(missed.p50 / relayed.p50).toFixed(2)})`,
  );
}

async function reportMemory() {
  const before = await memoryOfGateway();
  const args = [gatewayUrl.replace('http', 'ws'), `${LISTENERS}`, `${SOCKETS}`];
  const listeners = await start<string>('listeners.ts', ...args);
  if (listeners.told !== 'listening') throw new Error(listeners.told);
  const each = ((await memoryOfGateway()) - before) / LISTENERS;
  await listeners.stop();
  const runs = await start<{ bytes: number }>('runs.ts', `${modelUrl}/v1`, `${LISTENERS}`);
  await runs.stop();
  const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
  console.log(
    `a live stream takes ${kib(each)}: ${kib(runs.told.bytes)} its run with the upstream connection, ` +
      `${kib(each - runs.told.bytes)} its listener (${LISTENERS} streams over ${SOCKETS} sockets)`,
  );
}

async function memoryOfGateway(): Promise<number> {
  gateway.send('measure');
  const [{ bytes }] = (await once(gateway, 'message')) as [{ bytes: number }];
  return bytes;
}

function print(name: string, { p50, p99, count }: Latency) {
  console.log(`${name}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${count} requests)`);
}
