import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeak, EVIDENCE_FOLDER, findLeaks, readEvidence, readSource } from './leaks.ts';
import { findRedisServer } from './redis-binary.ts';

let folder: string;

/** Runs once before all tests: what the tests start must be there before the first of them is timed. */
export async function setup(): Promise<void> {
  await findRedisServer();
  folder = await mkdtemp(join(tmpdir(), 'sluice-evidence-'));
  process.env[EVIDENCE_FOLDER] = folder;
}

/** Runs once after all tests. No prompt, answer or key may be found in what all gateways have logged. */
export async function teardown(): Promise<void> {
  const leaks = findLeaks(readEvidence(folder), readSource());
  await rm(folder, { recursive: true });
  if (leaks.length === 0) return;
  // vitest shows what a teardown throws, and ends well all the same.
  process.exitCode = 1;
  throw new Error(
    `A prompt, an answer or a key got out of a gateway:\n${leaks.map(describeLeak).join('\n')}`,
  );
}
