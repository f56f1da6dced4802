/** UUIDs, and digests of them. */
const randomId = /[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}/gu;

/** Equal for two values that differ in random ids only. */
export function comparable(value: unknown): unknown {
  return JSON.parse((JSON.stringify(value) ?? 'null').replaceAll(randomId, 'some id'));
}

/** What a run gave or threw, in a form that can be compared. */
export async function outcomeOf(run: Promise<unknown>): Promise<unknown> {
  try {
    return { result: comparable(await run) };
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: comparable(error) };
    return { class: error.constructor.name, name: error.name, message: comparable(error.message) };
  }
}
