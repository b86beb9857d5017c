import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { secret } from './evidence.ts';
import { keepScript } from './script-evidence.ts';
import { respond, type Script, type Step } from './upstream-script.ts';

export type ScriptedUpstream = AsyncDisposable & {
  /** To configure as the upstream's base URL. */
  readonly baseUrl: string;
  /** Every request so far, oldest first. */
  readonly calls: readonly ScriptedCall[];
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** Adds scripts, each for one request, first come first served. */
  answers(...scripts: readonly Script[]): void;
  /** Answers every request that no script of `answers` is left for. */
  answersAll(handler: (call: ScriptedCall) => Script): void;
  /** The request of that number, from 0, as soon as it has come. */
  call(index: number): Promise<ScriptedCall>;
};

export type ScriptedCall = {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: ChatRequestBody;
  /** Resolves when the response is over, for whatever reason. */
  readonly closed: Promise<Closing>;
};

export type ChatRequestBody = {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly [field: string]: unknown;
};

export type Closing = {
  /** True when the connection was closed before the script had ended. */
  readonly aborted: boolean;
  /** How many of the script's chunks had been written. */
  readonly chunksSent: number;
};

/**
 * A real HTTP server on a free port that speaks chat completions as it is told to. A request that it has no
 * script for is answered with HTTP 500 and the type `no_script_left`.
 */
export async function startScriptedUpstream(): Promise<ScriptedUpstream> {
  const scripts: Script[] = [];
  const calls: ScriptedCall[] = [];
  const awaited = new Map<number, PromiseWithResolvers<ScriptedCall>>();
  let connections = 0;
  let handler = (_call: ScriptedCall): Script => NO_SCRIPT_LEFT;

  const server = createServer(async (request, response) => {
    const closing = Promise.withResolvers<Closing>();
    const play = perform(response, closing.resolve);
    // A client may leave before it has sent its request; that is no call.
    const body = await json(request).catch(() => null);
    if (body === null) return;
    const call: ScriptedCall = {
      path: request.url ?? '',
      headers: request.headers,
      body: body as ChatRequestBody,
      closed: closing.promise,
    };
    for (const { content } of call.body.messages ?? []) secret('prompt', String(content));
    const index = calls.push(call) - 1;
    awaited.get(index)?.resolve(call);
    const script = scripts.shift() ?? handler(call);
    keepScript(script);
    await play(script);
  });
  server.on('connection', (socket) => {
    connections += 1;
    // Chunks are to reach the client as they are written.
    socket.setNoDelay(true);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    get connections() {
      return connections;
    },
    answers: (...more) => void scripts.push(...more),
    answersAll(newHandler) {
      handler = newHandler;
    },
    async call(index) {
      const call = calls[index];
      if (call !== undefined) return call;
      const waiting = awaited.get(index) ?? Promise.withResolvers<ScriptedCall>();
      awaited.set(index, waiting);
      return waiting.promise;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const NO_SCRIPT_LEFT = respond(500, { error: { type: 'no_script_left' } });

/** Performs a script on `response`, and tells when and how the response was over. */
function perform(response: ServerResponse, over: (closing: Closing) => void) {
  let chunksSent = 0;
  const closed = new Promise<void>((resolve) => {
    response.once('close', () => {
      over({ aborted: !response.writableFinished, chunksSent });
      resolve();
    });
  });

  const act = async (step: Step): Promise<void> => {
    switch (step.type) {
      case 'head':
        response.writeHead(step.status, step.headers).flushHeaders();
        return;
      case 'bytes':
        if (!response.headersSent) response.writeHead(200, EVENT_STREAM);
        await Promise.race([closed, written(response, step.bytes)]);
        chunksSent += 1;
        return;
      case 'until':
        await Promise.race([closed, step.promise]);
        return;
      case 'hang':
        await closed;
        return;
      case 'reset':
        response.socket?.resetAndDestroy();
        await closed;
    }
  };

  return async (script: Script): Promise<void> => {
    for (const step of script) {
      if (response.destroyed) return;
      await act(step);
    }
    response.end();
  };
}

const EVENT_STREAM = { 'content-type': 'text/event-stream; charset=utf-8' };

function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(bytes, () => resolve());
  });
}
