import type { ModelTier } from '../domain/request.ts';
import {
  fittingCandidates,
  needOf,
  nothingFits,
  orderCandidates,
  type ServedModel,
} from './candidates.ts';
import { armInForce, enrol } from './experiments/enrol.ts';
import type { Arm, ArmRule, StandingExperiment } from './experiments/port.ts';
import { allowedModels, wantedModels } from './model-rights.ts';
import type { Candidate, ModelPolicy, Route } from './port.ts';
import type { Routed, Router } from './router-port.ts';
import type { Strategy, TierChoice, ToChoose } from './tier-choice.ts';

export type RouterOptions = {
  /** The large ones first. */
  readonly models: readonly ServedModel[];
  readonly strategy: Strategy;
  /** As they stand now. */
  readonly experiments: () => readonly StandingExperiment[];
  readonly enabled: () => boolean;
  readonly abTestRatio: () => number;
  /** Whether the calls of a model fail one after the other. */
  readonly isFailing: (model: string) => boolean;
};

/** Who is asked first, and the sentence that says why. */
type First = {
  readonly tier: ModelTier;
  /** A model by name; null: the best one of the tier. */
  readonly model: string | null;
  readonly reason: string;
  readonly choice: TierChoice | null;
};

/**
 * Routes a request: the pinned model, else the tier that was asked for, else the arm of an experiment, else what the
 * strategy chooses. The others that may answer follow as fallbacks, and no model is asked whose window is too short.
 */
export function createRouter(options: RouterOptions): Router {
  const { models, strategy, enabled, isFailing } = options;

  function policyFor(...[request, rights, unit]: Parameters<Router['policyFor']>): ModelPolicy {
    const allowed = allowedModels(models, rights);
    const wanted = wantedModels(models, allowed, request).map(({ model }) => model);
    if (request.model !== null) return { kind: 'pinned', model: request.model };
    const { tier } = request.routing;
    if (tier !== null) return { kind: 'tier', tier, models: wanted };
    const experiments = enabled() ? options.experiments() : [];
    const maySatisfy = (rule: ArmRule) => canFollow(rule, allowed);
    const assignment = unit === null ? null : enrol(experiments, unit, maySatisfy);
    const arm = armInForce(experiments, assignment)?.arm;
    return {
      kind: 'auto',
      models: arm && maySatisfy(arm.rule) ? withModelOf(arm, wanted) : wanted,
      assignments: assignment === null ? [] : [assignment],
    };
  }

  async function route(asked: ToChoose, policy: ModelPolicy): Promise<Routed> {
    const fits = fitting(asked, policy);
    const { tier, model, reason, choice } = await firstOf(asked, policy, fits);
    const ordered = orderCandidates(fits, tier, isFailing);
    const first = ordered.find((each) => each.model === model);
    const candidates = first === undefined ? ordered : [first, ...without(ordered, first)];
    return {
      choice,
      route: {
        candidates: toCandidates(candidates),
        complexity: choice?.complexity ?? null,
        expectedGain: choice?.expected?.gain ?? null,
        explored: choice?.chosenBy === 'exploration',
        reason,
        assignments: policy.kind === 'auto' ? policy.assignments : [],
        requestedModel: asked.request.model,
      },
    };
  }

  /** @throws GatewayError when no model of the policy can take the request */
  function fitting({ request, inputTokens }: ToChoose, policy: ModelPolicy) {
    const names = policy.kind === 'pinned' ? [policy.model] : policy.models;
    const need = needOf(request, inputTokens);
    const found = fittingCandidates(
      models.filter(({ model }) => names.includes(model)),
      need,
    );
    if (found.fits.length === 0) throw nothingFits(found, need);
    return found.fits;
  }

  async function firstOf(
    asked: ToChoose,
    policy: ModelPolicy,
    fits: readonly ServedModel[],
  ): Promise<First> {
    if (policy.kind === 'pinned') return settled('LARGE', 'The request names the model.');
    if (policy.kind === 'tier') {
      return settled(policy.tier, `The request asks for the ${nameOf(policy.tier)} tier.`);
    }
    const only = onlyTierOf(fits);
    if (only !== null) return settled(only, whyOnly(only, policy.models, fits, models));
    if (!enabled()) return settled('LARGE', 'Routing is off: the large model answers.');
    return byArm(policy, fits) ?? byStrategy(asked, policy);
  }

  /** Null when the strategy decides. */
  function byArm(
    { assignments }: Extract<ModelPolicy, { kind: 'auto' }>,
    fits: readonly ServedModel[],
  ): First | null {
    const found = armInForce(options.experiments(), assignments[0] ?? null);
    if (found === null || !canFollow(found.arm.rule, fits)) return null;
    const { rule } = found.arm;
    switch (rule.kind) {
      case 'router':
        return null;
      case 'model': {
        const tier = fits.find(({ model }) => model === rule.model)?.tier ?? 'LARGE';
        const reason = `${found.because}: ${rule.model} answers.`;
        return { tier, model: rule.model, reason, choice: null };
      }
      case 'tier': {
        const { tier } = rule;
        const reason = `${found.because}: the ${nameOf(tier)} model answers.`;
        const because = { chosenBy: 'experiment', propensity: 1, reason } as const;
        const choice = { tier, ...because, complexity: null, expected: null };
        return { tier, model: null, reason, choice };
      }
    }
  }

  async function byStrategy(
    asked: ToChoose,
    { assignments }: Extract<ModelPolicy, { kind: 'auto' }>,
  ): Promise<First> {
    const choice = await strategy(asked);
    const [assignment] = assignments;
    const within =
      assignment && ` (Arm ${assignment.arm} of the experiment ${assignment.experiment}.)`;
    return { tier: choice.tier, model: null, reason: `${choice.reason}${within ?? ''}`, choice };
  }

  return {
    policyFor,
    route,
    models,
    get enabled() {
      return enabled();
    },
    get abTestRatio() {
      return options.abTestRatio();
    },
  };
}

