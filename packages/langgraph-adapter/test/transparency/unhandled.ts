/**
 * Takes the place of all listeners for rejections that nobody handles: LangGraph leaves some behind when a run is aborted,
 * and a test runner would count them as its own. Returns what to call in the end; it gives what was heard.
 */
export function catchUnhandled(): () => readonly unknown[] {
  const others = process.listeners('unhandledRejection');
  const heard: unknown[] = [];
  const hear = (reason: unknown): void => {
    heard.push(reason);
  };
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', hear);
  return () => {
    process.off('unhandledRejection', hear);
    for (const other of others) process.on('unhandledRejection', other);
    return heard;
  };
}
