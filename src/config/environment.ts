import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Environment = { readonly [name: string]: string | undefined };

/** The process's environment over what `.env` in `directory` says. A missing file says nothing. */
export function readEnvironment(processEnvironment: Environment, directory: string): Environment {
  return { ...readDotEnv(`${directory}/.env`), ...processEnvironment };
}

function readDotEnv(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
