import type { Random, RequestBody } from '@entresol/runtime-core';

/** Short and common, so that they are about one token each. */
const words =
  'time year way day man thing world life hand part child eye place work week case point company number group fact water room money story month lot right study book job word'.split(
    ' ',
  );

/** Writes prompts that no cache can hold yet: they differ from all before them from their first words on. */
export class FreshPrompts {
  readonly #random: Random;
  readonly #model: string;
  readonly #words: number;

  /** @param length of a system prompt in words */
  constructor(options: {
    readonly random: Random;
    readonly model: string;
    readonly length: number;
  }) {
    this.#random = options.random;
    this.#model = options.model;
    this.#words = options.length;
  }

  /** Text of a system prompt. */
  head(): string {
    const pick = (): string => words[Math.floor(this.#random() * words.length)] ?? '';
    return Array.from({ length: this.#words }, pick).join(' ');
  }

  /** The same values in a random order. */
  shuffled<T>(values: readonly T[]): readonly T[] {
    return values
      .map((value) => ({ value, at: this.#random() }))
      .toSorted((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }

  /** Answered with one token in one piece. */
  chat(head: string, question: string): RequestBody {
    return {
      model: this.#model,
      messages: [
        { role: 'system', content: head },
        { role: 'user', content: question },
      ],
      max_tokens: 1,
      temperature: 0,
    };
  }
}
