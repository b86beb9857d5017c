import type { Config } from './config.ts';
import type { Settings } from './read-variables.ts';
import { isSameAddress } from './redis-address.ts';

/** Where each kind of data is. What contradicts itself goes to `problems`. */
export function redisUrls(
  settings: Settings,
  problems: string[],
): Pick<Config['redis'], 'url' | 'cacheUrl'> {
  const url = mainUrl(settings, problems);
  const cacheUrl = settings.REDIS_CACHE_URL ?? url;
  const isOne = url !== null && cacheUrl !== null && isSameAddress(url, cacheUrl);
  return { url, cacheUrl: isOne ? url : cacheUrl };
}

function mainUrl(settings: Settings, problems: string[]): string | null {
  const { REDIS_URL: url, REDIS_HOST: host, REDIS_PORT: port } = settings;
  if (url !== undefined && host !== undefined) {
    problems.push('REDIS_URL and REDIS_HOST both say where Redis is: set one of them.');
  } else if (host === undefined) {
    problems.push(...withoutHost(settings));
  }
  if (url !== undefined) return url;
  if (host === undefined) return null;
  const address = new URL(`redis://${host.includes(':') ? `[${host}]` : host}:${port ?? 6379}`);
  address.password = encodeURIComponent(settings.REDIS_PASSWORD ?? '');
  address.pathname = `/${settings.REDIS_DB ?? 0}`;
  return address.href;
}

/** A Redis that is not used is not noticed, since nothing fails without one: better to say it at the start. */
function withoutHost(settings: Settings): string[] {
  return (['REDIS_PORT', 'REDIS_PASSWORD', 'REDIS_DB'] as const)
    .filter((name) => settings[name] !== undefined)
    .map((name) => `${name} has no effect without REDIS_HOST.`);
}
