import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Attempt, ways } from '../support/attempts.ts';
import { countedGenerations } from '../support/counted-generations.ts';
import { startGateway } from '../support/gateway.ts';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { ask, authenticate } from '../support/keyed-callers.ts';
import { aliases, GENERATE } from '../support/operations.ts';
import { policyRows } from '../support/policy-rows.ts';
import { connect } from '../support/raw-socket.ts';
import { say } from '../support/upstream-script.ts';

describe.each(ways)('over $name', ({ name, attempt }) => {
  const own = policyRows.filter(({ only }) => only === undefined || only.on.includes(name));

  it.each(own)('$policy: nothing runs when $when', async (row) => {
    const { service, asked } = countedGenerations();
    const options = { authenticate, ...row.server, services: { generations: service } };
    await using server = await startGraphqlServer(options);
    const { outcome, said } = await attempt(server, row.attempt);
    expect(outcome, said).toBe((name === 'WebSocket' && row.onSocket) || row.code);
    expect(asked()).toBe(0);

    await using other = row.passesAt
      ? await startGraphqlServer({ ...options, ...row.passesAt })
      : null;
    const passed = await attempt(other ?? server, row.passes);
    expect(passed.outcome, passed.said).toBe('RAN');
  });

  it.each([
    ['a field', ask('{ healthy { status } }')],
    ['an argument', ask('{ generate(inputs: { prompt: "Hi" }) { __typename } }')],
    ['a type', ask('fragment F on Quer { __typename } { ...F }')],
    ['a fragment’s field', ask(`{ ${GENERATE.replace('__typename', 'text')} }`)],
    ['the way to write a field', ask('{ health }')],
    ['a field of an input', ask('{ generate(input: { promt: "Hi" }) { __typename } }')],
    [
      'a value',
      ask('{ generate(input: { prompt: "Hi", cache: { mode: BYPAS } }) { __typename } }'),
    ],
    ['a field of a variable', askWith({ prompt: 'Hi', promt: 'Hi' })],
    ['a value of a variable', askWith({ prompt: 'Hi', cache: { mode: 'BYPAS' } })],
    ['a value of a variable of a stream', followWith({ prompt: 'Hi', cache: { mode: 'BYPAS' } })],
  ])('%s is suggested where the schema is shown, and nowhere else', async (_what, probe) => {
    await using shown = await startGraphqlServer({ authenticate });
    expect((await attempt(shown, probe)).said).toContain('Did you mean');
    await using hidden = await startGraphqlServer({
      authenticate,
      config: { introspection: false },
    });
    const { outcome, said } = await attempt(hidden, probe);
    expect(outcome).toMatch(/^(GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT)$/);
    expect(said).not.toContain('Did you mean');
  });

  it('a hundred aliases of generate make no call', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answersAll(() => say('It is Paris.'));
    const { outcome } = await attempt(gateway, ask(`{ ${aliases(100)} }`));
    expect(outcome).toBe('OPERATION_TOO_COMPLEX');
    expect(gateway.upstream.calls).toHaveLength(0);
    expect((await attempt(gateway, ask(`{ ${aliases(2)} }`))).outcome).toBe('RAN');
    expect(gateway.upstream.calls).not.toHaveLength(0);
  });
});

describe('the table of what policies refuse', () => {
  it('has a row for each file of src/server/policies', async () => {
    const folder = new URL('../../src/server/policies/', import.meta.url);
    const files = await readdir(folder);
    expect(files.length).toBeGreaterThan(0);
    const tried = new Set(policyRows.map(({ policy }) => `${policy}.ts`));
    expect(files.filter((file) => !tried.has(file))).toEqual([]);
  });
});

describe('two messages on a socket', () => {
  it('are two operations, each counted by itself', async () => {
    const { service, asked } = countedGenerations();
    await using server = await startGraphqlServer({ services: { generations: service } });
    using socket = await connect(server.wsUrl);
    const answers: object[] = [];
    for (const [id, query] of [
      ['1', `{ ${aliases(4)} }`],
      ['2', `{ ${aliases(100)} }`],
      ['3', `{ ${aliases(4)} }`],
    ]) {
      socket.send({ id, type: 'subscribe', payload: { query } });
    }
    for (let message = 0; message < 5; message += 1) answers.push(await socket.next());
    expect(answers.filter((answer) => 'type' in answer && answer.type === 'error')).toMatchObject([
      { id: '2', payload: [{ extensions: { code: 'OPERATION_TOO_COMPLEX' } }] },
    ]);
    expect(asked()).toBe(8);
  });
});

function askWith(input: object): Attempt {
  const query = 'query ($input: GenerateInput!) { generate(input: $input) { __typename } }';
  return ask(query, { input });
}

function followWith(input: object): Attempt {
  const query = 'subscription ($input: GenerateInput!) { generateStream(input: $input) { seq } }';
  return ask(query, { input });
}
