/** Operations on the public schema that tests on several transports share. */

export const ASK = `
  query Ask($input: GenerateInput!) {
    generate(input: $input) {
      __typename
      ... on Generation { id text cached model }
      ... on GenerationFailure { code message }
    }
  }
`;

export const FOLLOW = `
  subscription Follow($input: GenerateInput!) {
    generateStream(input: $input) {
      __typename
      generationId
      seq
      ... on GenerationDelta { offset text }
      ... on GenerationFinished { generation { text finishReason } }
      ... on GenerationFailed { failure { code } }
    }
  }
`;

export const HEALTH = 'query Health { health { status } }';

export const input = { prompt: 'What is the capital of France?' };

/** A field that asks for an answer. */
export const GENERATE = 'generate(input: { prompt: "Hi" }) { __typename }';

/** The same so many times. */
export function aliases(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}: ${GENERATE}`).join(' ');
}
