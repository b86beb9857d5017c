const WIDTH = 30;

/** Shows how much of a total is done. */
export type Progress = {
  advance(count: number): void;
  /** Leaves the last state standing. */
  end(): void;
};

/** A bar on a terminal; elsewhere, as in a log, a line for each tenth. */
export function showProgress(
  stream: { isTTY?: boolean | undefined; write(text: string): unknown },
  total: number,
): Progress {
  const isTerminal = stream.isTTY === true;
  let done = 0;
  let tenths = 0;

  function describe(): string {
    const share = total === 0 ? 1 : done / total;
    const filled = Math.floor(share * WIDTH);
    const bar = isTerminal ? `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ` : '';
    return `${bar}${Math.floor(share * 100)} % (${done} of ${total})`;
  }

  if (isTerminal) stream.write(describe());
  return {
    advance(count) {
      done += count;
      if (isTerminal) stream.write(`\r${describe()}`);
      const reached = Math.floor((10 * done) / total);
      if (!isTerminal && reached > tenths) stream.write(`${describe()}\n`);
      tenths = reached;
    },
    end() {
      if (isTerminal) stream.write('\n');
    },
  };
}
