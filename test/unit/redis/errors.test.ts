import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withoutArguments } from '../../../src/redis/errors.ts';
import { openRedis } from '../../support/open-redis.ts';
import { startRedis } from '../../support/redis-server.ts';

describe('an error of Redis', () => {
  it('keeps what went wrong, and loses what was sent', async () => {
    await using server = await startRedis();
    await using redis = await openRedis(server.url);
    const commands = [redis.call('SAVEANSWER', 'a secret'), redis.call('SET', 'a secret')];
    for (const command of commands) {
      const thrown = await command.then(
        () => 'answered',
        (error: unknown) => error,
      );
      expect(inspect(thrown)).toContain('secret');
      expect(inspect(withoutArguments(thrown))).not.toContain('secret');
      expect(withoutArguments(thrown).message).toMatch(
        /^ERR (unknown command|wrong number of arguments)/,
      );
    }
  });

  it('names every address that could not be connected to', () => {
    const refused = new AggregateError([
      new Error('refused by ::1'),
      new Error('refused by 127.1'),
    ]);
    expect(withoutArguments(refused).message).toBe('refused by ::1; refused by 127.1');
  });

  it('is an error even when something else was thrown', () => {
    expect(withoutArguments('gone')).toEqual(new Error('gone'));
  });
});
