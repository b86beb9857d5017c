import { describe, expect, it } from 'vitest';
import { configWarnings } from '../../../src/config/config-warnings.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

describe('the warnings about a configuration', () => {
  it('are none for the defaults', () => {
    expect(configWarnings(loadConfig({}), false)).toEqual([]);
  });

  it('tell that everyone may generate who reaches the server', () => {
    const config = loadConfig({ HOST: '0.0.0.0' });
    expect(configWarnings(config, true)).toEqual([expect.stringContaining('No API keys')]);
  });

  it('tell of a setting that has no effect yet', () => {
    const config = loadConfig({ ENABLE_MODEL_ROUTING: 'true' });
    expect(configWarnings(config, false)).toEqual([
      expect.stringContaining('ENABLE_MODEL_ROUTING'),
    ]);
  });
});
