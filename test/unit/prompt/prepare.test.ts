import { describe, expect, it } from 'vitest';
import { preparePrompt } from '../../../src/prompt/prepare.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const countTokens = (text: string) => text.length;

describe('a prepared prompt', () => {
  it('is the history and then the prompt, with the system text apart', () => {
    const request = sampleRequest({
      system: 'Be brief.',
      history: [{ role: 'ASSISTANT', content: 'Hi' }],
      prompt: 'Hello?',
    });
    expect(preparePrompt(request, { countTokens, maxInputTokens: 100 })).toEqual({
      system: 'Be brief.',
      messages: [
        { role: 'ASSISTANT', content: 'Hi' },
        { role: 'USER', content: 'Hello?' },
      ],
      // 17 of text, 4 around each of three messages, 3 before the answer.
      decision: { inputTokensBefore: 32, inputTokensAfter: 32, terms: [] },
    });
  });

  it('is refused when it is longer than allowed, history and system text included', () => {
    const request = sampleRequest({ prompt: 'x'.repeat(10), system: 'y'.repeat(10) });
    const prepare = (maxInputTokens: number) =>
      preparePrompt(request, { countTokens, maxInputTokens });
    expect(prepare(31).decision.inputTokensAfter).toBe(31);
    expect(() => prepare(30)).toThrow(
      expect.objectContaining({ code: 'PROMPT_TOO_LONG', retryable: false }),
    );
  });
});
