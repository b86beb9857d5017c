import { secret } from './evidence.ts';
import { eachText } from './operation-evidence.ts';
import type { Script } from './upstream-script.ts';

/** Fields of a chat completion, or of an error, in which a model server says something. */
const SAYING: ReadonlySet<string> = new Set([
  ...['content', 'reasoning', 'reasoning_content', 'refusal', 'message', 'arguments'],
]);
/** An answer is known by its beginning; some tests have one of many megabytes. */
const LONGEST = 4_096;

/** Keeps as secrets what a model server is about to say, and all of it in one as its reader puts it together. */
export function keepScript(script: Script): void {
  let bytes = '';
  for (const step of script) {
    if (step.type === 'bytes' && bytes.length < LONGEST) {
      bytes += Buffer.from(step.bytes.subarray(0, LONGEST)).toString();
    }
  }
  let answer = '';
  for (const json of bytes.split(/^data: |\n/m)) {
    eachText(parsed(json), (name, text) => {
      if (!SAYING.has(name)) return;
      answer += text;
      secret('answer', text);
    });
  }
  secret('answer', answer);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
