/** The body of a reply that was read to its end, or to where its connection broke. */
export interface WholeBody {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly broken?: { readonly error: unknown };
}

/** Never rejects. */
export async function readWhole(body: ReadableStream<Uint8Array>): Promise<WholeBody> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
    return { bytes: joined(chunks) };
  } catch (error) {
    return { bytes: joined(chunks), broken: { error } };
  }
}

/** That body for the app: the same bytes, and the same break behind them. */
export function bodyOf({ bytes, broken }: WholeBody): Uint8Array<ArrayBuffer> | ReadableStream {
  if (broken === undefined) return bytes;
  let given = bytes.length === 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        // A stream that errors drops what nobody has read of it, so the error waits for the next read.
        if (given) controller.error(broken.error);
        else controller.enqueue(bytes);
        given = true;
      },
    },
    { highWaterMark: 0 },
  );
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
