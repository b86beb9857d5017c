/** What every listener of the benchmarks subscribes to. */
export const SUBSCRIPTION = `subscription($input: GenerateInput!) {
  generateStream(input: $input) {
    __typename generationId seq
    ... on GenerationDelta { offset text }
    ... on GenerationFailed { failure { code message } }
  }
}`;
