/** Begins with the exact key of the question, so that all runs of one question can lie in one place. */
export type RunId = string;

/** @param unique an id that no other run has */
export function runIdOf(key: string, unique: string): RunId {
  return `${key}.${unique}`;
}

/** The exact key of the question that a run answers. */
export function keyOfRun(runId: RunId): string {
  return runId.slice(0, runId.indexOf('.'));
}
