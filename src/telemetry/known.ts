/** The sum of the amounts that are known; null while none is. */
export function addKnown(sum: number | null, amount: number | null): number | null {
  return amount === null ? sum : (sum ?? 0) + amount;
}
