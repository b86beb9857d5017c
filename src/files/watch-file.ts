import { readFile, stat } from 'node:fs/promises';

/**
 * Hands what is in a file to `take`: first before it resolves, and again whenever the file has changed, also when
 * another took its place or a link to it leads elsewhere, as Kubernetes does it. Disposing it stops that.
 *
 * It looks at the file every `everyMs`: no event tells of all these on every file system. While the file is written in
 * its place, a part of it may be handed over, and the whole more than once. A change that keeps both
 * size and times is not seen.
 *
 * @param options.failed hears, once each, why the file could not be read later, and what `take` threw
 * @throws what kept it from being read at first, or what `take` threw
 */
export async function watchFile(options: {
  path: string;
  everyMs: number;
  take: (bytes: Buffer) => void;
  failed: (error: unknown) => void;
}): Promise<AsyncDisposable> {
  const { path, everyMs, take, failed } = options;
  let seen = '';
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let stopped = false;

  async function look() {
    const version = await versionOf(path);
    if (version === seen) return;
    const bytes = await readFile(path);
    seen = version;
    take(bytes);
  }

  async function lookAgain() {
    try {
      await look();
      told = '';
    } catch (error) {
      if (told !== String(error)) failed(error);
      told = String(error);
    }
    if (!stopped) wait();
  }

  function wait() {
    timer = setTimeout(() => {
      looking = lookAgain();
    }, everyMs);
    timer.unref();
  }

  await look();
  wait();
  return {
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

async function versionOf(path: string): Promise<string> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
