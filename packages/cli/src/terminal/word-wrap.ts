import { stripVTControlCharacters } from 'node:util';

/** A space that may end a line: any but the one between a number and its unit. */
const breakable = / (?!(?:%|pts|k|tok|ms|bytes|KB|MB)(?:\W|$))/u;

/**
 * Breaks text at spaces into lines of at most `columns` characters, paint not counted; a longer word stays whole. Lines
 * after the first begin with `indent`.
 */
export function wrapWords(text: string, columns: number, indent = ''): string[] {
  const [first = '', ...words] = text.split(breakable);
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (stripVTControlCharacters(longer).length > columns && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = `${indent}${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
