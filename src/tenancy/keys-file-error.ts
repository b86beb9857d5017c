/** The file of API keys cannot be used. The message lists every problem, one a line, and no key. */
export class KeysFileError extends Error {
  override readonly name = 'KeysFileError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `API_KEYS_FILE has ${problems.length} problem(s):\n${problems.map((p) => `- ${p}`).join('\n')}`,
    );
    this.problems = problems;
  }
}
