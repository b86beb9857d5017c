import type { ProcessesHistory } from './random-processes.ts';

/** What scenarios are to lead to, each of them now and then, if they are to prove anything. */
export const SIGHTS = [
  ...['fault: none', 'fault: killed', 'fault: leaves', 'fault: wiped', 'fault: cutOff'],
  ...['FINISHED', 'FAILED', 'CANCELLED', 'MISS', 'EXACT', 'JOINED', 'BYPASSED'],
  ...['joined at the other process', 'resumed at the other process'],
  ...['cancelled at the other process', 'sent again at the other process'],
  ...['reported by the other process', 'heard at both processes'],
  ...['taken over from one that was killed', 'taken over from one that was cut off'],
  ...['handed over by one that left'],
  ...['heard anew from another process', 'gone on alone', 'brought back to Redis', 'out of touch'],
] as const;

/** What is seen once in a hundred scenarios. */
export const RARE_SIGHTS = ['overtaken while it was cut off'] as const;

const LINES = {
  'gone on alone': 'redis takes no events: answers go on for this process alone',
  'brought back to Redis': 'redis takes events again',
  'overtaken while it was cut off': 'run was taken over by another process',
};

/** What came to pass in a scenario. */
export function sightsOf(history: ProcessesHistory): string[] {
  const { scenario, processes, calls, asked, visits, listeners, told, placeOf, heardAt } = history;
  const placeOfId = (id: string | null) =>
    processes.find(({ issuedIds }) => id !== null && issuedIds.has(id))?.name;
  const isElsewhere = ({ process, generationId }: (typeof visits)[number]) =>
    process !== placeOfId(generationId);
  const takenOver = processes.some(({ logs }) =>
    logs.some(({ message }) => message === 'run of another process taken over'),
  );
  const resets = listeners.flatMap(({ heard }) => heard.filter((event) => event.type === 'reset'));
  const sights = {
    [`fault: ${scenario.fault}`]: true,
    'joined at the other process': told.some(
      ({ generation: { id, text, decision } }) =>
        decision.cache.outcome === 'JOINED' &&
        calls.some(
          (call) => text !== '' && call.text.startsWith(text) && placeOf(call) !== placeOfId(id),
        ),
    ),
    'resumed at the other process': visits.some(
      (visit) => visit.what === 'resume' && visit.answered && isElsewhere(visit),
    ),
    'cancelled at the other process': visits.some(
      (visit) => visit.what === 'cancel' && visit.answered && isElsewhere(visit),
    ),
    'sent again at the other process': asked.some(
      ({ id, generationId }) => generationId !== null && placeOfId(id) !== placeOfId(generationId),
    ),
    'reported by the other process': processes.some(({ name, reported }) =>
      reported.some(({ generationId }) => placeOfId(generationId) !== name),
    ),
    'heard at both processes': listeners.some(
      ({ heard }) => new Set(heard.map((event) => heardAt(event))).size > 1,
    ),
    'taken over from one that was killed': scenario.fault === 'killed' && takenOver,
    'taken over from one that was cut off': scenario.fault === 'cutOff' && takenOver,
    'handed over by one that left': scenario.fault === 'leaves' && takenOver,
    'heard anew from another process': resets.some(({ reason }) => reason.includes('was lost')),
    'out of touch': history.timesOutOfTouch > 0,
    ...Object.fromEntries(
      Object.entries(LINES).map(([sight, line]) => [
        sight,
        processes.some(({ logs }) => logs.some(({ message }) => message === line)),
      ]),
    ),
  };
  return [
    ...Object.entries(sights).flatMap(([name, isSeen]) => (isSeen ? [name] : [])),
    ...told.flatMap(({ generation: { status, decision } }) => [status, decision.cache.outcome]),
  ];
}
