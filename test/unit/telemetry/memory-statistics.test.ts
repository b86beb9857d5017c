import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { memoryStatistics } from '../../../src/telemetry/memory-statistics.ts';
import { statisticsContract } from '../../contract/statistics.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { sampleRecord } from '../../support/sample-record.ts';
import { seededRandom } from '../../support/seeded-random.ts';

describe('memory statistics', () => {
  statisticsContract((clock) => memoryStatistics({ clock }));

  it('take no more room in the third day of traffic than in the first two', () => {
    const clock = fakeClock();
    const statistics = memoryStatistics({ clock });
    const random = seededRandom(3);
    const recordOneDay = () => {
      for (let minute = 0; minute < 24 * 60; minute += 1) {
        for (let request = 0; request < 20; request += 1) {
          const totalMs = 10 ** (6 * random() - 1);
          statistics.record(sampleRecord({ at: clock.now(), totalMs, firstTokenMs: totalMs / 2 }));
        }
        clock.advance(60_000);
      }
      return usedHeap();
    };
    const empty = usedHeap();
    recordOneDay();
    const afterTwo = recordOneDay();
    const afterThree = recordOneDay();
    expect(afterThree - afterTwo).toBeLessThan(500_000);
    expect(afterThree - empty).toBeLessThan(8_000_000);
  });
});

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}
