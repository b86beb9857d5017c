import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const packageRoot = join(createRequire(import.meta.url).resolve('@sparticuz/chromium'), '../../..');

/** The configuration within the package names folders of AWS Lambda. */
const FONTS_CONF = '<fontconfig><dir prefix="relative">fonts</dir></fontconfig>\n';

/**
 * Chromium out of the npm package @sparticuz/chromium, with the shared libraries and the fonts that the
 * package carries: it starts on a bare Debian, without anything being installed. Disposing of it ends it.
 */
export async function startChromium(): Promise<Browser> {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  const home = join(tmpdir(), `sluice-chromium-${version}`);
  if (!existsSync(home)) await unpackTo(home);
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    args: ['--no-sandbox', '--disable-gpu'],
    env: { HOME: home, LD_LIBRARY_PATH: join(home, 'lib'), FONTCONFIG_PATH: home },
  });
}

/** Makes the folder complete or not at all: another process may be about to use it, or to make it. */
async function unpackTo(home: string): Promise<void> {
  const staging = await mkdtemp(`${home}-`);
  await Promise.all([
    decompress('chromium.br', join(staging, 'chromium')),
    extract('al2023.tar', staging),
    extract('fonts.tar', staging),
  ]);
  await chmod(join(staging, 'chromium'), 0o755);
  await writeFile(join(staging, 'fonts.conf'), FONTS_CONF);
  await rename(staging, home).catch(() => rm(staging, { recursive: true }));
}

async function extract(archive: string, folder: string): Promise<void> {
  const file = join(folder, archive);
  await decompress(`${archive}.br`, file);
  await promisify(execFile)('tar', ['-xf', file, '-C', folder]);
}

function decompress(packed: string, file: string): Promise<void> {
  return pipeline(
    createReadStream(join(packageRoot, 'bin', packed)),
    createBrotliDecompress(),
    createWriteStream(file),
  );
}
