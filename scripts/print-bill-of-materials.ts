import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

type Lock = {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
};

const ROOT = new URL('..', import.meta.url).pathname;
const LARGEST_BYTES = 64 * 1024 * 1024;

/**
 * The software bill of materials of what runs in production, in CycloneDX's JSON: every package that the lock file
 * has but for those that only development needs. npm writes it.
 *
 * npm is shown a lock file without those: `npm sbom --omit dev` leaves out what both need too, such as graphql.
 */
export async function billOfMaterials(root = ROOT): Promise<string> {
  const temporary = await mkdtemp(join(tmpdir(), 'sluice-bill-of-materials-'));
  // npm calls the project as its folder is called.
  const folder = join(temporary, 'sluice');
  try {
    await mkdir(folder);
    const { devDependencies: _, ...manifest } = await readJson(join(root, 'package.json'));
    const lock = (await readJson(join(root, 'package-lock.json'))) as Lock;
    const packages = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
    const locked = { ...lock, packages: { ...Object.fromEntries(packages), '': manifest } };
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify(locked));
    await copyFile(join(root, '.npmrc'), join(folder, '.npmrc'));
    const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
    const { stdout } = await promisify(execFile)('npm', [...args, '--package-lock-only'], {
      cwd: folder,
      maxBuffer: LARGEST_BYTES,
    });
    return stdout;
  } finally {
    await rm(temporary, { recursive: true });
  }
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path, 'utf8'));
}

if (import.meta.main) process.stdout.write(await billOfMaterials());
