import { type DestinationStream, type LevelWithSilent, pino } from 'pino';
import { describeError } from './describe-error.ts';
import type { Logger } from './logger.ts';
import { redact } from './redact.ts';

/**
 * One line of JSON for each call, on standard output unless `destination` says otherwise. Errors are
 * written with stack and causes.
 */
export function pinoLogger(options: {
  level: LevelWithSilent;
  destination?: DestinationStream;
}): Logger {
  return pino(
    {
      level: options.level,
      serializers: { error: (error: unknown) => describeError(error) },
      // Not pino's own `redact`: to look one level deeper takes it 14 µs a line, and this under 1 µs.
      formatters: { log: (fields) => ({ ...redact(fields) }) },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
