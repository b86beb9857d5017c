import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { problemsOf } from '../../support/config-problems.ts';

const server = {
  ENCODER: 'openai',
  ENCODER_BASE_URL: 'http://localhost:8080/v1',
  ENCODER_MODEL: 'text-embedding-3-small',
};

function semanticOf(environment: Environment) {
  return loadConfig(environment).cache.semantic;
}

describe('the configuration of the cache for like prompts', () => {
  it('is on by default, with the local encoder and an error rate of a hundredth', () => {
    expect(semanticOf({})).toEqual({
      enabled: true,
      maxErrorRate: 0.01,
      indexMaxBytes: 268_435_456,
      synonymsFile: null,
      confidenceFile: null,
      encoder: { kind: 'local' },
      models: { precision: 'int8', threads: 1, folder: null },
      timeoutMs: 300,
    });
  });

  it('may be switched off, and be bounded otherwise', () => {
    const environment = {
      CACHE_SEMANTIC: 'off',
      CACHE_MAX_ERROR_RATE: '1',
      CACHE_INDEX_MAX_BYTES: '0',
      CACHE_SYNONYMS_FILE: 'synonyms.json',
      CACHE_CONFIDENCE_FILE: 'confidence.json',
    };
    expect(semanticOf(environment)).toMatchObject({
      enabled: false,
      maxErrorRate: 1,
      indexMaxBytes: 0,
      synonymsFile: 'synonyms.json',
      confidenceFile: 'confidence.json',
    });
  });

  it('names the local models by precision, threads and folder', () => {
    const environment = {
      ENCODER_PRECISION: 'FP32',
      ENCODER_THREADS: '2',
      MODEL_FOLDER: '/models',
    };
    expect(semanticOf(environment)).toMatchObject({
      encoder: { kind: 'local' },
      models: { precision: 'fp32', threads: 2, folder: '/models' },
    });
  });

  it('names a server by its URL, its model and a key', () => {
    const { ENCODER_BASE_URL: baseUrl, ENCODER_MODEL: model } = server;
    const byServer = { kind: 'openai', baseUrl, model };
    expect(semanticOf(server).encoder).toEqual({ ...byServer, apiKey: null });
    const more = { ENCODER_API_KEY: 'sk-1', ENCODER_TIMEOUT_MS: '90' };
    expect(semanticOf({ ...server, ...more })).toMatchObject({
      encoder: { ...byServer, apiKey: 'sk-1' },
      timeoutMs: 90,
    });
  });

  it('may do without an encoder', () => {
    expect(semanticOf({ ENCODER: 'none' }).encoder).toBeNull();
  });

  it.each([
    ['its URL', { ...server, ENCODER_BASE_URL: '' }],
    ['its model', { ...server, ENCODER_MODEL: '' }],
    ['either', { ENCODER: 'openai' }],
  ])('is refused where a server has to be asked without %s', (_what, environment) => {
    expect(problemsOf(environment)).toEqual([
      'ENCODER_BASE_URL and ENCODER_MODEL are needed when ENCODER is openai.',
    ]);
  });

  it.each(['local', 'none'])('is refused where a server is named but not asked: %s', (ENCODER) => {
    expect(problemsOf({ ...server, ENCODER, ENCODER_API_KEY: 'sk-hush' })).toEqual([
      `ENCODER_BASE_URL, ENCODER_API_KEY, ENCODER_MODEL may be set only when ENCODER is openai, and it is ${ENCODER}.`,
    ]);
  });

  it('lists what is wrong with it beside all else', () => {
    const environment = { ENCODER: 'openai', PORT: 'x', CACHE_MAX_ERROR_RATE: '0' };
    expect(problemsOf(environment)).toHaveLength(3);
  });
});
