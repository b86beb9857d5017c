import { keyOfRun, type RunId } from './run-id.ts';

/** How long what belongs to a run that goes on is kept after the last word of it. */
export const KEEP_RUNNING_MS = 3_600_000;

/** Where one run lies. The hash tag keeps all runs of one question in one slot of a cluster. */
export type RunKeys = {
  /** Stream: its log. The id of an event is its seq. */
  readonly events: string;
  /** Hash: `token` and `owner` (empty: nobody), `due` (the seq that comes next), `ended`, `spec`. */
  readonly state: string;
  /** Hash: by process that follows, the generations that are listened to there, with spaces between. */
  readonly listening: string;
  /** String: which of the runs of this question others may join. */
  readonly answering: string;
  /** What the keys of every run of this question begin with, its id left out. */
  readonly question: string;
};

export function runKeys(keyPrefix: string, runId: RunId): RunKeys {
  const question = `${keyPrefix}run:{${keyOfRun(runId)}}:`;
  const run = `${question}${runId}`;
  return {
    events: `${run}:events`,
    state: `${run}:state`,
    listening: `${run}:listening`,
    answering: `${question}answering`,
    question,
  };
}

/** The channel on which a process hears what concerns it: a word for what, and the ids of whom. */
export function wakeChannel(keyPrefix: string, processId: string): string {
  return `${keyPrefix}wake:${processId}`;
}
