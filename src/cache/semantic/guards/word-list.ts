/** The words of a list that is written as running text, for lists too long to be written as an array. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/).filter((word) => word !== ''));
}

/**
 * Each word of each group with the group's first word. Underscores stand for spaces within an entry.
 *
 * @param text groups set apart by line ends or semicolons
 */
export function wordGroups(text: string): ReadonlyMap<string, string> {
  const groups = new Map<string, string>();
  for (const line of linesOf(text)) {
    const [first, ...others] = line;
    if (first === undefined) continue;
    for (const word of [first, ...others]) groups.set(word, first);
  }
  return groups;
}

/**
 * For each word of `left | right` pairs all words of the other side, both ways.
 *
 * @param text pairs of sides set apart by line ends or semicolons; a side may have several words
 */
export function wordOpposites(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const opposites = new Map<string, Set<string>>();
  for (const line of linesOf(text)) {
    const bar = line.indexOf('|');
    link(opposites, line.slice(0, bar), line.slice(bar + 1));
  }
  return opposites;
}

function link(
  opposites: Map<string, Set<string>>,
  left: readonly string[],
  right: readonly string[],
): void {
  for (const one of left) {
    for (const other of right) {
      addTo(opposites, one, other);
      addTo(opposites, other, one);
    }
  }
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function linesOf(text: string): string[][] {
  return text
    .split(/[\n;]/)
    .map((line) =>
      line
        .split(/\s+/)
        .filter((word) => word !== '')
        .map((word) => word.replaceAll('_', ' ')),
    )
    .filter((line) => line.length > 0);
}
