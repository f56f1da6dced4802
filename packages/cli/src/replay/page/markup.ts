/** Text as it may stand between tags and in quoted attributes. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Text in which a figure that carries `!` is a loss: it stands out, and is named for who hears the page. */
export function marked(text: string): string {
  return escapeMarkup(text).replaceAll(
    /!([−+\d.]*(?: %)?)/gu,
    '<span class="worse"><span aria-label="worse: ">!</span>$1</span>',
  );
}
