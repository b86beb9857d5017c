import { z } from 'zod';
import { parseRedisUrl, RedisUrlError } from './redis-address.ts';

/** Turns the text of a variable, which is never empty, into its value. An error completes "NAME …". */
export type Parser<Value> = z.ZodType<Value, string>;

/** What `setTimeout` can wait for; a longer time would be over at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

export const text: Parser<string> = z.string();

/** What may stand in an HTTP header. */
export const key: Parser<string> = z.string().regex(/^[\x21-\x7e]+$/, {
  error: 'must be visible ASCII characters without a space',
});

/** A name or an address, without scheme or port. */
export const host: Parser<string> = z
  .string()
  .refine((value) => isHostName(value) || z.ipv6().safeParse(value).success, {
    error: 'must be the name or the IP address of a host, without scheme or port',
  });

export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Parser<number> {
  const upTo = maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return z
    .string()
    .refine(
      (value) => /^\d+$/.test(value) && Number(value) >= minimum && Number(value) <= maximum,
      { error: `must be a whole number from ${minimum}${upTo}` },
    )
    .transform(Number);
}

export function milliseconds(minimum: number): Parser<number> {
  return whole(minimum, LONGEST_TIMER_MS);
}

/** A number from 0. */
export function decimal(maximum: number): Parser<number> {
  return z
    .string()
    .refine((value) => Number(value) >= 0 && Number(value) <= maximum, {
      error: `must be a number from 0 to ${maximum}`,
    })
    .transform(Number);
}

/** A part of a whole that is not nothing. */
export const share: Parser<number> = z
  .string()
  .refine((value) => Number(value) > 0 && Number(value) <= 1, {
    error: 'must be a number above 0 and at most 1',
  })
  .transform(Number);

export function oneOf<const Value extends string>(values: readonly Value[]): Parser<Value> {
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(values, { error: `must be one of ${values.join(', ')}` }));
}

export const onOff: Parser<boolean> = z
  .string()
  .refine((value) => /^(true|false|1|0|yes|no|on|off)$/i.test(value), {
    error: 'must be true or false (1, 0, yes, no, on and off are understood)',
  })
  .transform((value) => /^(true|1|yes|on)$/i.test(value));

export const redisUrl: Parser<string> = z.string().superRefine((value, context) => {
  try {
    parseRedisUrl(value);
  } catch (error) {
    if (!(error instanceof RedisUrlError)) throw error;
    context.addIssue(error.message);
  }
});

export const webUrl: Parser<string> = z
  .string()
  .refine((value) => hasProtocol(value, 'http:', 'https:'), {
    error: 'must be a URL that begins with http:// or https://',
  });

const ENCRYPTION_KEY_BYTES = 32;

/** As base64, whichever way they were written. */
export const encryptionKeys: Parser<readonly [string, ...string[]]> = z
  .string()
  .transform((value, context) => {
    const [first, ...others] = value.split(',').map((item) => bytesOf(item.trim()));
    const all = [first, ...others].map((bytes) => bytes?.toString('base64'));
    if (isFilled(all)) return all;
    context.addIssue(
      `must be keys of ${ENCRYPTION_KEY_BYTES} bytes, in hex or base64, with commas between: make one with openssl rand -hex 32`,
    );
    return z.NEVER;
  });

/** Without what may be a secret, since it is logged; and paths are appended to it. */
export const baseUrl: Parser<string> = z
  .string()
  .refine((value) => hasProtocol(value, 'http:', 'https:') && !/[@?#]/.test(value), {
    error: 'must be a URL that begins with http:// or https://, without a password or a query',
  });

/** Exactly as browsers send them in `Origin`: another spelling would never match. */
export const origins: Parser<readonly string[]> = z
  .string()
  .transform((value) => value.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''))
  .refine((items) => items.every((item) => item === '*' || isOrigin(item)), {
    error: 'must be origins such as https://app.example.com with commas between, or *',
  });

const priceRecord = z.record(
  z.string(),
  z.strictObject({ input: z.number().min(0), output: z.number().min(0) }),
);

export const prices: Parser<z.output<typeof priceRecord>> = z
  .string()
  .transform((value, context) => {
    try {
      return priceRecord.parse(JSON.parse(value));
    } catch {
      context.addIssue(
        'must be JSON like {"model":{"input":0.1,"output":0.4}}, in USD per million tokens',
      );
      return z.NEVER;
    }
  });

function isHostName(value: string): boolean {
  return /^[^/\\:@?#[\]\s]+$/.test(value) && URL.canParse(`http://${value}`);
}

function hasProtocol(value: string, ...protocols: string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol);
}

function isOrigin(value: string): boolean {
  return hasProtocol(value, 'http:', 'https:') && new URL(value).origin === value;
}

/** Null unless it is as long as a key. */
function bytesOf(text: string): Buffer | null {
  if (/^[\da-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  // What is no base64 would be passed over.
  if (!/^[\w+/-]+={0,2}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === ENCRYPTION_KEY_BYTES ? bytes : null;
}

function isFilled(texts: readonly (string | undefined)[]): texts is readonly [string, ...string[]] {
  return texts.length > 0 && texts.every((text) => text !== undefined);
}
