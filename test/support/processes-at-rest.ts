import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { GenerationSnapshot } from '../../src/generation/generation.ts';
import { type Asked, type GenerationDiary, questionOf } from './generation-diary.ts';
import { mayLoseTouch, type Scenario } from './random-faults.ts';
import type { ProcessName, RandomProcess } from './random-process.ts';
import type { RandomCall } from './random-upstream.ts';

const LOOK_EVERY_MS = 20;
/** Longer than any pause of a model. */
const QUIET_MS = 300;
/** How long it may be quiet while somebody waits for what will not come: two leases, and a lost word or two. */
const REST_WITHIN_MS = 5_000;
/** Where touch may be lost: for as long as a run that is out of reach is waited for, and some more. */
const REST_OUT_OF_TOUCH_MS = 12_000;
const END_WITHIN_MS = 12_000;
/** Out of touch, one round of cancellations may take as long as a run is waited for, and reach another than its owner. */
const END_OUT_OF_TOUCH_MS = 40_000;
/** What a process that was killed had taken upon itself to report is waited for in vain. */
const REPORT_WITHIN_MS = 2_000;

/** A scenario that is being played. */
export type Stage = {
  readonly scenario: Scenario;
  readonly processes: readonly RandomProcess[];
  readonly issuedBy: Readonly<Record<ProcessName, ReadonlySet<string>>>;
  readonly diary: GenerationDiary;
  readonly calls: readonly RandomCall<Asked>[];
  /** The clients that are there. */
  readonly playing: ReadonlySet<Promise<void>>;
  /** Of clients. */
  readonly failures: readonly unknown[];
};

export type Finals = ReadonlyMap<ProcessName, ReadonlyMap<string, GenerationSnapshot>>;

/** Resolves when whoever waits, waits for a model that hangs, and such a model has someone who waits. */
export async function untilAtRest(stage: Stage): Promise<void> {
  const { scenario, calls, diary } = stage;
  const within = mayLoseTouch(scenario.fault) ? REST_OUT_OF_TOUCH_MS : REST_WITHIN_MS;
  let seen = '';
  let quietSince = performance.now();
  for (;;) {
    assertNoFailure(stage);
    const said = calls.reduce(
      (sum, { text, reasoning }) => sum + text.length + reasoning.length,
      0,
    );
    const open = calls.filter((call) => call.open).length;
    const now = `${diary.waiting.size} ${diary.told.length} ${calls.length} ${open} ${said}`;
    if (now !== seen) quietSince = performance.now();
    seen = now;
    const quietMs = performance.now() - quietSince;
    const unrest = unrestOf(stage);
    if (unrest === null && quietMs > QUIET_MS) return;
    if (unrest !== null && quietMs > within) throw new Error(unrest);
    await wait(LOOK_EVERY_MS);
  }
}

/** What should not stay like this; null when all is well. */
function unrestOf({ calls, diary }: Stage): string | null {
  const open = calls.filter((call) => call.open);
  const live = open.map(({ owner }) => questionOf(owner));
  const awaited = [...diary.waiting].map(questionOf);
  const inVain = awaited.filter((question) => !live.includes(question));
  if (inVain.length > 0) return `It is waited in vain for ${inVain}.`;
  // A process that was only asked for what another has started keeps its place, whoever follows it there.
  const wanted = [...awaited, ...diary.starts.map(questionOf)];
  const forNobody = open.filter((_, index) => !wanted.includes(live[index] ?? ''));
  if (forNobody.length > 0) return `Calls go on for nobody: ${forNobody.map(nameOf)}.`;
  const twice = open.filter(({ owner }, index) =>
    open.some((other, at) => at < index && other.owner === owner),
  );
  if (twice.length > 0) return `Two calls go on for the same generation: ${twice.map(nameOf)}.`;
  return null;
}

function nameOf({ number, owner }: RandomCall<Asked>): string {
  return `#${number} of ${owner.id}`;
}

