import type { CacheChanges } from './changes.ts';

/** For a process that is alone: nobody hears, and there is nobody to hear. */
export const NO_CHANGES: CacheChanges = {
  async announce() {},
  listen: (listener) => listener.onGap(),
  async [Symbol.asyncDispose]() {},
};
