import type { ServedModel } from '../router/candidates.ts';
import type { MaxTokensField } from '../upstream/presets.ts';
import type { ModelPrice } from '../upstream/prices.ts';

/** Everything an operator may decide, checked and frozen. Durations are milliseconds unless named otherwise. */
export type Config = {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly production: boolean;
    readonly graphiql: boolean;
    readonly introspection: boolean;
    /** Origins that may call from a browser, or '*'. Empty: same origin only. */
    readonly corsOrigins: readonly string[];
    readonly maxBodyBytes: number;
    readonly maxSocketMessageBytes: number;
    readonly maxOperationsPerSocket: number;
    /** WebSockets and HTTP requests under way. */
    readonly maxConnectionsPerAddress: number;
    /** How many proxies in front add to X-Forwarded-For. */
    readonly trustedProxies: number;
    readonly trustedDocuments: {
      /** Null: any document may run. */
      readonly file: string | null;
      /** Whether others than operators may run these alone. */
      readonly only: boolean;
    };
    /** What one operation may cost; each `generate` counts `GENERATE_COMPLEXITY` of it. */
    readonly maxComplexity: number;
    readonly maxDepth: number;
    readonly drainMs: number;
  };
  readonly tenancy: {
    readonly keysFile: string | null;
    readonly jwt: JwtConfig | null;
    /** Neither keys nor tokens: whoever reaches the server may call. */
    readonly open: boolean;
    /** What an answer without `maxTokens` is taken to need before it is known. */
    readonly assumedOutputTokens: number;
  };
  readonly upstream: {
    /** A preset's name, `custom` for a bare base URL, or `demo`. */
    readonly provider: string;
    /** Null for the demo. */
    readonly baseUrl: string | null;
    readonly apiKey: string | null;
    readonly maxTokensField: MaxTokensField;
    readonly smallModel: string;
    readonly largeModel: string;
    /** Every model that may be asked for, the large one first; those of a tier with its first one in front. */
    readonly models: readonly ServedModel[];
    /** What the operator says beside the shipped table. */
    readonly prices: Readonly<Record<string, ModelPrice>>;
    readonly firstTokenTimeoutMs: number;
    readonly idleTimeoutMs: number;
    readonly totalTimeoutMs: number;
    readonly retries: number;
    readonly maxConcurrent: number;
    readonly maxQueued: number;
    readonly queueTimeoutMs: number;
    /** How fast the demo pretends to be; 0 is at once, 1 as a real model. */
    readonly demoPace: number;
  };
  readonly cache: {
    readonly enabled: boolean;
    readonly ttlSeconds: number;
    /** Bound of the memory store. */
    readonly maxBytes: number;
    readonly semantic: SemanticCacheConfig;
  };
  readonly redis: {
    /** Where processes share all but stored answers. Null: that stays in this process. */
    readonly url: string | null;
    /** Where stored answers are; `url` itself when one Redis is for all. Null: in this process. */
    readonly cacheUrl: string | null;
    readonly keyPrefix: string;
    readonly timeoutMs: number;
    readonly statisticsFlushMs: number;
    /** How long a process may be silent before it is taken for lost. */
    readonly leaseMs: number;
    /** What seals prompts and answers there: the first key seals, all open. Null: nothing does. */
    readonly encryptionKeys: EncryptionKeys | null;
  };
  readonly router: RouterConfig;
  readonly generation: {
    readonly graceMs: number;
    readonly keepMs: number;
    readonly logBytes: number;
    readonly maxAnswerBytes: number;
    readonly maxInputTokens: number;
    readonly coalesceMs: number;
  };
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
};

/** Which model answers what no request decides by itself. */
export type RouterConfig = {
  readonly enabled: boolean;
  readonly abTestRatio: number;
  readonly strategy: 'complexity' | 'gain';
  readonly worth: GainWorth;
  /** Share of prompts whose model is picked by a coin, 0..1. */
  readonly exploration: number;
  /** Null: the shipped one. */
  readonly modelFile: string | null;
  readonly experimentsFile: string | null;
  readonly outcomes: {
    readonly log:
      | { readonly kind: 'off' | 'memory' | 'redis' }
      | { readonly kind: 'file'; readonly path: string };
    readonly maxEntries: number;
    readonly prompts: boolean;
  };
};

/** When a gain in quality is worth its price. */
export type GainWorth =
  /** Gain, 0..1, that is worth the whole price of the large model. */
  | { readonly kind: 'lambda'; readonly lambda: number }
  /** Share of the large model's quality that is to be kept, above 0, at most 1. */
  | { readonly kind: 'floor'; readonly floor: number };

/** How stored answers to like prompts are found. */
export type SemanticCacheConfig = {
  readonly enabled: boolean;
  /** Largest tolerated share of wrong answers among those that are served, above 0, at most 1. */
  readonly maxErrorRate: number;
  /** Bound of what this process remembers of prompts. */
  readonly indexMaxBytes: number;
  readonly synonymsFile: string | null;
  /** How sure one has to be; null: as fitted for the local encoder. */
  readonly confidenceFile: string | null;
  /** Null: there is none, and equal prompts alone are answered. */
  readonly encoder: EncoderConfig | null;
  readonly models: LocalModelsConfig;
  /** How long a model may take before equal prompts alone are answered. */
  readonly timeoutMs: number;
};

/** What turns prompts into vectors; the model that reads two prompts together is local in any case. */
export type EncoderConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'openai';
      readonly baseUrl: string;
      readonly apiKey: string | null;
      readonly model: string;
    };

/** Where and how the local models run. */
export type LocalModelsConfig = {
  readonly precision: 'int8' | 'fp32';
  readonly threads: number;
  /** Of the files that are made once; null: the user's cache folder. */
  readonly folder: string | null;
};

export type JwtConfig = {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly tenantClaim: string;
  /** Null: no token is an operator's. */
  readonly operatorClaim: string | null;
};

/** 32 bytes each, in base64. */
export type EncryptionKeys = readonly [string, ...string[]];