function settled(tier: ModelTier, reason: string): First {
  return { tier, model: null, reason, choice: null };
}

function canFollow(rule: ArmRule, models: readonly ServedModel[]): boolean {
  switch (rule.kind) {
    case 'router':
      return onlyTierOf(models) === null;
    case 'tier':
      return models.some(({ tier }) => tier === rule.tier);
    case 'model':
      return models.some(({ model }) => model === rule.model);
  }
}

/** Null when there is a choice between the tiers. Models of no tier are as good as large ones. */
function onlyTierOf(models: readonly ServedModel[]): ModelTier | null {
  const hasSmall = models.some(({ tier }) => tier === 'SMALL');
  const hasLarge = models.some(({ tier }) => tier === 'LARGE');
  if (hasSmall && hasLarge) return null;
  return hasSmall ? 'SMALL' : 'LARGE';
}

/** What left no choice: the request, the key, or what is served at all. */
function whyOnly(
  tier: ModelTier,
  allowed: readonly string[],
  fits: readonly ServedModel[],
  served: readonly ServedModel[],
): string {
  if (fits.length < allowed.length && onlyTierOf(named(served, allowed)) === null) {
    return `Only the ${nameOf(tier)} model takes a request like this one.`;
  }
  if (onlyTierOf(served) !== null) return 'There is no other tier to choose from.';
  return tier === 'SMALL' ? 'The key allows no larger model.' : 'The key allows no smaller model.';
}

function named(models: readonly ServedModel[], names: readonly string[]): readonly ServedModel[] {
  return models.filter(({ model }) => names.includes(model));
}

function nameOf(tier: ModelTier): string {
  return tier === 'SMALL' ? 'small' : 'large';
}

function withModelOf({ rule }: Arm, names: readonly string[]): readonly string[] {
  return rule.kind === 'model' && !names.includes(rule.model) ? [...names, rule.model] : names;
}

function without(models: readonly ServedModel[], one: ServedModel): readonly ServedModel[] {
  return models.filter((each) => each !== one);
}

/** What is asked holds of a model what a log has to keep of it. */
function toCandidates(models: readonly ServedModel[]): Route['candidates'] {
  const [first, ...others] = models.map(({ model, tier }): Candidate => ({ model, tier }));
  if (first === undefined) throw new TypeError('There is no candidate.');
  return [first, ...others];
}
