import type { KeyedQuestion } from '../cache/port.ts';
import type { Question } from './ask.ts';
import type { RecordInRun } from './generation-record.ts';
import type { RunId } from './run-id.ts';

/**
 * All that a process needs to know of a run to follow it, and to ask its question again when the process that asked
 * is lost. Plain JSON.
 */
export type RunSpec = {
  readonly id: RunId;
  /** Whether requests with the same exact key may join it. */
  readonly shared: boolean;
  /** What the models are asked. */
  readonly question: Question;
  /** Where a whole answer is kept. */
  readonly cacheQuestion: KeyedQuestion;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The generation that began it, which carries its cost. */
  readonly startedBy: RecordInRun;
};
