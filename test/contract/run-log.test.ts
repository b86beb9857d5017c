import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { describeRunLog } from './run-log.ts';

describeRunLog('in memory', ({ maxBytes }) =>
  memoryRunLog({ maxBytes, keepMs: 60_000, clock: fakeClock() }),
);
