/**
 * Stores ready answers in the cache of a running gateway, for the tenant of an operator's key:
 *
 *     npm run warm -- FILE [--url URL] [--key KEY] [--namespace NAME]
 *
 * It may be broken off and run again: what is stored already is stored anew.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isNamespace, NAMESPACE_DEMAND } from '../src/domain/names.ts';
import { type Progress, showProgress } from './progress.ts';
import { batchesOf, createSender, WarmError } from './warm-batches.ts';
import { type PlacedEntry, parseWarmFile } from './warm-file.ts';

const USAGE = `Usage: npm run warm -- FILE [--url URL] [--key KEY] [--namespace NAME]

FILE is JSON, an object a line or one array of them, with "prompt" (or "question") and "answer",
and where they are wanted "system", "namespace", "model" and "ttlSeconds".

--url        of the gateway, http://localhost:4000/graphql unless given
--key        of an operator; better in the environment, as SLUICE_API_KEY
--namespace  of the answers that name none`;

const MOST_PROBLEMS = 50;

/** What a person at a terminal has to know, without a stack. */
class Told extends Error {}

try {
  await main();
} catch (error) {
  const told = error instanceof Told || error instanceof WarmError;
  process.stderr.write(`${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}

async function main() {
  const { path, url, key, namespace } = readArguments();
  const entries = await readEntries(path, namespace);
  const send = createSender({
    ...{ url, key, fetch },
    pause: (ms) => pause(ms),
    onRetry: (reason) => void process.stderr.write(`\n${reason} Trying again.\n`),
  });
  const progress = showProgress(process.stderr, entries.length);
  const startedAt = performance.now();
  const { stored, skipped } = await sendAll(entries, send, progress);
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  process.stdout.write(`Stored ${stored} of ${entries.length} answers in ${seconds} s.\n`);
  if (skipped > 0) {
    throw new Told(`${skipped} were skipped: the cache is off, or its store did not answer.`);
  }
}

function readArguments() {
  const { values, positionals } = parse();
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0) throw new Told(USAGE);
  const { url, namespace } = values;
  if (!URL.canParse(url)) throw new Told('--url must be the URL of a gateway.');
  if (namespace !== undefined && !isNamespace(namespace)) {
    throw new Told(`--namespace ${NAMESPACE_DEMAND}.`);
  }
  const key = values.key ?? process.env['SLUICE_API_KEY'] ?? null;
  return { path, url, key, namespace: namespace ?? null };
}

function parse() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:4000/graphql' },
        key: { type: 'string' },
        namespace: { type: 'string' },
      },
    });
  } catch (error) {
    throw new Told(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function readEntries(
  path: string,
  namespace: string | null,
): Promise<readonly PlacedEntry[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new Told(`${path} cannot be read: ${error.message}`);
  });
  const { entries, problems, unknownFields } = parseWarmFile(text, namespace);
  if (problems.length > 0) throw new Told(listOf(path, problems));
  if (unknownFields.length > 0) {
    process.stderr.write(`Fields that are passed over: ${unknownFields.join(', ')}.\n`);
  }
  return entries;
}

function listOf(path: string, problems: readonly string[]): string {
  const shown = problems.slice(0, MOST_PROBLEMS);
  const more = problems.length - shown.length;
  const rest = more === 0 ? [] : [`… and ${more} more`];
  return [`Nothing was stored, ${path} is not as it should be:`, ...shown, ...rest].join('\n  ');
}

async function sendAll(
  entries: readonly PlacedEntry[],
  send: ReturnType<typeof createSender>,
  progress: Progress,
) {
  let [stored, skipped] = [0, 0];
  try {
    for (const batch of batchesOf(entries)) {
      const counts = await send(batch);
      stored += counts.stored;
      skipped += counts.skipped;
      progress.advance(batch.length);
    }
  } catch (error) {
    if (!(error instanceof WarmError)) throw error;
    throw new Told(
      `${error.message}\nStored ${stored} of ${entries.length} answers. Run it again when that is mended: what is stored already is stored anew.`,
    );
  } finally {
    progress.end();
  }
  return { stored, skipped };
}
