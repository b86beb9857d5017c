import { describe, expect, it } from 'vitest';
import { shutDown } from '../../../src/server/shutdown.ts';
import { recordLogs } from '../../support/recorded-logs.ts';

describe('shutting down', () => {
  it('refuses the new, waits for what runs, ends the connections, and then the rest', async () => {
    const { steps, options } = recordedShutDown();
    await shutDown(options);
    expect(steps).toEqual([
      'stop accepting',
      'stop keep-alive',
      'drain',
      'close sockets',
      'close http',
      'dispose cache',
      'dispose redis',
    ]);
  });

  it('gives what runs as long as it is told', async () => {
    const { options } = recordedShutDown();
    let deadline: AbortSignal | undefined;
    const drain = async (signal: AbortSignal) => {
      deadline = signal;
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    await shutDown({ ...options, generations: { drain }, drainMs: 5 });
    expect(deadline?.reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('goes on when a step fails, and logs it', async () => {
    const { steps, options, logs } = recordedShutDown();
    const error = new Error('Redis is gone.');
    const broken = { [Symbol.asyncDispose]: () => Promise.reject(error) };
    const drain = () => Promise.reject(error);
    await shutDown({
      ...options,
      generations: { drain },
      resources: [broken, ...options.resources],
    });
    expect(steps.at(-1)).toBe('dispose redis');
    expect(logs).toMatchObject([
      { level: 'error', step: 'drain', error },
      { level: 'error', step: 'resource', error },
    ]);
  });
});

function recordedShutDown() {
  const steps: string[] = [];
  const { logger, logs } = recordLogs();
  const step = (name: string) => async () => void steps.push(name);
  const options = {
    server: {
      stopAccepting: () => void steps.push('stop accepting'),
      closeSockets: step('close sockets'),
    },
    listening: {
      url: 'http://localhost:4000',
      stopKeepAlive: () => void steps.push('stop keep-alive'),
      [Symbol.asyncDispose]: step('close http'),
    },
    generations: { drain: step('drain') },
    drainMs: 1_000,
    resources: ['dispose cache', 'dispose redis'].map((name) => ({
      [Symbol.asyncDispose]: step(name),
    })),
    logger,
  };
  return { steps, options, logs };
}
