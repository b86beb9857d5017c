import { expect, test } from 'vitest';
import { pairDigest } from '../../../../src/cache/semantic/pair-digest.ts';

test('is the same in either order, however the prompts are spelled', () => {
  const digest = pairDigest('Feed at day 21?', 'Feed at day 28?');

  expect(digest).not.toBeNull();
  expect(pairDigest('feed  at day 28', 'FEED at day 21')).toBe(digest);
});

test('differs for other pairs', () => {
  expect(pairDigest('one', 'two')).not.toBe(pairDigest('one', 'three'));
});

test('is null for a prompt and itself', () => {
  expect(pairDigest('Feed at day 21?', 'feed at day 21')).toBeNull();
});
