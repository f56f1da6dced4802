import pico from 'picocolors';

/** Paint and glyphs of one output stream. Colour never carries a meaning alone: a glyph or a word is always there. */
export interface Palette {
  readonly hit: (text: string) => string;
  readonly prefetch: (text: string) => string;
  readonly waste: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** ANSI 16 colours, or none. */
export function createPalette(colour: boolean): Palette {
  const { blueBright, magentaBright, yellowBright, redBright, dim, bold } =
    pico.createColors(colour);
  return {
    hit: blueBright,
    prefetch: magentaBright,
    waste: yellowBright,
    bad: (text) => bold(redBright(text)),
    dim,
    bold,
  };
}

/** Colour only on a terminal, and never against `NO_COLOR` or `--no-color`. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
  allowed: boolean,
): boolean {
  const refused = environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '';
  return allowed && !refused && stream.isTTY === true && environment['TERM'] !== 'dumb';
}
