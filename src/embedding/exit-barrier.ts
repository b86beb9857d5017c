/**
 * ONNX Runtime aborts the whole process when a thread of it is ended in the middle of a run: the exit code is then that
 * of a crash, whatever the process exited with (onnxruntime-node 1.30: `terminate()` and `process.exit()` alike). So no
 * thread is terminated, and at the exit of the process those runs that are under way are waited for.
 */

/** What a process and one of its threads share: whether the process is leaving, and how many runs are under way. */
export type ExitBarrier = Int32Array<SharedArrayBuffer>;

const LEAVING = 0;
const RUNS = 1;

/** The longest run takes a fraction of it. */
const LONGEST_WAIT_MS = 2_000;

const open = new Set<ExitBarrier>();

/** For a thread that is about to be started; `closeExitBarrier` when it has ended. */
export function openExitBarrier(): ExitBarrier {
  const barrier = new Int32Array(new SharedArrayBuffer(8));
  if (open.size === 0) process.on('exit', waitForRuns);
  open.add(barrier);
  return barrier;
}

export function closeExitBarrier(barrier: ExitBarrier) {
  open.delete(barrier);
  if (open.size === 0) process.off('exit', waitForRuns);
}

/** In the thread: runs what must not be cut off. In a process that is leaving nothing is begun any more. */
export async function behindExitBarrier<Result>(
  barrier: ExitBarrier,
  run: () => Promise<Result>,
): Promise<Result> {
  Atomics.add(barrier, RUNS, 1);
  if (Atomics.load(barrier, LEAVING) === 1) {
    done(barrier);
    return await new Promise<never>(() => {});
  }
  try {
    return await run();
  } finally {
    done(barrier);
  }
}

function done(barrier: ExitBarrier) {
  Atomics.sub(barrier, RUNS, 1);
  Atomics.notify(barrier, RUNS);
}

function waitForRuns() {
  for (const barrier of open) Atomics.store(barrier, LEAVING, 1);
  const until = performance.now() + LONGEST_WAIT_MS;
  for (const barrier of open) waitForRunsOf(barrier, until);
}

function waitForRunsOf(barrier: ExitBarrier, until: number) {
  for (;;) {
    const runs = Atomics.load(barrier, RUNS);
    const left = until - performance.now();
    if (runs === 0 || left <= 0) return;
    Atomics.wait(barrier, RUNS, runs, left);
  }
}
