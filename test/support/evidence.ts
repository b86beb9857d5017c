import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { EVIDENCE_FOLDER, type Evidence, type Said, type Secret } from './leaks.ts';

/** Of a longer text, this much from its beginning and as much from its end. */
const KEPT_CHARACTERS = 1_000;

const folder = process.env[EVIDENCE_FOLDER];
const known = new Set<string>();
let file: number | null = null;

/** Keeps a line of a log. One that differs from another by numbers and ids alone is not kept again. */
export function keepLogLine(line: string): void {
  if (folder !== undefined && isNew(line.replace(VARYING, '#'))) keepSaid('log', line);
}

/** Keeps what a caller was told of a failure. */
export function keepErrorMessage(message: string): void {
  if (folder !== undefined && isNew(`error ${message}`)) keepSaid('error message', message);
}

/** Keeps a text that may be found neither in logs nor in error messages, and returns it. */
export function secret(kind: Secret['kind'], text: string): string {
  const kept = shortened(text);
  if (folder !== undefined && isNew(`${kind} ${kept}`)) keep(folder, { secret: kept, kind });
  return text;
}

const VARYING = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}|\d+/g;

function shortened(text: string): string {
  if (text.length <= 2 * KEPT_CHARACTERS) return text;
  return `${text.slice(0, KEPT_CHARACTERS)}\n${text.slice(-KEPT_CHARACTERS)}`;
}

function isNew(text: string): boolean {
  const before = known.size;
  return known.add(text).size > before;
}

function keepSaid(where: Said['where'], said: string) {
  const test = expect.getState().testPath ?? 'unknown';
  if (folder !== undefined) keep(folder, { said, where, test });
}

/** At once: a worker may be ended at any time. */
function keep(into: string, evidence: Evidence) {
  file ??= openSync(join(into, `${randomUUID()}.jsonl`), 'a');
  writeSync(file, `${JSON.stringify(evidence)}\n`);
}
