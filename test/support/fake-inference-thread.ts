/**
 * A thread that speaks as `inference-thread.ts` does, and has no models. It answers with the number of texts; told to
 * `crash` it fails, and told to `hang` it does not answer. A model whose path is `broken` cannot be loaded.
 */
import { parentPort } from 'node:worker_threads';
import type { FromInference, ToInference } from '../../src/embedding/thread-messages.ts';

function say(message: FromInference) {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (message: ToInference) => {
  switch (message.kind) {
    case 'load':
      if (message.path !== 'broken') say({ kind: 'loaded', model: message.model });
      else say({ kind: 'unusable', model: message.model, reason: 'It is broken.' });
      return;
    case 'run':
      if (message.inputs.includes('crash')) throw new Error('crashed');
      if (message.inputs.includes('fail')) {
        say({ kind: 'failed', call: message.call, reason: 'It cannot.' });
      } else if (!message.inputs.includes('hang')) {
        const numbers = Float32Array.of(message.inputs.length);
        say({ kind: 'answered', call: message.call, numbers });
      }
      return;
    case 'close':
      parentPort?.close();
  }
});
