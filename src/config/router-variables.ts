import { decimal, oneOf, onOff, share, text, whole } from './parsers.ts';
import { optional, variable } from './variable.ts';

const MOST_OUTCOMES = 10_000_000;

/** Which model answers what no request decides by itself, and what is kept of how that went. */
export const routerVariables = {
  ENABLE_MODEL_ROUTING: variable(
    onOff,
    'false',
    'Route by prompt, and run experiments. Off: the large model answers.',
  ),
  AB_TEST_RATIO: variable(
    decimal(1),
    '0.5',
    'Share of MEDIUM prompts that goes to the small model, and of all prompts while the strategy `gain` has no proven skill.',
  ),
  ROUTING_STRATEGY: variable(
    oneOf(['complexity', 'gain']),
    'complexity',
    '`complexity`: simple prompts to the small model, complex ones to the large, the others by AB_TEST_RATIO. `gain`: the large model where it is expected to answer better by enough.',
  ),
  ROUTING_LAMBDA: optional(
    decimal(1),
    '0.1',
    'Gain in quality, 0 to 1, that is worth the whole price of the large model; with `gain`.',
  ),
  ROUTING_QUALITY_FLOOR: optional(
    share,
    'none',
    "Instead of ROUTING_LAMBDA: share of the large model's quality that is to be kept, by what the gain model expects of late prompts.",
  ),
  ROUTING_EXPLORATION: variable(
    decimal(1),
    '0.05',
    'Share of prompts whose model is picked by a coin, to learn from and to prove skill on; with `gain`.',
  ),
  ROUTER_MODEL_FILE: optional(
    text,
    'trained on public benchmarks of other models',
    'Gain model, made by `npm run router:train`; read again when it changes.',
  ),
  EXPERIMENTS_FILE: optional(text, 'none', 'JSON file of experiments: see docs/routing.md.'),
  OUTCOME_LOG: optional(
    text,
    '`redis` with REDIS_URL, else `memory`',
    'Where outcomes of routed requests are kept, to train on: `off`, `memory`, `redis`, or the path of a JSON Lines file.',
  ),
  OUTCOME_LOG_MAX: variable(
    whole(1_000, MOST_OUTCOMES),
    '100000',
    'How many outcomes are kept; the oldest go first. Of 100,000, 200 MB are in memory, or 250 MB in Redis.',
  ),
  OUTCOME_LOG_PROMPTS: variable(
    onOff,
    'false',
    'Keep the text of prompts with their outcomes; without it their features alone are kept.',
  ),
};
