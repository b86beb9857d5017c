import type { ArmState } from '../../telemetry/arm-state.ts';
import { evidenceAbove } from './confidence-sequence.ts';
import { type GuardrailFinding, sentenceOfHarm } from './guardrail-finding.ts';
import { WATCHES, type Watch } from './guardrail-watches.ts';
import { highestWhere } from './highest-where.ts';
import type { Guardrails } from './port.ts';

export type GuardrailJudgement = {
  readonly verdict: 'fine' | 'harm';
  /** Of each guardrail that is watched. */
  readonly guardrails: readonly GuardrailFinding[];
  /** For a person, a sentence on each guardrail that is harmed; null when all is fine. */
  readonly reason: string | null;
};

/**
 * The chance that a treatment that is not worse than tolerated is ever found harmful, by any guardrail of a run and however
 * often it is looked at.
 */
const FALSE_ALARM_RATE = 0.05;

const NAMES = ['errorRate', 'firstTextP95', 'cost', 'rating'] as const;

/**
 * Whether the treatment is worse than the control, beyond what each guardrail tolerates.
 *
 * The totals of one run may be judged as often as one likes, after each request if need be: the chance that a treatment
 * that is not worse than tolerated is ever found harmful is at most 5 % for all guardrails together. The promise is for
 * arms that differ by who is in them and have distributions of a like shape: an outage of the model of one arm counts as
 * that arm's, and a tail of costs in one arm alone cannot be known before it is seen. The simulations that show it, with
 * users who make requests by the hundred, heavy tails and ramps, are in test/unit/router/experiments. What few users do
 * many times over proves nothing, since what is compared is cells:
 * eight in each arm at the least.
 */
export function judgeGuardrails(
  guardrails: Guardrails,
  control: ArmState,
  treatment: ArmState,
): GuardrailJudgement {
  const watched = NAMES.flatMap((name) => {
    const tolerance = guardrails[name];
    return tolerance === null ? [] : [{ name, tolerance }];
  });
  // Bonferroni: each has its part of the chance to be wrong.
  const proof = watched.length / FALSE_ALARM_RATE;
  const findings = watched.map(({ name, tolerance }): GuardrailFinding => {
    const watch = WATCHES[name](control.cells, treatment.cells);
    return {
      name,
      control: watch.control,
      treatment: watch.treatment,
      tolerance,
      ...boundOf(watch, tolerance, proof),
    };
  });
  const harmed = findings.filter((finding) => finding.harmed);
  return {
    verdict: harmed.length > 0 ? 'harm' : 'fine',
    guardrails: findings,
    reason: harmed.length > 0 ? harmed.map(sentenceOfHarm).join(' ') : null,
  };
}

function boundOf(
  { deviationAt, effect, lowest, highest }: Watch,
  tolerance: number,
  proof: number,
): Pick<GuardrailFinding, 'worseByAtLeast' | 'harmed'> {
  const isWorse = (worseBy: number) => {
    const deviation = deviationAt(worseBy);
    return deviation !== null && evidenceAbove(deviation, effect) >= proof;
  };
  const harmed = isWorse(tolerance);
  const [from, to] = harmed ? [tolerance, highest] : [lowest, tolerance];
  return { harmed, worseByAtLeast: highestWhere(isWorse, from, to) };
}
