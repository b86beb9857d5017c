import type { ResponseFormat } from '../domain/request.ts';
import type { UpstreamCall } from './port.ts';
import type { MaxTokensField } from './presets.ts';

/**
 * The body of one streamed chat completion. What the caller left open is left out, so that the provider's
 * own defaults hold. Keeps to the fields that every compatible server knows.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export function chatRequest(call: UpstreamCall, maxTokensField: MaxTokensField): string {
  return JSON.stringify({
    model: call.model,
    messages: messagesOf(call),
    stream: true,
    stream_options: { include_usage: true },
    [maxTokensField]: call.maxTokens ?? undefined,
    temperature: call.temperature ?? undefined,
    top_p: call.topP ?? undefined,
    stop: call.stop.length === 0 ? undefined : call.stop,
    seed: call.seed ?? undefined,
    response_format: responseFormatOf(call.responseFormat),
  });
}

function messagesOf(call: UpstreamCall): { role: string; content: string }[] {
  const turns = call.messages.map(({ role, content }) => ({ role: role.toLowerCase(), content }));
  return call.system === null ? turns : [{ role: 'system', content: call.system }, ...turns];
}

/**
 * `strict` stays out: OpenAI's strict mode refuses ordinary JSON Schemas, such as one with an optional
 * property, and other servers follow the schema either way.
 */
function responseFormatOf(format: ResponseFormat): object | undefined {
  switch (format.kind) {
    case 'TEXT':
      return undefined;
    case 'JSON':
      return { type: 'json_object' };
    case 'JSON_SCHEMA':
      return {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: JSON.parse(format.jsonSchema) },
      };
  }
}
