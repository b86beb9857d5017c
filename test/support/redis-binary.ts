import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Where redis-server is: on PATH, else installed by a package manager that this user may use.
 *
 * @throws Error that says what to install
 */
export async function findRedisServer(): Promise<string> {
  const found = await onPath('redis-server');
  if (found !== null) return found;

  const problems: string[] = [];
  for (const { manager, needsRoot, install } of INSTALLERS) {
    if ((await onPath(manager)) === null) continue;
    if (needsRoot && process.getuid?.() !== 0) {
      problems.push(`${manager} needs root.`);
      continue;
    }
    try {
      await install();
    } catch (error) {
      problems.push(`${manager} failed: ${String(error)}`);
    }
    const installed = await onPath('redis-server');
    if (installed !== null) return installed;
  }
  throw new Error(
    ['The tests need redis-server 6.2 or later on PATH; please install it.', ...problems].join(' '),
  );
}

const INSTALLERS = [
  { manager: 'apt-get', needsRoot: true, install: installWithApt },
  { manager: 'apk', needsRoot: true, install: () => run('apk', ['add', '--no-cache', 'redis']) },
  { manager: 'dnf', needsRoot: true, install: () => run('dnf', ['install', '-y', 'redis']) },
  { manager: 'brew', needsRoot: false, install: () => run('brew', ['install', 'redis']) },
] as const;

async function onPath(name: string): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && isThere) return path;
  }
  return null;
}

async function installWithApt(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update'], { env });
  await withoutServices(() =>
    run('apt-get', ['install', '-y', '--no-install-recommends', 'redis-server'], { env }),
  );
}

/** Debian asks this program before it starts a service; 101 forbids it (invoke-rc.d, "policy-rc.d"). */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';

async function withoutServices(install: () => Promise<unknown>): Promise<void> {
  const isOurs = await writeFile(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
  try {
    if (isOurs) await chmod(SERVICE_POLICY, 0o755);
    await install();
  } finally {
    if (isOurs) await rm(SERVICE_POLICY);
  }
}
