import { z } from 'zod';
import type { EngineClient } from './engine-client.ts';

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })).min(1) });

/** Name of the first model of an OpenAI-compatible server. */
export async function firstModel(client: EngineClient): Promise<string> {
  const { data } = await client.get('/v1/models', modelsSchema);
  return data[0]?.id ?? '';
}
