import type { Config } from '../config/config.ts';
import { limitComplexity } from './policies/complexity.ts';
import { limitDepth } from './policies/depth.ts';
import { refuseIntrospection } from './policies/introspection.ts';
import { refuseGenerateOverGet } from './policies/method.ts';
import type { Policy } from './policy.ts';

/** The policies that the configuration asks for, cheapest first. */
export function createPolicies(config: Config['server']): readonly Policy[] {
  return [
    refuseGenerateOverGet,
    ...(config.introspection ? [] : [refuseIntrospection]),
    limitDepth(config.maxDepth),
    limitComplexity(config.maxComplexity),
  ];
}
