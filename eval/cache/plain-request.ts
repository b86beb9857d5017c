import { DEFAULT_NAMESPACE, type GenerationRequest } from '../../src/domain/request.ts';
import { toRequest } from '../../src/schema/parse-input.ts';

/** What a plain `generate(prompt)` asks for, by the server's own defaults. */
export function plainRequest(prompt: string, namespace = DEFAULT_NAMESPACE): GenerationRequest {
  return toRequest({ prompt, cache: { mode: 'DEFAULT', namespace } }, null, null);
}
