/** What an app does to its own prompts at every call, for benchmarks of apps that never send the same twice. */
export interface PromptHabits {
  /** The system prompt as this call has it. */
  readonly instructions: (text: string) => string;
  /** The same tools in the order of this call. */
  readonly tools: <Tool>(tools: readonly Tool[]) => readonly Tool[];
}
