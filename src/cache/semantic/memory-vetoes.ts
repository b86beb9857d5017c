import { pathOfVeto, pathsWithin } from './veto-path.ts';
import type { Vetoes } from './vetoes.ts';

/** In this process's memory, gone when it ends. */
export function memoryVetoes(): Vetoes {
  const paths = new Set<string>();

  return {
    has: (veto) => paths.has(pathOfVeto(veto)),
    async add(veto) {
      paths.add(pathOfVeto(veto));
    },
    async erase(scope) {
      for (const path of pathsWithin(paths, scope)) paths.delete(path);
    },
    async [Symbol.asyncDispose]() {},
  };
}
