import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { access, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { billOfMaterials } from '../../../scripts/print-bill-of-materials.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

/**
 * Packages that may come with a script to be run when they are installed. None needs one: `.npmrc` runs none. That of
 * onnxruntime-node fetches files for graphics cards, that of usearch builds where no binary fits; protobufjs checks a
 * version.
 */
const WITH_INSTALL_SCRIPT: readonly string[] = ['onnxruntime-node', 'usearch', 'protobufjs'];
/** Packages that may come from elsewhere than a registry. */
const FROM_ELSEWHERE: readonly string[] = [];
/** What may be handed on with the gateway without asking anybody. */
const LICENCES: readonly string[] = [
  ...['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'],
  // As usearch spells it.
  'Apache 2.0',
  '(MIT OR CC0-1.0)',
];

type Locked = {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
};

const lock = readJson('package-lock.json') as { packages: Record<string, Locked> };
const { '': _project, ...locked } = lock.packages;
const packages = Object.entries(locked).map(([path, fields]) => ({
  ...fields,
  name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
}));

describe('every package that is installed', () => {
  it('is known by its hash, and comes from a registry', () => {
    expect(packages.length).toBeGreaterThan(100);
    const strange = packages.filter(
      ({ name, integrity, resolved, link }) =>
        !FROM_ELSEWHERE.includes(name) &&
        (!integrity?.startsWith('sha512-') || resolved !== undefined || link === true),
    );
    expect(strange).toEqual([]);
  });

  it('runs no script of its own, but for those that were looked at', () => {
    const told = packages.filter(({ hasInstallScript }) => hasInstallScript === true);
    expect(namesOutside(WITH_INSTALL_SCRIPT, told)).toEqual([]);
  });

  it('runs none, whatever the lock file says', () => {
    const inFolder = 'node_modules/{,@*/}*/';
    const manifests = globSync([`${inFolder}package.json`, `${inFolder}${inFolder}package.json`], {
      cwd: ROOT,
    });
    expect(manifests.length).toBeGreaterThan(100);
    const running = manifests.filter((path) => {
      const { scripts = {} } = readJson(path) as { scripts?: Record<string, string> };
      return ['preinstall', 'install', 'postinstall'].some((script) => script in scripts);
    });
    const names = running.map((path) => ({ name: (readJson(path) as { name: string }).name }));
    expect(namesOutside(WITH_INSTALL_SCRIPT, names)).toEqual([]);
  });

  it('would not be let run one', async () => {
    await using folder = await temporaryFolder();
    const evil = join(folder.path, 'evil');
    await mkdir(evil);
    await writeJson(join(evil, 'package.json'), {
      name: 'evil',
      version: '1.0.0',
      scripts: { postinstall: "node -e \"fs.writeFileSync('ran', '')\"" },
    });
    await writeJson(join(folder.path, 'package.json'), { dependencies: { evil: 'file:evil' } });
    const ran = () =>
      access(join(evil, 'ran')).then(
        () => true,
        () => false,
      );

    await copyFile(join(ROOT, '.npmrc'), join(folder.path, '.npmrc'));
    await npm(folder.path, 'install', '--offline');
    expect(await ran()).toBe(false);
    await npm(folder.path, 'rebuild', '--no-ignore-scripts');
    expect(await ran()).toBe(true);
  });
});

describe('the bill of materials', () => {
  const inProduction = packages.filter(({ dev }) => dev !== true);

  it('lists all that runs in production, and nothing else', async () => {
    const { components, metadata } = JSON.parse(await billOfMaterials());
    expect(metadata.component.name).toBe('sluice');
    const listed = components.map(({ purl }: { purl: string }) => decodeURIComponent(purl));
    const expected = inProduction.map(({ name, version }) => `pkg:npm/${name}@${version}`);
    expect(new Set(listed)).toEqual(new Set(expected));
    expect(expected).toContainEqual(expect.stringMatching(/^pkg:npm\/graphql@/));
  });

  it('has licences that ask for nothing but to be named', () => {
    const asking = inProduction.filter(({ license }) => !LICENCES.includes(license ?? 'none'));
    expect(asking).toEqual([]);
  });
});

function namesOutside(allowed: readonly string[], found: readonly { name: string }[]): string[] {
  return found.map(({ name }) => name).filter((name) => !allowed.includes(name));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
}

function writeJson(path: string, value: object): Promise<void> {
  return writeFile(path, JSON.stringify(value));
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sluice-supply-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function npm(folder: string, ...args: string[]) {
  return promisify(execFile)('npm', args, { cwd: folder });
}
