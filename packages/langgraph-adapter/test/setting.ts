import { RecordingHost } from './recording-host.ts';
import { scriptedModel } from './scripted-model.ts';

/** A host, a model that says 'ok', and nodes that ask it one thing. */
export function setting() {
  const host = new RecordingHost();
  const model = scriptedModel(host);
  const say = (text: string) => async () => ({ messages: [await model.invoke(text)] });
  return { host, model, say };
}

/** Config of a run on a thread. */
export const thread = (id: string) => ({ configurable: { thread_id: id } });
