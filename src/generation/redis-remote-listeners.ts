import type { Logger } from '../telemetry/logger.ts';
import type { Liveness } from './redis-liveness.ts';
import { type Listening, readListening, retireRun } from './redis-run-ownership.ts';
import type { Part } from './redis-run-part.ts';
import type { FencingToken } from './run-log.ts';

/** Who listens in other processes to the runs that this one owns. Those that are gone do not count. */
export function remoteListeners(options: {
  processId: string;
  liveness: Liveness;
  logger: Logger;
}) {
  const { processId, liveness, logger } = options;

  /** Tells the run who listens elsewhere, of all who are said to. */
  async function set(part: Part, listening: Listening): Promise<void> {
    const remote = new Map<string, readonly string[]>();
    for (const [id, generations] of listening) {
      if (id !== processId && !(await liveness.isGone(id))) remote.set(id, generations);
    }
    if (part.token === null) return;
    part.remote = remote;
    part.hooks?.onListening(remote);
  }

  /** Finds out and tells; never rejects. */
  async function look(part: Part): Promise<void> {
    if (part.token === null) return;
    try {
      await set(part, await readListening(part.place));
    } catch (error) {
      logger.debug({ error, runId: part.spec.id }, 'who listens to a run cannot be read');
    }
  }

  /** Whether nobody listens elsewhere but to generations that are given up; then nobody will join any more. */
  async function retire(
    part: Part,
    token: FencingToken,
    givenUp: readonly string[],
  ): Promise<boolean> {
    const asked = await retireRun(part.place, token, { dead: [], givenUp });
    // Null: it is not this process that decides any more.
    if (asked === null || asked.retired) return true;
    await set(part, asked.listening);
    const dead = [...asked.listening.keys()].filter((id) => !part.remote.has(id));
    if (dead.length === 0) return false;
    return (await retireRun(part.place, token, { dead, givenUp }))?.retired ?? true;
  }

  return { set, look, retire };
}
