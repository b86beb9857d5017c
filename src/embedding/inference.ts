import { readFileSync } from 'node:fs';
import { type BertSession, openBertSession } from './bert-session.ts';
import { inferenceQueue, type QueuedRow } from './inference-queue.ts';
import type { FromInference, ModelInput, ToInference } from './thread-messages.ts';
import { type TokenRow, type WordPiece, wordPiece } from './word-piece.ts';

type Model = { readonly session: BertSession; readonly tokenizer: WordPiece };
type Call = {
  readonly id: number;
  readonly rows: number;
  /** The answers, as soon as it is known how long they are. */
  numbers: Float32Array | null;
  left: number;
};
type Row = QueuedRow<Model, Call>;

/** What runs models, as the thread around it sees it. */
export type Inference = {
  /** To be called when a message has come. Does all that there is to do, unless that is under way already. */
  work(): Promise<void>;
};

/**
 * Loads models and runs them for calls, one run at a time. All messages that have come are read before a run begins, so
 * that what piled up while the last was under way can go together.
 *
 * @param options.processors how many of them one run may use
 * @param options.next takes the next message that has come; undefined when there is none
 * @param options.uninterrupted runs what must not be cut off
 * @param options.close called when nothing more will be said
 */
export function inference(options: {
  processors: number;
  next(): ToInference | undefined;
  say(message: FromInference): void;
  uninterrupted<Result>(run: () => Promise<Result>): Promise<Result>;
  close(): void;
}): Inference {
  const { processors, next, say, uninterrupted, close } = options;
  const models = new Map<number, Model>();
  const calls = new Map<number, Call>();
  const queue = inferenceQueue<Model, Call>();
  /** By their paths: most models have the same. */
  const tokenizers = new Map<string, WordPiece>();
  let working = false;

  async function follow(message: ToInference) {
    switch (message.kind) {
      case 'load':
        return load(message);
      case 'unload':
        return unload(message.model);
      case 'run':
        return enqueue(message);
      case 'cancel':
        return forget(message.call);
      case 'close':
        for (const model of models.keys()) await unload(model);
        return close();
    }
  }

  async function load({ model, path, tokenizerPath }: Extract<ToInference, { kind: 'load' }>) {
    try {
      const tokenizer = tokenizerAt(tokenizerPath);
      const session = await uninterrupted(() => openBertSession(path, processors));
      models.set(model, { session, tokenizer });
      // The first run takes memory, and longer.
      await uninterrupted(() => session.run([tokenizer.pair('warm', 'up')]));
      say({ kind: 'loaded', model });
    } catch (error) {
      say({ kind: 'unusable', model, reason: (error as Error).message });
    }
  }

  function tokenizerAt(path: string): WordPiece {
    const tokenizer = tokenizers.get(path) ?? wordPiece(readFileSync(path, 'utf8'));
    tokenizers.set(path, tokenizer);
    return tokenizer;
  }

  async function unload(id: number) {
    const model = models.get(id);
    models.delete(id);
    await model?.session.release();
  }

  function enqueue({ call: id, model: of, inputs }: Extract<ToInference, { kind: 'run' }>) {
    const model = models.get(of);
    if (model === undefined) return say({ kind: 'failed', call: id, reason: 'It is not loaded.' });
    const rows = inputs.length;
    const call: Call = { id, rows, numbers: null, left: rows };
    calls.set(id, call);
    queue.add(
      inputs.map((input, place) => ({
        model,
        call,
        place,
        tokens: tokensOf(model.tokenizer, input),
      })),
    );
  }

  function forget(id: number) {
    const call = calls.get(id);
    if (call === undefined) return;
    calls.delete(id);
    queue.drop(call);
  }

  async function run(batch: readonly Row[], { session }: Model) {
    try {
      const outputs = await uninterrupted(() => session.run(batch.map(({ tokens }) => tokens)));
      deliver(batch, outputs.get('answer') ?? new Float32Array());
    } catch (error) {
      for (const { id } of new Set(batch.map(({ call }) => call))) {
        forget(id);
        say({ kind: 'failed', call: id, reason: (error as Error).message });
      }
    }
  }

  function deliver(batch: readonly Row[], answers: Float32Array) {
    const width = answers.length / batch.length;
    for (const [at, { call, place }] of batch.entries()) {
      call.numbers ??= new Float32Array(call.rows * width);
      call.numbers.set(answers.subarray(at * width, (at + 1) * width), place * width);
      call.left -= 1;
      if (call.left > 0) continue;
      calls.delete(call.id);
      say({ kind: 'answered', call: call.id, numbers: call.numbers });
    }
  }

  async function workThrough() {
    for (;;) {
      const message = next();
      if (message !== undefined) {
        await follow(message);
        continue;
      }
      const batch = queue.next();
      const [first] = batch;
      if (first === undefined) return;
      await run(batch, first.model);
    }
  }

  return {
    async work() {
      if (working) return;
      working = true;
      await workThrough();
      working = false;
    },
  };
}

function tokensOf(tokenizer: WordPiece, input: ModelInput): TokenRow {
  return typeof input === 'string' ? tokenizer.single(input) : tokenizer.pair(...input);
}