/** Cancels what goes on, until nothing does. Resolves with what each process that is left tells in the end. */
export async function endAll(stage: Stage): Promise<Finals> {
  const { diary, playing, scenario } = stage;
  const within = mayLoseTouch(scenario.fault) ? END_OUT_OF_TOUCH_MS : END_WITHIN_MS;
  const deadline = performance.now() + within;
  const reportedBy = performance.now() + REPORT_WITHIN_MS;
  for (;;) {
    const cancelled = diary.asked.map(async ({ id, caller }) => diary.cancel(id, caller));
    await allWithin(within, 'cancel', diary.asked, cancelled);
    assertNoFailure(stage);
    const finals = await finalsOf(stage);
    const goesOn = whatGoesOn(stage, finals);
    if (goesOn === null && (isAllReported(stage, finals) || performance.now() > reportedBy)) {
      return finals;
    }
    if (goesOn !== null && performance.now() > deadline) throw new Error(goesOn);
    await Promise.race([...playing, wait(LOOK_EVERY_MS)]);
  }
}

/** Resolves as soon as all of `works`, one for each of `asked`, have; throws when one takes longer. */
async function allWithin(
  ms: number,
  what: string,
  asked: readonly Asked[],
  works: readonly Promise<unknown>[],
) {
  const pending = new Set(asked.map(({ id }) => id));
  const done = works.map((work, index) => work.then(() => pending.delete(asked[index]?.id ?? '')));
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`No end of ${what} ${[...pending]}.`)), ms);
  try {
    await Promise.race([Promise.all(done), late]);
  } finally {
    clearTimeout(timer);
  }
}

function whatGoesOn(stage: Stage, finals: Finals): string | null {
  const { processes, calls, playing, scenario, diary } = stage;
  if (playing.size > 0) return `Clients are still there: ${waitingIn(stage)}`;
  const open = calls.filter((call) => call.open);
  if (open.length > 0) return `Calls go on although all was cancelled: ${open.map(nameOf)}.`;
  const there = processes.filter(({ gone }) => !gone.aborted);
  for (const { name, service, log } of there) {
    const { generations, subscribers } = service.activity();
    const { readers } = log.describe();
    const busy = { generations, subscribers, readers };
    if (generations + subscribers + readers > 0) return `${name} has ${JSON.stringify(busy)}.`;
    for (const { id, status } of finals.get(name)?.values() ?? []) {
      if (status === 'RUNNING') return `${id} still runs as ${name} tells.`;
    }
  }
  if (mayLoseTouch(scenario.fault)) return null;
  return (
    diary.asked.map(({ id }) => differenceIn(id, finals)).find((each) => each !== null) ?? null
  );
}

/** How the processes tell of one generation in different ways; null when they do not, or one is left alone. */
function differenceIn(id: string, finals: Finals): string | null {
  const [first = null, ...others] = [...finals.values()].map((each) => each.get(id) ?? null);
  for (const other of others) {
    if (isDeepStrictEqual(besideTiming(first), besideTiming(other))) continue;
    return `${id} is told of in two ways: ${JSON.stringify([first, other])}`;
  }
  return null;
}

/** Processes have clocks of their own. */
function besideTiming(generation: GenerationSnapshot | null) {
  return generation && { ...generation, timing: null };
}

/** Whether somebody has reported all that was taken up by the processes that are there. */
function isAllReported({ processes, issuedBy }: Stage, finals: Finals): boolean {
  const reported = new Set(
    processes.flatMap((process) => process.reported.map(({ generationId }) => generationId)),
  );
  return [...finals].every(([name, ended]) =>
    [...ended.keys()].every((id) => !issuedBy[name].has(id) || reported.has(id)),
  );
}

async function finalsOf({ processes, diary, scenario }: Stage): Promise<Finals> {
  const all = new Map<ProcessName, Map<string, GenerationSnapshot>>();
  for (const { name, gone, service } of processes) {
    if (gone.aborted) continue;
    const finals = new Map<string, GenerationSnapshot>();
    const found = diary.asked.map(async ({ id, caller }) => {
      const finding = service.find(id, caller);
      const final = await (mayLoseTouch(scenario.fault) ? finding.catch(() => null) : finding);
      if (final !== null) finals.set(id, final);
    });
    await allWithin(END_WITHIN_MS, `find at ${name} of`, diary.asked, found);
    all.set(name, finals);
  }
  return all;
}

function assertNoFailure({ failures }: Stage) {
  for (const failure of failures) throw failure;
}

function waitingIn({ diary }: Stage): string {
  return JSON.stringify([...diary.waiting].map(questionOf));
}
