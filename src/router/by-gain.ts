import type { PromptVectors } from '../cache/semantic/semantic-cache.ts';
import type { GainWorth } from '../config/config.ts';
import { splitPhrase } from './by-complexity.ts';
import { complexityOf } from './complexity.ts';
import type { GainModel } from './gain/gain-model.ts';
import { promptFeatures } from './gain/prompt-features.ts';
import { qualityFloor } from './quality-floor.ts';
import { stickySplit } from './sticky-split.ts';
import type { ExpectedGain, Strategy, TierChoice, ToChoose } from './tier-choice.ts';

/** Nobody knows before which answer will be long: what one takes on average will do for comparing prices. */
const ASSUMED_OUTPUT_TOKENS = 300;

export type GainStrategyOptions = {
  /** As it stands now: it may be replaced by a newer one. */
  readonly model: () => GainModel;
  /** Null without an encoder. */
  readonly vectors: PromptVectors | null;
  /** Whether the model's choices are known to beat chance on this gateway's prompts, as it stands now. */
  readonly isProven: () => boolean;
  readonly worth: GainWorth;
  /** Share of prompts whose model is picked by a coin, 0..1. */
  readonly exploration: number;
  readonly abTestRatio: () => number;
  /** What a call of the model of a tier costs, in USD; null when no price is known. */
  readonly costOf: (
    tier: 'SMALL' | 'LARGE',
    usage: { readonly inputTokens: number; readonly outputTokens: number },
  ) => number | null;
  /** As `Math.random`. */
  readonly random: () => number;
};

/**
 * The large model where it is expected to answer better by more than it costs more. A part of the prompts is left to a
 * coin, which is what the skill of the choice is measured on; while none is proven, the fixed split decides.
 */
export function byGain(options: GainStrategyOptions): Strategy {
  const { worth, exploration, abTestRatio, random } = options;
  const floor = worth.kind === 'floor' ? qualityFloor(worth.floor) : null;

  async function expectedOf({ tenant, request }: ToChoose): Promise<ExpectedGain> {
    const model = options.model();
    const vector = await vectorFor(model, tenant, request.prompt);
    const features = promptFeatures(request.prompt, vector);
    return { ...model.expect(features), features, model: model.about.version };
  }

  /** The model answers without one, a little worse: an encoder that is late costs no request its answer. */
  async function vectorFor({ about }: GainModel, tenant: string, prompt: string) {
    const { vectors } = options;
    if (vectors === null || about.encoder === null) return null;
    if (!vectors.encoder.startsWith(about.encoder)) return null;
    return vectors.of(tenant, prompt).catch(() => null);
  }

  /** Gain that is worth what the large model costs more for this prompt. */
  function thresholdFor(asked: ToChoose): number {
    if (worth.kind === 'lambda') return worth.lambda * dearer(asked);
    return floor?.threshold() ?? 0;
  }

  /** Of the large model's cost, the share that the small one saves. Unknown prices: all of it. */
  function dearer({ request, inputTokens }: ToChoose): number {
    const outputTokens = Math.min(
      request.maxTokens ?? ASSUMED_OUTPUT_TOKENS,
      ASSUMED_OUTPUT_TOKENS,
    );
    const small = options.costOf('SMALL', { inputTokens, outputTokens });
    const large = options.costOf('LARGE', { inputTokens, outputTokens });
    if (small === null || large === null || large === 0) return 1;
    return 1 - small / large;
  }

  function choose(asked: ToChoose, expected: ExpectedGain): Chosen {
    if (random() < exploration) return tossCoin(random);
    if (!options.isProven()) {
      const toSmall = abTestRatio();
      const { tier, propensity } = stickySplit(asked.unit, toSmall);
      const reason = `The gain model has no proven skill here: ${splitPhrase(tier, toSmall)}.`;
      return { tier, chosenBy: 'ratio', propensity, reason };
    }
    return byExpectation(expected.gain, thresholdFor(asked));
  }

  return async (asked) => {
    const expected = await expectedOf(asked);
    floor?.note(expected);
    const { complexity } = complexityOf(asked.request);
    return { ...choose(asked, expected), complexity, expected };
  };
}

type Chosen = Omit<TierChoice, 'complexity' | 'expected'>;

function tossCoin(random: () => number): Chosen {
  const tier = random() < 0.5 ? 'SMALL' : 'LARGE';
  const reason = `A coin picked the ${tier.toLowerCase()} model, to learn which prompts need which.`;
  return { tier, chosenBy: 'exploration', propensity: 0.5, reason };
}

function byExpectation(gain: number, threshold: number): Chosen {
  const tier = gain > threshold ? 'LARGE' : 'SMALL';
  const worthIt = tier === 'LARGE' ? 'more than' : 'not more than';
  const reason = `The large model is expected to answer better by ${points(gain)} points of 100, ${worthIt} the ${points(threshold)} that its price is worth: the ${tier.toLowerCase()} model answers.`;
  return { tier, chosenBy: 'gain', propensity: 1, reason };
}

function points(quality: number): string {
  return (100 * quality).toFixed(1);
}
