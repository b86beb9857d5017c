import { createParser } from 'eventsource-parser';
import { GatewayError } from '../domain/errors.ts';

/**
 * Far above the largest delta a provider sends, far below what would hurt the process: an upstream that
 * never ends its event is an upstream that does not speak the protocol.
 */
const MAX_EVENT_CHARACTERS = 8 * 1024 * 1024;

/** Turns the bytes of one event stream into the data of its events. Made for one response, not reused. */
export type SseDecoder = {
  /** The data of every event that `bytes` completed, in order. */
  push(bytes: Uint8Array): readonly string[];
  /**
   * What was left when the bytes ended. The standard drops an event without its blank line; model servers
   * are known to end with one, so it counts.
   */
  end(): readonly string[];
};

/**
 * Decodes `text/event-stream`: bytes may be cut anywhere, within a character too; lines may end with CR, LF
 * or CRLF; comments and fields other than `data` are dropped.
 *
 * `push` throws GatewayError UPSTREAM_PROTOCOL when an event grows beyond 8 Mi characters.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function sseDecoder(): SseDecoder {
  let events: string[] = [];
  const utf8 = new TextDecoder();
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: (event) => events.push(event.data),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw tooLarge();
    },
  });

  const feed = (text: string) => {
    events = [];
    parser.feed(text);
    return events;
  };
  return {
    push: (bytes) => feed(utf8.decode(bytes, { stream: true })),
    end: () => feed(`${utf8.decode()}\n\n`),
  };
}

function tooLarge(): GatewayError {
  return new GatewayError(
    'UPSTREAM_PROTOCOL',
    `The upstream sent an event of more than ${MAX_EVENT_CHARACTERS} characters.`,
  );
}
