import type { LogFields, Logger } from '../../src/telemetry/logger.ts';
import { pinoLogger } from '../../src/telemetry/pino-logger.ts';
import { keepLogLine } from './evidence.ts';

export type LogLine = LogFields & { readonly level: string; readonly message: string };

/** A logger that keeps what it is told, and what the gateway's own would have written of it as evidence. */
export function recordLogs(): { logger: Logger; logs: readonly LogLine[] } {
  const logs: LogLine[] = [];
  const written = pinoLogger({ level: 'debug', destination: { write: keepLogLine } });
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') => (fields: LogFields, message: string) => {
      logs.push({ ...fields, level, message });
      written[level](fields, message);
    };
  return {
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    logs,
  };
}
