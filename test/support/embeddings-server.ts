import type { ScriptedCall, ScriptedUpstream } from './scripted-upstream.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { respond } from './upstream-script.ts';

/** How long its vectors are unless it is asked for shorter ones. */
export const SERVER_DIMENSIONS = 512;

/** A real HTTP server that speaks `/embeddings`: texts that share words have like vectors. */
export async function startEmbeddingsServer(): Promise<ScriptedUpstream> {
  const server = await startScriptedUpstream();
  server.answersAll((call) => respond(200, embeddingsFor(call)));
  return server;
}

export function inputsOf(call: ScriptedCall): readonly string[] {
  return call.body['input'] as readonly string[];
}

export function embeddingsFor(call: ScriptedCall) {
  const dimensions = Number(call.body['dimensions'] ?? SERVER_DIMENSIONS);
  const data = inputsOf(call).map((text, index) => ({
    object: 'embedding',
    index,
    embedding: wordsVector(text, dimensions),
  }));
  return { object: 'list', model: call.body.model, data };
}

/** The number of times that each word stands in a text, each word in a place of its own as far as there are enough. */
function wordsVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0.01);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    const place = [...word].reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) % 65_521, 7);
    vector[place % dimensions] = (vector[place % dimensions] ?? 0) + 1;
  }
  return vector;
}
