const plain: Readonly<Record<string, string>> = {
  '■': '#',
  '▒': '%',
  '▲': '^',
  '□': '.',
  '△': '~',
  '−': '-',
  '✓': '+',
};

/** The same text for a terminal without UTF-8. */
export function toAscii(text: string): string {
  return text.replaceAll(/[■▒▲□△−✓]/gu, (glyph) => plain[glyph] ?? glyph);
}

/** False only when a locale is named and it is not UTF-8; without any locale terminals are UTF-8 by now. */
export function speaksUtf8(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'];
  return locale === undefined || locale === '' || /utf-?8/iu.test(locale);
}
