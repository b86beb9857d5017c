import { fileURLToPath } from 'node:url';
import type { AppDeps } from './app.ts';
import type { Config } from './config/config.ts';
import type { Channels } from './redis/channels.ts';
import type { RedisClient } from './redis/client.ts';
import type { Sealer } from './redis/sealing.ts';
import { readExperimentsFile } from './router/experiments/experiments-file.ts';
import { createGuardian, type Guardian } from './router/experiments/guardian.ts';
import { judgeGuardrails } from './router/experiments/guardrails.ts';
import { memoryExperiments } from './router/experiments/memory-experiments.ts';
import type { Experiment, Experiments } from './router/experiments/port.ts';
import { redisExperiments } from './router/experiments/redis-experiments.ts';
import { sampleRatio } from './router/experiments/sample-ratio.ts';
import type { GainModel } from './router/gain/gain-model.ts';
import { type WatchedGainModel, watchGainModel } from './router/gain/watched-gain-model.ts';
import { fileOutcomeLog } from './router/outcomes/file-outcome-log.ts';
import { memoryOutcomeLog } from './router/outcomes/memory-outcome-log.ts';
import {
  createOutcomeNotes,
  NO_NOTES,
  type OutcomeNotes,
} from './router/outcomes/note-outcomes.ts';
import type { OutcomeLog } from './router/outcomes/port.ts';
import { newDigestKey, redisDigestKey } from './router/outcomes/redis-digest-key.ts';
import { redisOutcomeLog } from './router/outcomes/redis-outcome-log.ts';
import { createSkillWatch } from './router/outcomes/skill-watch.ts';
import type { Explored } from './router/skill/explored.ts';
import { proveSkill } from './router/skill/prove-skill.ts';
import type { Logger } from './telemetry/logger.ts';

/** Trained on what docs/routing.md says. */
const GAIN_MODEL_FILE = new URL('../models/router-gain.json', import.meta.url);

const GAIN_MODEL_LOOK_MS = 5_000;

/** How late at most a process is that did not hear how an experiment stands. */
const EXPERIMENTS_LOOK_MS = 500;

const OUTCOMES_FLUSH_MS = 1_000;

const GUARDIAN_LOOK_MS = 1_000;

const SKILL_LOOK_MS = 10_000;

/** The trailing ones, of which skill is measured. */
const MOST_EXPLORED = 5_000;

/** What the router leans on beside its configuration. */
export type RouterSurroundings = Pick<AppDeps, 'clock' | 'logger' | 'statistics' | 'vectors'> & {
  /** Null: what processes share stays in this one. */
  readonly shared: { readonly redis: RedisClient; readonly channels: Channels } | null;
  readonly sealer: Sealer;
};

/** What an operator gave the router to read. */
export type RouterFiles = {
  readonly gainModel: WatchedGainModel;
  readonly experiments: readonly Experiment[];
};

/** To be read before anything else is opened. Rejects with a ConfigError when one cannot be used. */
export async function readRouterFiles(config: Config, logger: Logger): Promise<RouterFiles> {
  const { modelFile, experimentsFile } = config.router;
  const served = config.upstream.models.map(({ model }) => model);
  const experiments =
    experimentsFile === null ? [] : await readExperimentsFile(experimentsFile, served);
  const gainModel = await watchGainModel({
    path: modelFile ?? fileURLToPath(GAIN_MODEL_FILE),
    everyMs: GAIN_MODEL_LOOK_MS,
    logger,
  });
  return { gainModel, experiments };
}

/** What the router leans on, and what has to be closed with it, in this order. */
export async function openRouter(
  config: Config,
  { gainModel, experiments: set }: RouterFiles,
  surroundings: RouterSurroundings,
) {
  const experiments = openExperiments(config, set, surroundings);
  const guardian = openGuardian(experiments.experiments, surroundings);
  const log = openOutcomeLog(config, surroundings);
  const outcomes = log === null ? NO_NOTES : await openNotes(config, log, surroundings);
  const { skill, opened } = openSkill(config, gainModel.current, log, surroundings);
  return {
    parts: {
      gainModel: gainModel.current,
      skill,
      experiments: experiments.experiments,
      judgements: guardian.judgements,
      outcomes,
    },
    opened: [guardian, ...experiments.opened, ...opened, ...(log === null ? [] : [log]), gainModel],
  };
}

function openGuardian(
  experiments: Experiments,
  { statistics, clock, logger }: RouterSurroundings,
): Guardian {
  return createGuardian({
    experiments,
    readArms: async () => (await statistics.read('ALL_TENANTS', 'ALL')).arms,
    judge: judgeGuardrails,
    sampleRatio,
    everyMs: GUARDIAN_LOOK_MS,
    clock,
    logger,
  });
}

/** What a model learned elsewhere says nothing of those that are asked here. */
function openSkill(
  { router, upstream }: Config,
  gainModel: () => GainModel,
  log: OutcomeLog | null,
  { clock, logger }: RouterSurroundings,
) {
  const pair = pairOf(upstream);
  const measure = (explored: readonly Explored[]) => {
    const { pair: trained, heldOut } = gainModel().about;
    const isOfPair = trained?.small === pair.small && trained.large === pair.large;
    return proveSkill(explored, { heldOut: isOfPair ? heldOut : null });
  };
  if (log === null || router.strategy !== 'gain') {
    const none = measure([]);
    return { skill: () => none, opened: [] };
  }
  const watch = createSkillWatch({
    ...{ log, pair, measure, clock, logger },
    gainModel: () => gainModel().about.version,
    most: MOST_EXPLORED,
    silenceIsGood: true,
    everyMs: SKILL_LOOK_MS,
  });
  return { skill: watch.skill, opened: [watch] };
}

async function openNotes(
  { router, upstream, redis: { keyPrefix } }: Config,
  log: OutcomeLog,
  { shared, vectors, logger }: RouterSurroundings,
): Promise<OutcomeNotes> {
  const key =
    shared === null
      ? newDigestKey()
      : await redisDigestKey({ redis: shared.redis, keyPrefix, logger });
  const keepPrompts = router.outcomes.prompts;
  return createOutcomeNotes({ log, key, keepPrompts, pair: pairOf(upstream), vectors });
}

function pairOf({ smallModel, largeModel }: Config['upstream']) {
  return { small: smallModel, large: largeModel };
}

function openExperiments(
  { redis: { keyPrefix } }: Config,
  set: readonly Experiment[],
  { shared, clock, logger }: RouterSurroundings,
) {
  const options = { experiments: () => set, clock, logger };
  if (shared === null) return { experiments: memoryExperiments(options), opened: [] };
  const experiments = redisExperiments({
    ...{ ...options, ...shared },
    ...{ keyPrefix, lookEveryMs: EXPERIMENTS_LOOK_MS },
  });
  return { experiments, opened: [experiments] };
}

/** Null: nothing is kept. */
function openOutcomeLog(
  { router: { outcomes }, redis: { keyPrefix, timeoutMs } }: Config,
  { shared, ...surroundings }: RouterSurroundings,
): OutcomeLog | null {
  const { log, maxEntries } = outcomes;
  const options = { ...surroundings, maxEntries, flushMs: OUTCOMES_FLUSH_MS };
  switch (log.kind) {
    case 'off':
      return null;
    case 'file':
      return fileOutcomeLog({ ...options, path: log.path });
    case 'redis':
      if (shared !== null) return redisOutcomeLog({ ...options, ...shared, keyPrefix, timeoutMs });
      return memoryOutcomeLog(options);
    case 'memory':
      return memoryOutcomeLog(options);
  }
}
