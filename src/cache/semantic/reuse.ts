import type { GenerationRequest } from '../../domain/request.ts';
import { type PromptPart, splitVerbatim } from '../../prompt/verbatim.ts';
import { asksToAct, isPersonal } from './guards/action.ts';
import { dependsOnTalk, pointsOutside } from './guards/context.ts';
import { sentencesOf, withoutCourtesy } from './guards/courtesy.ts';
import { isFresh } from './guards/freshness.ts';
import { readTokens } from './guards/tokens.ts';
import type { Refusal } from './refusal.ts';

/** Above it a caller wants another answer each time; OpenAI's and most models' default is 1, deterministic use is 0. */
const HIGHEST_TEMPERATURE = 0.7;

/** Characters. What is longer says more than the guards can compare. */
const LONGEST_PROMPT = 600;

/** Characters of code or quotation, with its marks. */
const LONGEST_VERBATIM = 120;

/**
 * Why this request may not be answered with the answer to another one, however like it; null when it may. It is asked
 * before anything is looked up or stored. Takes time linear in the prompt's length.
 *
 * - OTHER: a high temperature; a long prompt, or one with a block of code; a matter of the caller's own ("what is my
 *   balance"); a request to act in the world ("cancel my card", but not "how do I cancel a card").
 * - CONTEXT: a last turn that says its meaning only together with the turns before it, or that points to a text which
 *   is not there.
 * - FRESHNESS: an answer that is soon out of date.
 */
export function reuseRefusal(request: GenerationRequest): Refusal | null {
  const { prompt, history, temperature } = request;
  if (temperature !== null && temperature > HIGHEST_TEMPERATURE) {
    return { kind: 'OTHER', detail: `a temperature above ${HIGHEST_TEMPERATURE}` };
  }
  if (prompt.length > LONGEST_PROMPT) return { kind: 'OTHER', detail: 'too long to be compared' };
  if (CODE_BELOW.test(prompt) || splitVerbatim(prompt).some(isBlock)) {
    return { kind: 'OTHER', detail: 'code or a quotation too long to be compared' };
  }

  const sentences = sentencesOf(withoutCourtesy(readTokens(prompt))).map((sentence) =>
    sentence.map(({ text }) => text).join(' '),
  );
  if (pointsOutside(prompt, sentences) || (history.length > 0 && sentences.some(dependsOnTalk))) {
    return { kind: 'CONTEXT', detail: 'depends on what was said before' };
  }
  if (sentences.some(isFresh)) return { kind: 'FRESHNESS', detail: 'soon out of date' };
  if (sentences.some(isPersonal)) return { kind: 'OTHER', detail: 'a matter of the caller’s own' };
  if (sentences.some(asksToAct)) return { kind: 'OTHER', detail: 'asks to act' };
  return null;
}

/** "Explain this code:" with the code in the lines below it. */
const CODE_BELOW =
  /\b(?:code|function|script|snippet|query|program|class|method|error|log)\b[^\n]*:\s*\n/i;

function isBlock({ verbatim, text }: PromptPart): boolean {
  return verbatim && (text.length > LONGEST_VERBATIM || text.includes('\n'));
}
