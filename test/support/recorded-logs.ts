import type { LogFields, Logger } from '../../src/telemetry/logger.ts';

export type LogLine = LogFields & { readonly level: string; readonly message: string };

/** A logger that keeps what it is told. */
export function recordLogs(): { logger: Logger; logs: readonly LogLine[] } {
  const logs: LogLine[] = [];
  const at = (level: string) => (fields: LogFields, message: string) => {
    logs.push({ ...fields, level, message });
  };
  return {
    logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    logs,
  };
}
