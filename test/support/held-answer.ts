import { delta, done, finish, role, type Script, until, usageChunk } from './upstream-script.ts';

/** An answer that goes on after its first word when `release` is called: "Starter feed.", 100 + 10 tokens. */
export function heldAnswer(): { script: Script; release: () => void } {
  const rest = Promise.withResolvers<void>();
  const script = [
    role(),
    delta('Starter '),
    until(rest.promise),
    delta('feed.'),
    finish(),
    usageChunk(100, 10),
    done,
  ];
  return { script, release: rest.resolve };
}
