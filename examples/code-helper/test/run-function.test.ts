import { describe, expect, it } from 'vitest';
import { faultCases } from '../src/cases.ts';
import { runFunction } from '../src/run-function.ts';
import { SourceFiles } from '../src/source-files.ts';

const files = SourceFiles.tally();

describe('runFunction', () => {
  it('computes with the code as it is, faults included', () => {
    expect(runFunction(files, { file: 'pages.ts', name: 'pageCount', args: [20, 10] })).toEqual({
      result: 3,
    });
    expect(
      runFunction(files, { file: 'statistics.ts', name: 'median', args: [[9, 10, 11]] }),
    ).toEqual({
      result: 11,
    });
  });

  it('follows imports inside the code base', () => {
    const lines = [{ cents: 100, quantity: 2 }];
    expect(
      runFunction(files, { file: 'basket.ts', name: 'basketTotal', args: [lines, [10]] }),
    ).toEqual({ result: 180 });
  });

  it('stops an endless loop and refuses what does not exist', () => {
    const endless = new SourceFiles(
      new Map([['loop.ts', 'export function spin(): void {\n  for (;;);\n}\n']]),
    );
    expect(runFunction(endless, { file: 'loop.ts', name: 'spin', args: [] })).toEqual({
      thrown: 'stopped after 250 ms',
    });
    expect(runFunction(files, { file: 'none.ts', name: 'f', args: [] })).toHaveProperty('refused');
  });

  it.each(faultCases)(
    '$file: the patch applies once and mends $name',
    ({ file, name, args, fixed, oldText, newText }) => {
      const source = files.text(file) ?? '';
      expect(source.split(oldText)).toHaveLength(2);
      const texts = files.names.map((each) => [each, files.text(each) ?? ''] as const);
      const patched = new SourceFiles(
        new Map([...texts, [file, source.replace(oldText, () => newText)]]),
      );
      const call = { file, name, args: JSON.parse(args) };
      const mended = { result: JSON.parse(fixed) };
      expect(runFunction(files, call)).not.toEqual(mended);
      expect(runFunction(patched, call)).toEqual(mended);
    },
  );
});
