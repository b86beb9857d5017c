import { followRun, type RunDeps } from '../../src/generation/run.ts';
import { claimAndStart, openRunDeps } from './open-run.ts';
import { processesInMemory } from './processes-in-memory.ts';
import { sampleRunSpec } from './sample-run-spec.ts';

/** One process that leads a run, and others that follow it, each with a puppet of its own. */
export async function openTwoProcesses(changes: Partial<RunDeps> = {}) {
  const shared = processesInMemory();
  const spec = sampleRunSpec();

  async function follow(processId: string) {
    const opened = openRunDeps({ log: shared.log, ...changes });
    const lease = await shared.peers(processId).leases.attend(spec.id);
    if (lease === null) throw new Error('There is no such run.');
    return { ...opened, lease, run: followRun(opened.deps, lease) };
  }

  const owner = openRunDeps({ log: shared.log, ...changes });
  const run = await claimAndStart(owner.deps, shared.peers('owner').leases, spec);
  return {
    shared,
    spec,
    owner: { ...owner, run },
    follower: await follow('follower'),
    follow,
    /** Of the run, when it has ended. */
    events: () => owner.events(spec.id),
  };
}
