import { stat } from 'node:fs/promises';

/** What the file system says of a file; whoever writes to it or replaces it changes this, and nobody but root can set it back. */
export interface FileMark {
  readonly inode: bigint;
  readonly bytes: number;
  readonly changedNs: bigint;
}

/** Costs no reading, however large the file is. */
export async function markOf(path: string): Promise<FileMark> {
  const { ino, size, ctimeNs } = await stat(path, { bigint: true });
  return { inode: ino, bytes: Number(size), changedNs: ctimeNs };
}

export function sameMark(one: FileMark, other: FileMark): boolean {
  return (
    one.inode === other.inode && one.bytes === other.bytes && one.changedNs === other.changedNs
  );
}
