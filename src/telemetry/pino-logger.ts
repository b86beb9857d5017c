import { type DestinationStream, type LevelWithSilent, pino, stdSerializers } from 'pino';
import type { Logger } from './logger.ts';

/** Field names whose values are never written, should one ever get into a log call. */
const NEVER_WRITTEN = ['authorization', 'apiKey', 'key', 'prompt', 'text', 'answer'];

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
      serializers: { error: stdSerializers.errWithCause },
      redact: { paths: NEVER_WRITTEN, censor: '[not written]' },
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
