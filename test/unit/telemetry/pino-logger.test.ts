import type { LevelWithSilent } from 'pino';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { pinoLogger } from '../../../src/telemetry/pino-logger.ts';

function setUp(level: LevelWithSilent = 'info') {
  const lines: string[] = [];
  const logger = pinoLogger({ level, destination: { write: (line) => lines.push(line) } });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('the log', () => {
  it('is one line of JSON a call, with the fields, the message and the time', () => {
    const { logger, lines, last } = setUp();
    logger.info({ tenant: 'acme', totalMs: 3 }, 'two\nlines');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(last()).toMatchObject({ level: 30, tenant: 'acme', totalMs: 3, msg: 'two\nlines' });
    expect(new Date(last().time).getTime()).toBeCloseTo(Date.now(), -5);
  });

  it('leaves out what is below its level, and everything when it is silent', () => {
    const warnings = setUp('warn');
    warnings.logger.info({}, 'not this');
    warnings.logger.warn({}, 'this');
    expect(warnings.lines).toHaveLength(1);
    const silent = setUp('silent');
    silent.logger.error({}, 'nor this');
    expect(silent.lines).toEqual([]);
  });
});

describe('an error in the log', () => {
  it('has its type, code, stack and causes', () => {
    const { logger, last } = setUp();
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const error = new GatewayError('UPSTREAM_UNAVAILABLE', 'The upstream is away.', {
      cause: new AggregateError([refused], 'all addresses'),
    });
    logger.error({ error }, 'failed');
    expect(last().error).toMatchObject({
      type: 'GatewayError',
      code: 'UPSTREAM_UNAVAILABLE',
      message: 'The upstream is away.',
      stack: expect.stringContaining('pino-logger.test.ts'),
      cause: {
        type: 'AggregateError',
        errors: [{ message: 'refused', code: 'ECONNREFUSED' }],
      },
    });
  });

  it('brings nothing along that a library hung on it', () => {
    const { logger, lines } = setUp();
    const command = { name: 'set', args: ['hush'] };
    const cause = Object.assign(new Error('reply'), { command, body: 'hush' });
    logger.error({ error: Object.assign(new Error('store', { cause }), { command }) }, 'failed');
    expect(lines.join()).not.toContain('hush');
  });

  it('ends where its causes form a circle', () => {
    const { logger, lines } = setUp();
    const error = new Error('round');
    error.cause = error;
    logger.error({ error }, 'failed');
    expect(lines).toHaveLength(1);
  });

  it('is not the text of something thrown that is no error', () => {
    const { logger, lines, last } = setUp();
    logger.error({ error: 'hush' }, 'failed');
    expect(last().error).toMatchObject({ type: 'string' });
    expect(lines.join()).not.toContain('hush');
  });
});

describe('a field that must never be written', () => {
  it.each([
    'authorization',
    'apiKey',
    'key',
    'password',
    'prompt',
    'text',
    'answer',
  ])('such as %s is not, at any depth, and the fields beside it are', (name) => {
    const { logger, lines, last } = setUp();
    const secret = { [name]: 'hush', beside: 1 };
    logger.info({ ...secret, request: { headers: secret }, list: [secret] }, 'request');
    expect(lines.join()).not.toContain('hush');
    expect(last()).toMatchObject({
      [name]: '[not written]',
      beside: 1,
      request: { headers: { beside: 1 } },
      list: [{ beside: 1 }],
    });
  });

  it('leaves the object that was logged as it is', () => {
    const { logger } = setUp();
    const fields = Object.freeze({ request: Object.freeze({ prompt: 'kept' }) });
    logger.info(fields, 'request');
    expect(fields.request.prompt).toBe('kept');
  });

  it('is not looked for without end in an object that holds itself', () => {
    const { logger, lines } = setUp();
    const circle: { self?: unknown } = {};
    circle.self = circle;
    logger.info({ circle }, 'request');
    expect(lines).toHaveLength(1);
  });
});
