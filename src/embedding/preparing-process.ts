/** The process that makes a model: a thread would not give back all the memory that this takes. */
import { prepareModel } from './prepare-model.ts';
import type { FromPreparing, ToPreparing } from './prepared-model.ts';

process.once('message', async (question: ToPreparing) => {
  await say(await answerTo(question));
  if (process.connected) process.disconnect();
});

async function answerTo({ source, folders }: ToPreparing): Promise<FromPreparing> {
  const identified = (revision: string) => void say({ kind: 'identified', revision });
  try {
    return { kind: 'prepared', path: await prepareModel(source, folders, identified) };
  } catch (error) {
    return { kind: 'failed', reason: (error as Error).message };
  }
}

/** Resolves also when whoever asked has gone: what was made is there for the next. */
async function say(message: FromPreparing): Promise<void> {
  if (!process.connected) return;
  await new Promise((resolve) => {
    process.send?.(message, undefined, undefined, resolve);
  });
}
