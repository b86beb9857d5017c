/** What stands in the tabs of a GraphiQL that is opened for the first time. */

export const HEADERS_TO_FILL_IN = `{
  "authorization": "Bearer YOUR-KEY"
}`;

export const EXAMPLE_QUERY = `# One answer at once. Run it twice: the second one comes from the cache.
query Ask {
  generate(input: { prompt: "Explain a sluice gate in one sentence." }) {
    ... on Generation {
      text
      cached
      model
      usage {
        inputTokens
        outputTokens
        costUsd
        savedUsd
      }
      timing {
        firstTokenMs
        totalMs
      }
      decision {
        cache {
          outcome
        }
        routing {
          reason
        }
      }
    }
    ... on GenerationFailure {
      code
      message
      retryable
    }
  }
}
`;

export const EXAMPLE_SUBSCRIPTION = `# The same as a stream, event by event.
subscription Follow {
  generateStream(input: { prompt: "Count the locks of the Panama Canal." }) {
    __typename
    generationId
    seq
    ... on GenerationDelta {
      offset
      text
    }
    ... on GenerationFinished {
      generation {
        text
        finishReason
        usage {
          outputTokens
        }
      }
    }
    ... on GenerationFailed {
      failure {
        code
        message
      }
    }
  }
}
`;
