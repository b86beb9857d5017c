/** A local model that cannot be made, loaded or run. The message is for an operator and holds no text of a caller. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
