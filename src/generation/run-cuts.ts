import type { RunEvent } from './run-log.ts';

export type CutEvent = Extract<RunEvent, { type: 'cut' }>;

/** Whether one generation of a run was cut off. */
export type Cut = {
  /** Null while it was not. */
  now(): CutEvent | null;
  /** Resolves when it is; never, when it never is. */
  readonly made: Promise<CutEvent>;
};

/** Which generations of a run were cut off, as far as this process has seen the log. */
export type RunCuts = {
  of(generationId: string): Cut;
  note(cut: CutEvent): void;
};

export function createRunCuts(): RunCuts {
  const cuts = new Map<string, Cut & { make(cut: CutEvent): void }>();

  function of(generationId: string) {
    const cut = cuts.get(generationId) ?? createCut();
    cuts.set(generationId, cut);
    return cut;
  }

  return { of, note: (cut) => of(cut.generationId).make(cut) };
}

function createCut() {
  const { promise, resolve } = Promise.withResolvers<CutEvent>();
  let made: CutEvent | null = null;
  return {
    now: () => made,
    made: promise,
    make(cut: CutEvent) {
      made ??= cut;
      resolve(made);
    },
  };
}
