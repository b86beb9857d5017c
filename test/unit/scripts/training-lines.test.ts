import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOutcomeLog, parseTrainingLines } from '../../../scripts/training-lines.ts';
import { openFileOutcomeLog } from '../../support/open-outcome-logs.ts';
import { sampleOutcome } from '../../support/sample-outcome.ts';

describe('a file of judged answers', () => {
  it('is read with what it says of each prompt', () => {
    const lines = [
      '\uFEFF{"source":"mmlu","domain":"law","prompt":"a","small":0,"large":1}',
      '',
      '{"prompt":"b","small":0.5,"large":null,"unknown":1}',
      '{"source":"gsm8k","domain":"","prompt":"c","large":1}',
    ];
    expect(parseTrainingLines(lines.join('\r\n'))).toEqual({
      problems: [],
      judged: [
        { prompt: 'a', small: 0, large: 1, domain: 'mmlu/law' },
        { prompt: 'b', small: 0.5, large: null, domain: null },
        { prompt: 'c', small: null, large: 1, domain: 'gsm8k' },
      ],
    });
  });

  it('is refused with every problem, by its line', () => {
    const lines = [
      '{"prompt":"a","small":0,"large":1}',
      'garbage',
      '[]',
      '{"prompt":"","small":2,"large":-1}',
      '{"prompt":"b"}',
      '{"prompt":1,"small":"good","large":1}',
    ];
    expect(parseTrainingLines(lines.join('\n')).problems).toEqual([
      'line 2: is no JSON.',
      'line 3: must be an object.',
      'line 4: prompt must not be empty.',
      'line 4: small must be at most 1.',
      'line 4: large must be at least 0.',
      'line 5: must have a quality of the small or of the large model.',
      'line 6: prompt must be a text.',
      'line 6: small must be a number from 0 to 1, or null.',
    ]);
  });

  it('is refused when there is nothing in it', () => {
    expect(parseTrainingLines('\n\n').problems).toEqual(['There is no outcome in it.']);
  });

  it('is told from the log of a gateway', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-lines-'));
    const path = join(folder, 'lines.jsonl');
    const isLog = async (text: string) => {
      await writeFile(path, text);
      return isOutcomeLog(path);
    };
    expect(await isLog('{"prompt":"a","small":0,"large":1}\n')).toBe(false);
    expect(await isLog('')).toBe(false);
    await using log = await openFileOutcomeLog({ maxEntries: 2 });
    log.log.append(sampleOutcome());
    await log.log.flush();
    expect(await isOutcomeLog(log.path)).toBe(true);
    // As somebody may have cut it out of one.
    expect(await isLog(`${JSON.stringify(sampleOutcome())}\n`)).toBe(true);
    await rm(folder, { recursive: true });
  });
});
