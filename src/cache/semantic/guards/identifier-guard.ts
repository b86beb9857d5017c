import type { Comparison } from './comparison.ts';

/** Codes, versions, addresses, paths and quoted code that are not the same in both. */
export function identifierDifference({ onlyLeft, onlyRight, readings }: Comparison): string | null {
  const [one, other] = [onlyLeft, onlyRight].map((words) =>
    words.find(({ kind }) => kind === 'CODE'),
  );
  if (one !== undefined || other !== undefined) {
    return `${one?.text ?? 'none'} and ${other?.text ?? 'none'}`;
  }
  const [left, right] = readings;
  const differsInCase = left.verbatims.find((text) =>
    right.verbatims.some(
      (quoted) =>
        quoted !== text &&
        quoted.toLowerCase() === text.toLowerCase() &&
        !right.verbatims.includes(text),
    ),
  );
  return differsInCase === undefined || !isCode(differsInCase)
    ? null
    : `${differsInCase} in other letters`;
}

/** A quoted word may begin a sentence; what has signs or a single letter is code. */
function isCode(text: string): boolean {
  return text.length === 1 || /[^\p{L}\s'’-]/u.test(text);
}
