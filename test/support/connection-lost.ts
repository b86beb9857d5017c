/** What a client is told by its own end of the line when the server is gone, or the line was cut. */
export class ConnectionLost extends Error {
  constructor() {
    super('The connection was lost.');
  }
}
