const CORE = '^src/(domain|generation|prompt|cache|router|rollout|upstream|tenancy)/';
/** The files that may know a driver: what stands behind a port. */
const ADAPTERS = [
  '^src/redis/',
  '^src/cache/(redis|memory|guarded)-store\\.ts$',
  '^src/cache/redis-changes\\.ts$',
  '^src/cache/semantic/(redis-vetoes|memory-vetoes|guarded-models)\\.ts$',
  '^src/cache/semantic/(exact-index|graph-index|growing-index|memory-entry-index)\\.ts$',
  '^src/embedding/',
  '^src/files/',
  '^src/upstream/(openai-compatible|response-body|sse|demo)\\.ts$',
  '^src/generation/(memory-run-log|redis-[a-z-]+)\\.ts$',
  '^src/prompt/gpt-tokens\\.ts$',
  '^src/rollout/(redis|memory)-rollout\\.ts$',
  '^src/router/gain/watched-gain-model\\.ts$',
  '^src/router/experiments/(memory|redis)-experiments\\.ts$',
  '^src/router/outcomes/((memory|redis|file)-outcome-log|redis-digest-key)\\.ts$',
  '^src/tenancy/(open|api-keys|json-web-tokens|token-keys|first-of)\\.ts$',
  '^src/tenancy/(memory-limiter|redis-limit[a-z-]*)\\.ts$',
  '^src/telemetry/(pino-logger|memory-statistics|redis-[a-z-]+)\\.ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-knows-no-transport',
      comment: 'What the product does is told apart from how it is reached.',
      severity: 'error',
      from: { path: CORE },
      to: {
        path: [
          '^src/(schema|server)/',
          'node_modules/(graphql|graphql-yoga|graphql-ws|@pothos|ws)/',
        ],
      },
    },
    {
      name: 'drivers-behind-ports',
      comment: 'A driver is known to the adapter that stands behind a port, and to nobody else.',
      severity: 'error',
      from: { path: CORE, pathNot: ADAPTERS },
      to: {
        path: 'node_modules/(ioredis|undici|pino|lru-cache|gpt-tokenizer|eventsource-parser|jose|onnxruntime-node|usearch)/',
      },
    },
    {
      name: 'adapters-are-chosen-in-one-place',
      comment: 'Which adapter stands behind a port is decided in adapters.ts and main.ts.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(app|main|adapters|cache-adapters|router-adapters)\\.ts$',
          ...ADAPTERS,
          '^src/upstream/',
          '^src/config/upstream-config\\.ts$',
        ],
      },
      to: { path: ADAPTERS },
    },
    {
      name: 'domain-imports-nothing',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        path: '^src/',
        pathNot: ['^src/start\\.js$', '^src/schema/print-file\\.ts$'],
      },
      to: {},
    },
    {
      name: 'source-knows-no-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'nothing-undeclared',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
