import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../../config/config-error.ts';
import type { ConfidenceModel } from './confidence.ts';

const share = z.number().min(0).max(1);

const certifiedSchema = z.strictObject({
  maxErrorRate: share,
  threshold: share,
  matches: z.int().min(0),
  hits: z.int().min(0),
  wrongHits: z.int().min(0),
  upperBound: share,
});

const modelSchema: z.ZodType<ConfidenceModel> = z.strictObject({
  version: z.string(),
  encoder: z.string(),
  pairModel: z.string(),
  intercept: z.number(),
  weights: z.strictObject({ similarity: z.number(), logOdds: z.number() }),
  sameForm: share,
  thresholds: z.array(certifiedSchema),
  mix: z.string(),
  confidenceLevel: share,
});

/**
 * What `eval/cache/fit.ts` wrote.
 *
 * @throws ConfigError that lists all that is wrong with the file
 */
export async function readConfidenceFile(path: string | URL): Promise<ConfidenceModel> {
  try {
    return modelSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const wrong = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigError([`CACHE_CONFIDENCE_FILE ${path}: ${wrong}`]);
  }
}
