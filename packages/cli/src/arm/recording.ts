import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { RuntimeRecord } from '@entresol/runtime-core';

/** A file of runtime records, one JSON document a line. */
export interface Recording {
  write(record: RuntimeRecord): void;
  /** Resolves when everything is on disk; rejects with the first failure to write. */
  end(): Promise<void>;
}

/** Starts a file afresh, readable by its owner alone. Rejects when it cannot be created. */
export async function openRecording(path: string): Promise<Recording> {
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, 'open');
  let failure: unknown;
  stream.on('error', (error) => (failure ??= error));
  return {
    write: (record) => void stream.write(`${JSON.stringify(record)}\n`),
    async end() {
      stream.end();
      if (!stream.closed) await once(stream, 'close');
      if (failure !== undefined) throw failure;
    },
  };
}
