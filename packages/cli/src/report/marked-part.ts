/** A page has no place for what is generated. */
class MarksMissingError extends Error {
  override readonly name = 'MarksMissingError';
  readonly code = 'marks-missing';

  constructor(page: string, mark: string) {
    super(
      `${page} has no <!-- ${mark} --> … <!-- /${mark} -->: put the two comments where the generated part goes.`,
    );
  }
}

/**
 * The page with another text between its two comments, everything else as it was.
 * @throws {MarksMissingError}
 */
export function replaceMarked(
  text: string,
  generated: string,
  { page, mark }: { readonly page: string; readonly mark: string },
): string {
  const open = `<!-- ${mark} -->`;
  const close = `<!-- /${mark} -->`;
  const from = text.indexOf(open);
  const to = text.indexOf(close, from);
  if (from < 0 || to < 0) throw new MarksMissingError(page, mark);
  return `${text.slice(0, from + open.length)}\n\n${generated.trim()}\n\n${text.slice(to)}`;
}
