import { readFileSync, readdirSync } from 'node:fs';

export interface SourceLine {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

export interface SourceSymbol {
  readonly name: string;
  readonly kind: string;
  /** From 1. */
  readonly line: number;
}

const declaration = /^(?:export )?(function|const|class|interface|type) (\w+)/;

/** A small code base that is read and never written. */
export class SourceFiles {
  readonly #texts: ReadonlyMap<string, string>;

  /** @param texts text by file name */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** The library in the folder `project` of this example. */
  static tally(): SourceFiles {
    const folder = new URL('../project/', import.meta.url);
    const names = readdirSync(folder).filter((name) => name.endsWith('.ts'));
    return new SourceFiles(
      new Map(names.toSorted().map((name) => [name, readFileSync(new URL(name, folder), 'utf8')])),
    );
  }

  get names(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** Undefined for an unknown file. */
  text(file: string): string | undefined {
    return this.#texts.get(file);
  }

  /** Lines that contain a text, whatever its case, in the order of the files. */
  search(wanted: string): readonly SourceLine[] {
    const lowered = wanted.toLowerCase();
    return [...this.#texts].flatMap(([file, text]) =>
      text
        .split('\n')
        .map((line, index): SourceLine => ({ file, line: index + 1, text: line }))
        .filter((line) => line.text.toLowerCase().includes(lowered)),
    );
  }

  /**
   * Lines `from` to `to`, both included and clipped to the file.
   * @returns undefined for an unknown file
   */
  lines(file: string, from: number, to: number): readonly SourceLine[] | undefined {
    const lines = this.text(file)?.trimEnd().split('\n');
    return lines
      ?.map((text, index): SourceLine => ({ file, line: index + 1, text }))
      .slice(Math.max(0, from - 1), Math.max(0, to));
  }

  /** What a file declares at its top level; undefined for an unknown file. */
  symbols(file: string): readonly SourceSymbol[] | undefined {
    return this.text(file)
      ?.split('\n')
      .flatMap((text, index) => {
        const [, kind, name] = declaration.exec(text) ?? [];
        return kind === undefined || name === undefined ? [] : [{ name, kind, line: index + 1 }];
      });
  }
}
