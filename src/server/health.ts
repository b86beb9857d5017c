import type { Services } from '../schema/context.ts';

/**
 * Liveness: 200 as long as the process answers, with what it knows of the things that it leans on. A
 * dependency that is down is no reason to restart the process.
 */
export async function answerHealth(health: Services['health']): Promise<Response> {
  return Response.json(await health(), { headers: { 'Cache-Control': 'no-store' } });
}

/** Readiness: whether new work should be sent here, 200 or 503. */
export function answerReady(ready: boolean): Response {
  return Response.json(
    { ready },
    { status: ready ? 200 : 503, headers: { 'Cache-Control': 'no-store' } },
  );
}
