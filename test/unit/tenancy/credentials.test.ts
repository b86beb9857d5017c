import { expect, it } from 'vitest';
import { secretIn } from '../../../src/tenancy/credentials.ts';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

it.each([
  ['Bearer hush', 'hush'],
  ['bEARER   hush ', 'hush'],
  ['Bearer a.b~c+/=', 'a.b~c+/='],
  [`Basic ${base64('anyone:hush')}`, 'hush'],
  [`BASIC ${base64(':hush')}`, 'hush'],
  [`Basic ${base64('anyone:hu:sh')}`, 'hu:sh'],
])('%j shows %j', (authorization, secret) => {
  expect(secretIn(authorization)).toBe(secret);
});

it.each([
  null,
  '',
  'hush',
  'Bearer',
  'Bearer ',
  'Bearer two words',
  'Bearerhush',
  'Digest hush',
  `Basic ${base64('hush')}`,
  'Basic anyone:hush',
])('%j shows nothing', (authorization) => {
  expect(secretIn(authorization)).toBeNull();
});
