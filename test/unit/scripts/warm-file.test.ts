import { describe, expect, it } from 'vitest';
import { parseWarmFile } from '../../../scripts/warm-file.ts';

const bare = { system: null, namespace: null, model: null, ttlSeconds: null };
const chicks = { prompt: 'What do chicks eat?', answer: 'Crumbs.' };

function problemsOf(text: string) {
  return parseWarmFile(text, null).problems;
}

describe('a file of ready answers', () => {
  it('has one in each line, blank ones apart, or is one array of them', () => {
    const hens = { question: 'What do hens eat?', answer: 'Layer feed.', namespace: 'docs' };
    const lines = `\uFEFF${JSON.stringify(chicks)}\r\n\n  ${JSON.stringify(hens)}\n`;
    const entries = [
      { ...bare, ...chicks },
      { ...bare, prompt: hens.question, answer: hens.answer, namespace: 'docs' },
    ];
    expect(parseWarmFile(lines, null)).toEqual({
      entries: [
        { place: 'line 1', entry: entries[0] },
        { place: 'line 3', entry: entries[1] },
      ],
      problems: [],
      unknownFields: [],
    });
    const array = `\n${JSON.stringify([chicks, hens], null, 2)}`;
    expect(parseWarmFile(array, null).entries).toEqual([
      { place: 'item 1', entry: entries[0] },
      { place: 'item 2', entry: entries[1] },
    ]);
  });

  it('says all of an answer that can be said', () => {
    const full = { ...chicks, system: '', namespace: 'docs', model: 'm', ttlSeconds: 60 };
    expect(parseWarmFile(JSON.stringify(full), 'faq').entries[0]?.entry).toEqual(full);
    const nulls = { ...full, system: null, namespace: null, model: null, ttlSeconds: null };
    expect(parseWarmFile(JSON.stringify(nulls), 'faq').entries[0]?.entry).toEqual({
      ...bare,
      ...chicks,
      namespace: 'faq',
    });
  });

  it('may have fields that mean nothing here, which are named', () => {
    const { entries, unknownFields } = parseWarmFile(
      JSON.stringify([
        { ...chicks, id: 1, topic: 'feed' },
        { ...chicks, id: 2 },
      ]),
      null,
    );
    expect(entries).toHaveLength(2);
    expect(unknownFields).toEqual(['id', 'topic']);
  });
});

describe('what is wrong with a file', () => {
  it('is listed all at once, with its place', () => {
    const lines = [
      JSON.stringify(chicks),
      '{"prompt":"Half',
      '',
      '{"answer":"To nothing."}',
      '{"prompt":"a","question":"b","answer":" "}',
      '{"prompt":"a","answer":7,"namespace":"no space","ttlSeconds":0.5,"model":""}',
      '"text"',
    ];
    expect(problemsOf(lines.join('\n'))).toEqual([
      expect.stringMatching(/^line 2: is no JSON: /),
      'line 4: must have either a prompt or a question, which mean the same',
      'line 5: answer must not be blank',
      'line 5: must have either a prompt or a question, which mean the same',
      'line 6: answer must be a text',
      expect.stringMatching(/^line 6: namespace must be 1 to 128 letters/),
      'line 6: model must not be blank',
      'line 6: ttlSeconds must be a whole number',
      'line 7: must be an object',
    ]);
  });

  it('is told of an array by the items of it', () => {
    expect(problemsOf('[{"prompt":"a"}]')).toEqual(['item 1: answer must be a text']);
    expect(problemsOf('[{"prompt":"a"')).toEqual([
      expect.stringMatching(/^It begins as a JSON array, and is none: /),
    ]);
  });

  it.each(['', ' \n', '[]'])('is that there is nothing in it: %j', (text) => {
    expect(problemsOf(text)).toEqual(['There is no answer in it.']);
  });
});
