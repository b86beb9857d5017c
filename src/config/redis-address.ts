export type HostAndPort = { readonly host: string; readonly port: number };

type Access = {
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
};

/** Where Redis is and how it lets us in. */
export type RedisAddress =
  | { readonly kind: 'server'; readonly url: string }
  | ClusterAddress
  | SentinelAddress;

/** Any of its nodes tells of the others. */
export type ClusterAddress = Access & {
  readonly kind: 'cluster';
  readonly nodes: readonly HostAndPort[];
};

/** Whichever server the sentinels name as the master. */
export type SentinelAddress = Access & {
  readonly kind: 'sentinel';
  readonly sentinels: readonly HostAndPort[];
  readonly master: string;
  readonly database: number;
  readonly sentinelUsername: string | null;
  readonly sentinelPassword: string | null;
};

/** The message completes a sentence that begins with the name of a variable, and repeats nothing of the URL. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

const SCHEMES = 'redis://, redis+cluster:// or redis+sentinel:// (with TLS rediss…)';
const ENCODED = 'with %-codes for special characters in the user and the password';
const CLUSTER_FORM = 'redis+cluster://user:password@host:6379,host:6379';
const SENTINEL_FORM = 'redis+sentinel://user:password@host:26379,host:26379/master/0';

/** Scheme, kind, user and password, hosts, path, query. No URL proper: that has one host. */
const WITH_HOSTS =
  /^(rediss?)\+(cluster|sentinel):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/i;

/**
 * The address that a URL describes:
 *
 * - `redis://user:password@host:6379/0` one server
 * - `redis+cluster://user:password@host:6379,host:6379` a cluster, by some of its nodes
 * - `redis+sentinel://user:password@host:26379,host:26379/master/0?sentinelUsername=…&sentinelPassword=…` the
 *   master of that name
 *
 * With `rediss` in place of `redis`, every connection is by TLS, those to sentinels included.
 *
 * @throws RedisUrlError
 */
export function parseRedisUrl(url: string): RedisAddress {
  if (/^rediss?:\/\//i.test(url)) return serverAddress(url);
  if (!/^rediss?\+(cluster|sentinel):\/\//i.test(url)) {
    throw new RedisUrlError(`must be a URL that begins with ${SCHEMES}`);
  }
  const [, scheme = '', kind = '', access = '', hosts = '', path = '', query = ''] =
    WITH_HOSTS.exec(url) ?? [];
  const isCluster = /\+cluster:/i.test(url);
  const form = isCluster ? CLUSTER_FORM : SENTINEL_FORM;
  if (kind === '') throw new RedisUrlError(`must be like ${form}, ${ENCODED}`);
  const parts = { ...accessOf(access), tls: scheme.toLowerCase() === 'rediss' };
  return isCluster
    ? clusterAddress(parts, hosts, path, query)
    : sentinelAddress(parts, hosts, path, query);
}

/** Whether two URLs lead to the same Redis in the same way, so that one connection will do for both. */
export function isSameAddress(one: string, other: string): boolean {
  return canonical(parseRedisUrl(one)) === canonical(parseRedisUrl(other));
}

function serverAddress(url: string): RedisAddress {
  const form = 'redis://user:password@host:6379/0';
  if (!URL.canParse(url)) throw new RedisUrlError(`must be a URL like ${form}, ${ENCODED}`);
  const { username, password, pathname } = new URL(url);
  decode(username);
  decode(password);
  databaseOf(pathname.slice(1), form);
  return { kind: 'server', url };
}

function clusterAddress(access: Access, hosts: string, path: string, query: string): RedisAddress {
  if (!/^\/?0?$/.test(path)) throw new RedisUrlError('must name no database: a cluster has only 0');
  if (query !== '') throw new RedisUrlError(`must be like ${CLUSTER_FORM}, without options`);
  return { kind: 'cluster', ...access, nodes: hostsOf(hosts, 6379, CLUSTER_FORM) };
}

function sentinelAddress(access: Access, hosts: string, path: string, query: string): RedisAddress {
  const [, master = '', database = '', ...more] = path.split('/');
  if (master === '' || more.length > 0) {
    throw new RedisUrlError(`must name the master behind the hosts: ${SENTINEL_FORM}`);
  }
  const { sentinelUsername, sentinelPassword, ...unknown } = Object.fromEntries(
    new URLSearchParams(query),
  );
  if (Object.keys(unknown).length > 0) {
    throw new RedisUrlError('must have no options but sentinelUsername and sentinelPassword');
  }
  return {
    kind: 'sentinel',
    ...access,
    sentinels: hostsOf(hosts, 26379, SENTINEL_FORM),
    master: decode(master),
    database: databaseOf(database, SENTINEL_FORM),
    sentinelUsername: sentinelUsername ?? null,
    sentinelPassword: sentinelPassword ?? null,
  };
}

function hostsOf(hosts: string, defaultPort: number, form: string): readonly HostAndPort[] {
  return hosts.split(',').map((each) => {
    const [, ipv6, name, digits = String(defaultPort)] =
      /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+))(?::(\d+))?$/i.exec(each) ?? [];
    const host = ipv6 ?? name;
    const port = Number(digits);
    if (host === undefined || port < 1 || port > 65_535) {
      throw new RedisUrlError(`must name hosts and ports with commas between, like ${form}`);
    }
    return { host, port };
  });
}

function accessOf(text: string): { username: string | null; password: string | null } {
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/s.exec(text) ?? [];
  return { username: decode(username) || null, password: decode(password) || null };
}

function databaseOf(digits: string, form: string): number {
  if (!/^\d*$/.test(digits)) throw new RedisUrlError(`must end with a database number: ${form}`);
  return Number(digits);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError(`must be a URL ${ENCODED}`);
  }
}

/** Equal for equal addresses. Holds the password. */
function canonical(address: RedisAddress): string {
  if (address.kind !== 'server') return JSON.stringify(address);
  const url = new URL(address.url);
  url.port ||= '6379';
  if (url.pathname.length <= 1) url.pathname = '/0';
  return url.href;
}
