/**
 * What a scripted upstream does with one request, step by step. Unless the first thing it says is a `head`
 * it answers 200 with an event stream; after the last step it ends the response.
 */
export type Script = readonly Step[];

export type Step =
  | {
      readonly type: 'head';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
    }
  /** Written at once, as one chunk. */
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'until'; readonly promise: Promise<unknown> }
  /** Does nothing more until the client leaves or the server is disposed. */
  | { readonly type: 'hang' }
  /** Ends the connection with a RST. What the client has not read by then may be lost. */
  | { readonly type: 'reset' };

/** A whole, clean answer. */
export function say(
  answer: string | readonly string[],
  options: {
    readonly reasoning?: string;
    readonly model?: string;
    readonly finishReason?: string;
    readonly usage?: { readonly input: number; readonly output: number } | null;
  } = {},
): Script {
  const texts = typeof answer === 'string' ? [answer] : answer;
  const usage = options.usage === undefined ? { input: 9, output: texts.length } : options.usage;
  return [
    role(options.model),
    ...(options.reasoning === undefined ? [] : [reasoning(options.reasoning)]),
    ...texts.map((text) => delta(text)),
    finish(options.finishReason),
    ...(usage === null ? [] : [usageChunk(usage.input, usage.output)]),
    done,
  ];
}

/** The first chunk of most servers: a role and no text. */
export function role(model = 'scripted-model'): Step {
  return chunk({ model, choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] });
}

export function delta(content: string): Step {
  return chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
}

function reasoning(text: string): Step {
  return chunk({ choices: [{ index: 0, delta: { reasoning_content: text } }] });
}

export function finish(reason = 'stop'): Step {
  return chunk({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
}

export function usageChunk(input: number, output: number): Step {
  return chunk({ choices: [], usage: { prompt_tokens: input, completion_tokens: output } });
}

/** An error object in the middle of a stream. */
export function errorChunk(error: unknown): Step {
  return data(JSON.stringify({ error }));
}

/** A chunk of a chat completion with these fields. */
export function chunk(fields: object): Step {
  return data(
    JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, ...fields }),
  );
}

export function data(payload: string): Step {
  return raw(`data: ${payload}\n\n`);
}

export function raw(bytes: string | Uint8Array): Step {
  return { type: 'bytes', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes };
}

export const done: Step = data('[DONE]');

/** An answer that is no event stream. */
export function respond(
  status: number,
  body: string | object,
  headers: Readonly<Record<string, string>> = {},
): Script {
  const json = typeof body !== 'string';
  const contentType = json ? 'application/json' : 'text/html; charset=utf-8';
  return [
    head(status, { 'content-type': contentType, ...headers }),
    raw(json ? JSON.stringify(body) : body),
  ];
}

export function head(status: number, headers: Readonly<Record<string, string>> = {}): Step {
  return { type: 'head', status, headers };
}

export function until(promise: Promise<unknown>): Step {
  return { type: 'until', promise };
}

export const hang: Step = { type: 'hang' };

export const reset: Step = { type: 'reset' };

/** The bytes of all steps of a script, put together. */
export function bytesOf(script: Script): Buffer {
  return Buffer.concat(script.flatMap((step) => (step.type === 'bytes' ? [step.bytes] : [])));
}
