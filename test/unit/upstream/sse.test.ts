import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sseDecoder } from '../../../src/upstream/sse.ts';
import { cutAt } from '../../support/cut.ts';

describe('decoding an event stream', () => {
  it('yields the data of each event as soon as its blank line has come', () => {
    const decoder = sseDecoder();
    expect(decoder.push(Buffer.from('data: one\n\ndata: two\n'))).toEqual(['one']);
    expect(decoder.push(Buffer.from('\n'))).toEqual(['two']);
  });

  it.each([
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
  ])('understands lines that end with %s', (_name, end) => {
    const stream = ['data: one', '', ': comment', 'data: two', '', ''].join(end);
    expect(decodeWhole(stream)).toEqual(['one', 'two']);
  });

  it('joins the data lines of one event with a line feed', () => {
    expect(decodeWhole('data: {"a":\ndata: 1}\n\n')).toEqual(['{"a":\n1}']);
  });

  it('takes the space after the colon, and only one, as not given', () => {
    expect(decodeWhole('data:bare\n\ndata:  indented\n\n')).toEqual(['bare', ' indented']);
  });

  it('drops comments, other fields and events without data', () => {
    expect(decodeWhole(': ping\n\nevent: x\nid: 7\nretry: 10\nfoo: bar\n\ndata: kept\n\n')).toEqual(
      ['kept'],
    );
  });

  it('drops a byte order mark', () => {
    expect(decodeWhole('\uFEFFdata: one\n\n')).toEqual(['one']);
  });

  it('keeps an event whose blank line never came', () => {
    expect(decodeWhole('data: one\n\ndata: [DONE]')).toEqual(['one', '[DONE]']);
  });

  it('keeps a character whose bytes come in different chunks', () => {
    const bytes = Buffer.from('data: 🌍\n\n');
    const decoder = sseDecoder();
    const decoded = [...bytes].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
    expect(decoded).toEqual(['🌍']);
  });

  it('decodes the same events however the bytes are cut', () => {
    const line = fc
      .string({ unit: 'binary', maxLength: 12 })
      .map((text) => text.replace(/[\r\n]/g, '¶'));
    const end = fc.constantFrom('\n', '\r', '\r\n');
    const event = fc
      .tuple(fc.array(line, { minLength: 1, maxLength: 2 }), end)
      .map(([lines, lineEnd]) => lines.map((text) => `data: ${text}${lineEnd}`).join('') + lineEnd);
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.array(fc.nat({ max: 200 }), { maxLength: 8 }),
        (events, places) => {
          const bytes = Buffer.from(events.join(''));
          const decoder = sseDecoder();
          const decoded = cutAt(bytes, places).flatMap((piece) => [...decoder.push(piece)]);
          decoded.push(...decoder.end());
          expect(decoded).toEqual(decodeWhole(bytes));
          expect(decoded).toHaveLength(events.length);
        },
      ),
    );
  });

  it('takes an event of several million characters', () => {
    const large = 'x'.repeat(3_000_000);
    expect(decodeWhole(`data: ${large}\n\n`)).toEqual([large]);
  });

  it('fails with UPSTREAM_PROTOCOL on an event that does not end', () => {
    const decoder = sseDecoder();
    const piece = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}`);
    const flood = () => {
      for (let pieces = 0; pieces < 9; pieces++) decoder.push(piece);
    };
    expect(flood).toThrow(expect.objectContaining({ code: 'UPSTREAM_PROTOCOL', retryable: false }));
  });
});

function decodeWhole(stream: string | Buffer): string[] {
  const decoder = sseDecoder();
  return [...decoder.push(Buffer.from(stream)), ...decoder.end()];
}
