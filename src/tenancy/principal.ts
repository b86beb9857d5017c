/** On whose behalf something is done. Every key in every store lies under `tenant`. */
export type Principal = {
  readonly tenant: string;
  readonly user: string | null;
  /** May see and change what concerns all tenants. */
  readonly operator: boolean;
};

/** What a transport knows of a caller: an HTTP header, or a WebSocket's `connectionParams`. */
export type Credentials = {
  /** The value of `Authorization`, scheme included. */
  readonly authorization: string | null;
};

/**
 * Tells who a caller is. Resolves to null when the credentials are not good; the transports turn that
 * into UNAUTHENTICATED. Called once per HTTP request and once per WebSocket connection.
 */
export type Authenticate = (credentials: Credentials) => Promise<Principal | null>;
