import type { GenerationService } from '../../src/generation/service.ts';
import { fakeGenerations } from './fake-services.ts';

/** Answers everything, and counts how often it was asked for anything. */
export function countedGenerations(): { service: GenerationService; asked(): number } {
  const answers = fakeGenerations();
  let asked = 0;

  function counted<Args extends unknown[], Result>(call: (...args: Args) => Result) {
    return (...args: Args): Result => {
      asked += 1;
      return call(...args);
    };
  }

  return {
    service: {
      ...answers,
      generate: counted(answers.generate),
      generateStream: counted(answers.generateStream),
      start: counted(answers.start),
      resume: counted(answers.resume),
      find: counted(answers.find),
      cancel: counted(answers.cancel),
      preview: counted(answers.preview),
    },
    asked: () => asked,
  };
}
