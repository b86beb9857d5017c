import type { FormattedExecutionResult } from 'graphql-ws';
import { keepMessages } from './operation-evidence.ts';
import { type Addressed, post } from './transports.ts';

type Result = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** One query or mutation over HTTP. */
export async function runOperation(
  who: Addressed,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Result> {
  const response = await post(who, { query, variables });
  return keepMessages((await response.json()) as Result);
}
