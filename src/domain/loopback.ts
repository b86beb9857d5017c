/** Whether a name or an address, in brackets or not, leads to this machine and to nowhere else. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare.endsWith('.localhost') || bare === '::1' || IPV4.test(bare);
}

const IPV4 = /^127(\.\d{1,3}){3}$/;
