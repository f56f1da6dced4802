import { stripVTControlCharacters } from 'node:util';

/**
 * Breaks text at spaces into lines of at most `columns` characters, paint not counted; a longer word stays whole. Lines
 * after the first begin with `indent`.
 */
export function wrapWords(text: string, columns: number, indent = ''): string[] {
  const [first = '', ...words] = text.split(' ');
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
