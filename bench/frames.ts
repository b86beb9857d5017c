import type { Recording } from './recording.ts';

/** A frame as it came, and when, on `now`. */
export type Frame = { readonly at: number; readonly data: Buffer };

export type ReadFrames = {
  readonly text: string;
  /** When each frame with text came. */
  readonly textAt: readonly number[];
  /** Whether the answer came to a good end. */
  readonly finished: boolean;
  readonly recording: Recording;
};

/** What the `next` frames of one stream say: the first tells of its start, the last of its end. */
export function readFrames(frames: readonly Frame[]): ReadFrames {
  const read = frames.map(({ at, data }) => {
    const { payload } = JSON.parse(String(data));
    return { at, payload: JSON.stringify(payload), event: payload.data?.generateStream };
  });
  const texts = read.filter(({ event }) => event?.__typename === 'GenerationDelta');
  const startAt = texts[0]?.at ?? 0;
  return {
    text: texts.reduce((text, { event }) => text.slice(0, event.offset) + event.text, ''),
    textAt: texts.map(({ at }) => at),
    finished: read.at(-1)?.event?.__typename === 'GenerationFinished',
    recording: {
      started: read[0]?.payload ?? '',
      texts: texts.map(({ at, payload }) => ({ payload, afterMs: at - startAt })),
      ended: read.at(-1)?.payload ?? '',
    },
  };
}
