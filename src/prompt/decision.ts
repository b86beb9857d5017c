/** What was done to the prompt, in tokens of the gateway's tokenizer. */
export type PromptDecision = {
  readonly inputTokensBefore: number;
  readonly inputTokensAfter: number;
  readonly terms: readonly InjectedTerm[];
};

export type InjectedTerm = { readonly term: string; readonly tokens: number };
