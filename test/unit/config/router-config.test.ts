import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { problemsOf } from '../../support/config-problems.ts';

const REDIS = { REDIS_URL: 'redis://127.0.0.1:6379' };

function routerOf(environment: Environment = {}) {
  return loadConfig(environment).router;
}

describe('the configuration of the router', () => {
  it('routes nothing by default, and by complexity when it is switched on', () => {
    expect(routerOf()).toMatchObject({
      ...{ enabled: false, abTestRatio: 0.5, strategy: 'complexity', exploration: 0.05 },
      ...{ worth: { kind: 'lambda', lambda: 0.1 }, modelFile: null, experimentsFile: null },
    });
  });

  it('weighs gain against price, or keeps a share of the quality, and not both', () => {
    expect(routerOf({ ROUTING_LAMBDA: '0.3' }).worth).toEqual({ kind: 'lambda', lambda: 0.3 });
    const floor = { ROUTING_QUALITY_FLOOR: '0.95' };
    expect(routerOf(floor).worth).toEqual({ kind: 'floor', floor: 0.95 });
    expect(problemsOf({ ...floor, ROUTING_LAMBDA: '0.3' })).toEqual([
      expect.stringContaining('ROUTING_LAMBDA and ROUTING_QUALITY_FLOOR'),
    ]);
  });

  it.each<[Environment, unknown]>([
    [{}, { kind: 'memory' }],
    [REDIS, { kind: 'redis' }],
    [{ ...REDIS, OUTCOME_LOG: 'memory' }, { kind: 'memory' }],
    [{ OUTCOME_LOG: 'OFF' }, { kind: 'off' }],
    [{ OUTCOME_LOG: '/var/lib/Outcomes.jsonl' }, { kind: 'file', path: '/var/lib/Outcomes.jsonl' }],
  ])('keeps outcomes, with %j, in %j', (environment, log) => {
    expect(routerOf(environment).outcomes.log).toEqual(log);
  });

  it('does not pretend to keep outcomes in a Redis that is not there', () => {
    expect(problemsOf({ OUTCOME_LOG: 'redis' })).toEqual([expect.stringContaining('REDIS_URL')]);
  });
});
