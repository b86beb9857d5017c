import { cpus } from 'node:os';
import { reportLookUp } from './lookup-report.ts';
import { reportRedis } from './redis-report.ts';
import { reportRequests } from './requests-report.ts';
import { reportStreams } from './streams-report.ts';

/**
 * `npm run bench` measures single requests and memory, `npm run bench -- streams` many listeners of one answer,
 * `npm run bench -- lookup` the search for like prompts, and `npm run bench -- redis` counts what Redis is asked.
 */
const REPORTS: Readonly<Record<string, () => Promise<void>>> = {
  requests: reportRequests,
  streams: reportStreams,
  redis: reportRedis,
  lookup: reportLookUp,
};

const report = REPORTS[process.argv[2] ?? 'requests'];
if (report === undefined) throw new Error(`The reports are: ${Object.keys(REPORTS).join(', ')}.`);
console.log(
  `${new Date().toISOString()}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`,
);
await report();
