import type { Builder } from './builder.ts';
import type { SharedEnums } from './enums.ts';
import { addExperimentStats } from './experiment-stats.ts';
import { addRoutingSkill } from './routing-skill.ts';
import { scopeOf, toRoutingStats } from './stats.ts';

/** Adds `routingStats`. */
export function addRoutingStats(builder: Builder, enums: SharedEnums): void {
  builder.queryField('routingStats', (t) =>
    t.field({
      type: 'RoutingStats',
      nullable: true,
      description: "Counted over the caller's tenant; for an operator, over all.",
      args: {
        window: t.arg({
          type: enums.StatsWindow,
          required: true,
          defaultValue: 'ALL',
          description: 'How far back to count.',
        }),
      },
      resolve: async (_, { window }, { services, principal }) => {
        const summary = await services.statistics.read(scopeOf(principal), window);
        return toRoutingStats(summary, services.routing(), principal);
      },
    }),
  );
  addRoutingStatsType(builder, enums, addRoutingSkill(builder));
  addModelStats(builder, enums);
  addExperimentStats(builder);
}

function addRoutingStatsType(
  builder: Builder,
  enums: SharedEnums,
  strategy: ReturnType<typeof addRoutingSkill>,
): void {
  builder.objectType('RoutingStats', {
    description: 'What the router and the models did.',
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled', {
        description: 'False: the router looks at no prompt.',
      }),
      abTestRatio: t.exposeFloat('abTestRatio', {
        description: 'Share of MEDIUM prompts that goes to the small model, 0..1.',
      }),
      strategy: t.expose('strategy', {
        type: strategy,
        description: 'What decides between the small and the large model where no request does.',
      }),
      skill: t.expose('skill', {
        type: 'RoutingSkill',
        nullable: true,
        description: 'Null unless the strategy is GAIN.',
      }),
      models: t.expose('models', {
        type: ['ModelStats'],
        description: 'Each model that may be asked, and each that was asked in the window.',
      }),
      complexity: t.expose('complexity', {
        type: ['ComplexityCount'],
        description: 'How many prompts looked how hard.',
      }),
      experiments: t.expose('experiments', {
        type: ['ExperimentStats'],
        description: 'The experiments that are set up.',
      }),
    }),
  });

  builder.objectType('ComplexityCount', {
    description: 'How many prompts looked this hard to the router.',
    fields: (t) => ({
      complexity: t.expose('complexity', {
        type: enums.Complexity,
        description: 'How hard they looked.',
      }),
      requests: t.exposeFloat('requests', { description: 'How many there were.' }),
    }),
  });
}

function addModelStats(builder: Builder, enums: SharedEnums): void {
  builder.objectType('ModelStats', {
    description: 'What one model did.',
    fields: (t) => ({
      model: t.exposeString('model', { description: 'The model as it is configured.' }),
      tier: t.expose('tier', {
        type: enums.ModelTier,
        nullable: true,
        description: 'Null for a model outside the tiers.',
      }),
      contextTokens: t.exposeInt('contextTokens', {
        nullable: true,
        description: 'How long prompt and answer may be together; null when it is not known.',
      }),
      inputUsdPerMillion: t.exposeFloat('inputUsdPerMillion', {
        nullable: true,
        description: 'Price of a million tokens that it reads; null when it is not known.',
      }),
      outputUsdPerMillion: t.exposeFloat('outputUsdPerMillion', {
        nullable: true,
        description: 'Price of a million tokens that it writes; null when it is not known.',
      }),
      requests: t.exposeFloat('requests', {
        description:
          'Calls that it answered or failed; cached and joined answers are not among them.',
      }),
      failures: t.exposeFloat('failures', { description: 'Calls that it failed.' }),
      errorRate: t.exposeFloat('errorRate', {
        nullable: true,
        description: 'failures / requests; null before the first call.',
      }),
      available: t.exposeBoolean('available', {
        description:
          'False after three failures in a row, until one call succeeds or a minute has passed; for a model that is no longer configured, always. It is asked nevertheless.',
      }),
      firstToken: t.expose('firstToken', {
        type: 'LatencySummary',
        description: 'Time until the first text of its answers.',
      }),
      total: t.expose('total', {
        type: 'LatencySummary',
        description: 'Time until the end of its answers.',
      }),
      inputTokens: t.exposeFloat('inputTokens', { description: 'Tokens that it read.' }),
      outputTokens: t.exposeFloat('outputTokens', { description: 'Tokens that it wrote.' }),
      costUsd: t.exposeFloat('costUsd', {
        nullable: true,
        description: 'Sum of the costs that are known; null when none is.',
      }),
      meanRating: t.exposeFloat('meanRating', {
        nullable: true,
        description: 'Share of GOOD among ratings, 0..1.',
      }),
      ratings: t.exposeFloat('ratings', {
        description:
          'Answers of it that were rated GOOD or BAD, stored ones too. WRONG_CACHE_HIT says nothing of a model.',
      }),
    }),
  });
}
