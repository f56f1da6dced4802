import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { PromptHabits } from '../prompt-habits.ts';

/** The model of an app with habits. */
export function habitualModel(model: LanguageModelV4, habits: PromptHabits): LanguageModelV4 {
  const changed = (options: LanguageModelV4CallOptions): LanguageModelV4CallOptions => ({
    ...options,
    prompt: options.prompt.map((message) =>
      message.role === 'system'
        ? { ...message, content: habits.instructions(message.content) }
        : message,
    ),
    ...(options.tools && { tools: [...habits.tools(options.tools)] }),
  });
  return {
    specificationVersion: model.specificationVersion,
    provider: model.provider,
    modelId: model.modelId,
    supportedUrls: model.supportedUrls,
    doGenerate: (options) => model.doGenerate(changed(options)),
    doStream: (options) => model.doStream(changed(options)),
  };
}
