/**
 * How often the event loop goes round while `work` is under way. Time would tell less: on a busy machine any process may
 * be held up.
 */
export async function eventLoopTurns(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const turn = () => {
    turns += 1;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  over = true;
  return turns;
}
