import type { GenerationRequest } from '../domain/request.ts';
import type { Rights } from '../tenancy/principal.ts';
import type { ServedModel } from './candidates.ts';
import type { ModelPolicy, Route } from './port.ts';
import type { TierChoice, ToChoose } from './tier-choice.ts';
import type { Unit } from './unit.ts';

/** A route, and what it was decided on where the gateway chose between the tiers; null where it had no choice. */
export type Routed = { readonly route: Route; readonly choice: TierChoice | null };

export type Router = {
  /**
   * Throws GatewayError MODEL_UNKNOWN when the gateway serves no such model, or none to a caller with these rights:
   * the two look the same to him.
   *
   * @param unit who is assigned to an experiment; null: nobody, as for an answer that is to serve all
   */
  policyFor(request: GenerationRequest, rights: Rights, unit: Unit | null): ModelPolicy;
  /**
   * @throws GatewayError PROMPT_TOO_LONG when no model of the policy has a window for it, MODEL_UNKNOWN when none can
   *   do what is asked
   */
  route(asked: ToChoose, policy: ModelPolicy): Promise<Routed>;
  /** The models that may be asked for, with their tiers; the large ones first. */
  readonly models: readonly ServedModel[];
  /** Whether the router is to look at prompts, as it stands now. */
  readonly enabled: boolean;
  /** Share of MEDIUM prompts that goes to the small model, 0..1, as it stands now. */
  readonly abTestRatio: number;
};
