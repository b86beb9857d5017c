import { connect, type Latency, timeInTurns } from './latency.ts';
import { type Process, start } from './processes.ts';

const ROUNDS = 3_000;
const LISTENERS = 1_000;
const SOCKETS = 20;

const QUERY = `query($input: GenerateInput!) {
  generate(input: $input) { __typename ... on Generation { id text cached } }
}`;
const question = (prompt: string) =>
  JSON.stringify({ query: QUERY, variables: { input: { prompt } } });

/** Prints what a single request takes, beside a bare relay, and what a live stream takes of memory. */
export async function reportRequests() {
  await using model = await start<number>('model-server.ts');
  const modelUrl = `http://127.0.0.1:${model.told}`;
  await using relay = await start<number>('relay.ts', modelUrl);
  await using gateway = await start<string>('gateway.ts', `${modelUrl}/v1`);
  await reportLatencies(`http://127.0.0.1:${relay.told}/`, gateway.told);
  await reportMemory(gateway, `${modelUrl}/v1`);
}

async function reportLatencies(relayUrl: string, gatewayUrl: string) {
  const toRelay = connect(relayUrl);
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

async function reportMemory(gateway: Process<string>, modelUrl: string) {
  const each = await memoryOfListener(gateway);
  await using runs = await start<{ bytes: number }>('runs.ts', modelUrl, `${LISTENERS}`);
  const { bytes } = runs.told;
  console.log(
    `a live stream takes ${kib(each)}: ${kib(bytes)} its run with the upstream connection, ` +
      `${kib(each - bytes)} its listener (${LISTENERS} streams over ${SOCKETS} sockets)`,
  );
}

async function memoryOfListener(gateway: Process<string>): Promise<number> {
  const { bytes: before } = await gateway.ask<{ bytes: number }>('measure');
  const args = [gateway.told.replace('http', 'ws'), `${LISTENERS}`, `${SOCKETS}`];
  await using listeners = await start<string>('listeners.ts', ...args);
  if (listeners.told !== 'listening') throw new Error(listeners.told);
  const { bytes: after } = await gateway.ask<{ bytes: number }>('measure');
  return (after - before) / LISTENERS;
}

const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;

function print(name: string, { p50, p99, count }: Latency) {
  console.log(`${name}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${count} requests)`);
}
