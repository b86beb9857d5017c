import type { CacheRefusalKind } from '../decision.ts';

/** Why a stored answer may not be served. `detail` says what differed, for an operator. */
export type Refusal = { readonly kind: CacheRefusalKind; readonly detail: string };
