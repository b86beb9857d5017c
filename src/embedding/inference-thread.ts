/** The thread that runs models. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { behindExitBarrier } from './exit-barrier.ts';
import { inference } from './inference.ts';
import type { InferenceData, ToInference } from './thread-messages.ts';

const { processors, barrier } = workerData as InferenceData;
const port = parentPort;
if (port === null) throw new Error('It has to be started as a thread.');

const inbox: ToInference[] = [];
const { work } = inference({
  processors,
  next: () => inbox.shift() ?? receiveMessageOnPort(port)?.message,
  say: (message) => port.postMessage(message),
  uninterrupted: (run) => behindExitBarrier(barrier, run),
  close: () => port.close(),
});
port.on('message', (message: ToInference) => {
  inbox.push(message);
  void work();
});
