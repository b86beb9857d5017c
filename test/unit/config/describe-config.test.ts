import { expect, it } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

it('the start log tells whether there is a key and a Redis, and neither the key nor the password', () => {
  const described = describeConfig(
    loadConfig({ HUGGINGFACE_API_KEY: 'hf_hush', REDIS_URL: 'redis://:hush@localhost' }),
  );
  expect(described).toMatchObject({ provider: 'huggingface', apiKey: 'set', cache: 'redis' });
  expect(JSON.stringify(described)).not.toContain('hush');
  expect(describeConfig(loadConfig({}))).toMatchObject({ apiKey: 'not set', cache: 'memory' });
  const apart = describeConfig(
    loadConfig({ REDIS_CACHE_URL: 'redis+sentinel://:hush@a/m?sentinelPassword=hush' }),
  );
  expect(apart).toMatchObject({ cache: 'redis' });
  expect(JSON.stringify(apart)).not.toContain('hush');
});
