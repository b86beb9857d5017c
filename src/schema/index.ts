import { type GraphQLSchema, specifiedDirectives } from 'graphql';
import { type Builder, createBuilder } from './builder.ts';
import { addCacheAdmin } from './cache-admin.ts';
import { addCacheDecision } from './cache-decision.ts';
import { addCacheStats } from './cache-stats.ts';
import { addCancelGeneration } from './cancel-generation.ts';
import { addDecision } from './decision.ts';
import { addSharedEnums } from './enums.ts';
import { addErase } from './erase.ts';
import { addEvents } from './events.ts';
import { addExperiments } from './experiments.ts';
import { addFailure } from './failure.ts';
import { addGenerate } from './generate.ts';
import { addGenerateInput } from './generate-input.ts';
import { addGenerateStream } from './generate-stream.ts';
import { addGeneration } from './generation.ts';
import { addHealth } from './health.ts';
import { addLatencySummary } from './latency-summary.ts';
import { addLiveStats } from './live-stats.ts';
import { guardOperatorFields, operatorDirective } from './operator.ts';
import { addPreview } from './preview.ts';
import { addRating } from './rating.ts';
import { addRollout } from './rollout.ts';
import { addRoutingDecision } from './routing-decision.ts';
import { addRoutingStats } from './routing-stats.ts';
import { addScalars } from './scalars.ts';

/**
 * A new instance of the public schema, with its resolvers. They expect a `GraphContext`. The order of the
 * calls is the order of the fields in schema.graphql.
 */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder();
  const enums = addSharedEnums(builder);
  const generateArgs = addGenerateInput(builder, enums);
  addScalars(builder);
  addRootTypes(builder);

  addGenerate(builder, generateArgs);
  addPreview(builder, generateArgs);
  addGeneration(builder);
  addFailure(builder, enums);
  addDecision(builder);
  addCacheDecision(builder, enums);
  addRoutingDecision(builder, enums);
  addEvents(builder);
  addGenerateStream(builder, generateArgs);
  addCancelGeneration(builder);
  addRating(builder);

  addCacheStats(builder, enums);
  addRoutingStats(builder, enums);
  addLatencySummary(builder);
  addLiveStats(builder, enums);
  addHealth(builder);
  addCacheAdmin(builder);
  addRollout(builder);
  addExperiments(builder);
  addErase(builder);

  const directives = [...specifiedDirectives, operatorDirective];
  const schema = builder.toSchema({ directives, sortSchema: false });
  guardOperatorFields(schema);
  return schema;
}

function addRootTypes(builder: Builder): void {
  builder.queryType({ description: 'What can be asked for.' });
  builder.mutationType({ description: 'What can be done.' });
  builder.subscriptionType({ description: 'What can be listened to.' });
}
