import { tool } from '@langchain/core/tools';
import type { StructuredToolInterface } from '@langchain/core/tools';
import type { RunnableConfig } from '@langchain/core/runnables';
import { z } from 'zod';
import type { HelperAgent } from './agents.ts';
import { PatchBook } from './patch-book.ts';
import { runFunction } from './run-function.ts';
import { SourceFiles } from './source-files.ts';
import type { SourceLine } from './source-files.ts';

/** Lines one reading may show. */
const longestReading = 30;

export interface HelperTools {
  readonly byAgent: Readonly<Record<HelperAgent, readonly StructuredToolInterface[]>>;
  readonly patches: PatchBook;
}

const file = z.string().describe('File name, for example pages.ts.');

const shown = (lines: readonly SourceLine[]): string =>
  lines.map(({ line, text }) => `${line}: ${text}`).join('\n');

function argumentsOf(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const sessionOf = (config: RunnableConfig): string =>
  String(config.configurable?.['thread_id'] ?? '');

/** The tools of every agent over one code base. Patches are kept by thread and change no file. */
export function createHelperTools(files: SourceFiles = SourceFiles.tally()): HelperTools {
  const patches = new PatchBook();

  const searchText = tool(
    ({ text }) =>
      files
        .search(text)
        .map((found) => `${found.file}:${found.line} ${found.text.trim()}`)
        .join('\n') || `No line contains ${text}.`,
    {
      name: 'search_text',
      description: 'Finds lines that contain a text, in all files.',
      schema: z.object({ text: z.string().min(2) }),
    },
  );
  const readLines = tool(
    (input) => {
      const to = Math.min(input.to, input.from + longestReading - 1);
      const lines = files.lines(input.file, input.from, to);
      return lines ? shown(lines) : `There is no file ${input.file}.`;
    },
    {
      name: 'read_lines',
      description: 'Reads part of a file, at most 30 lines.',
      schema: z.object({ file, from: z.number().int(), to: z.number().int() }),
    },
  );
  const listSymbols = tool(
    (input) =>
      files
        .symbols(input.file)
        ?.map(({ line, kind, name }) => `${line}: ${kind} ${name}`)
        .join('\n') ?? `There is no file ${input.file}.`,
    {
      name: 'list_symbols',
      description: 'Lists what a file declares.',
      schema: z.object({ file }),
    },
  );
  const runTool = tool(
    (input) => {
      const args = argumentsOf(input.args);
      return args === undefined
        ? 'The arguments should be a JSON list.'
        : JSON.stringify(runFunction(files, { file: input.file, name: input.name, args }));
    },
    {
      name: 'run_function',
      description: 'Calls an exported function and returns its result as JSON.',
      schema: z.object({
        file,
        name: z.string(),
        args: z.string().describe('The arguments as a JSON list.'),
      }),
    },
  );
  const proposePatch = tool(
    (patch, config: RunnableConfig) => {
      const times = (files.text(patch.file) ?? '').split(patch.old_text).length - 1;
      if (times !== 1) return `Refused: the old text occurs ${times} times in ${patch.file}.`;
      patches.add(sessionOf(config), patch);
      return `Kept as patch ${patches.of(sessionOf(config)).length} of this session.`;
    },
    {
      name: 'propose_patch',
      description: 'Keeps a change for the programmer; the old text must occur exactly once.',
      schema: z.object({
        file,
        old_text: z.string().min(1),
        new_text: z.string(),
        reason: z.string(),
      }),
    },
  );
  const showPatches = tool(
    (_input, config: RunnableConfig) => JSON.stringify(patches.of(sessionOf(config))),
    { name: 'show_patches', description: 'Lists the proposed patches.', schema: z.object({}) },
  );

  return {
    patches,
    byAgent: {
      guide: [searchText],
      navigator: [searchText, listSymbols, readLines],
      debugger: [runTool, readLines, searchText],
      refactorer: [listSymbols, readLines, proposePatch],
      tester: [runTool, readLines],
      reviewer: [showPatches, readLines, runTool],
    },
  };
}
