import type { EdgeKind } from '@entresol/runtime-core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contract } from '../src/contraction.ts';
import { entryOf, exitOf } from '../src/node-graph.ts';
import type { NodeGraph, NodeRole } from '../src/node-graph.ts';

interface Drawing {
  readonly edges: readonly (readonly [number, number, EdgeKind])[];
  readonly silent: readonly number[];
  readonly unknown: readonly number[];
}

const size = 7;
const kinds: readonly EdgeKind[] = ['static', 'branch', 'command', 'fan-out', 'join', 'delegate'];

/** Node 0 is where a graph starts, the last one where it ends. */
const drawings: fc.Arbitrary<Drawing> = fc.record({
  edges: fc.array(
    fc.tuple(fc.nat(size - 2), fc.integer({ min: 1, max: size - 1 }), fc.constantFrom(...kinds)),
    { maxLength: 20 },
  ),
  silent: fc.uniqueArray(fc.integer({ min: 1, max: size - 2 })),
  unknown: fc.uniqueArray(fc.integer({ min: 1, max: size - 2 })),
});

const idOf = (node: number): string =>
  node === 0 ? entryOf('') : node === size - 1 ? exitOf('') : `n${node}`;

function graphOf({ edges, unknown }: Drawing): NodeGraph {
  const nodes = Array.from({ length: size }, (_, node): [string, NodeRole] => [
    idOf(node),
    node === 0 || node === size - 1 ? 'gate' : 'leaf',
  ]);
  return {
    nodes: new Map(nodes),
    edges: edges.map(([from, to, kind]) => ({ from: idOf(from), to: idOf(to), kind })),
    unknown: new Set(unknown.map(idOf)),
    graphs: new Map(),
  };
}

/** Nodes that `from` leads to, over silent nodes only. */
function reachedOver(drawing: Drawing, from: number): Set<number> {
  const reached = new Set<number>();
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const [source, target] of drawing.edges) {
      if (source !== node || reached.has(target)) continue;
      reached.add(target);
      if (drawing.silent.includes(target)) open.push(target);
    }
  }
  return reached;
}

const nameOf = (node: number): string =>
  node === 0 ? 'START' : node === size - 1 ? 'END' : `n${node}`;

describe('contraction', () => {
  it('joins two agents exactly when one led to the other over contracted nodes', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const topology = contract(graphOf(drawing), new Set(drawing.silent.map(idOf)));
        const expected: string[] = [];
        for (let from = 0; from < size - 1; from += 1) {
          if (drawing.silent.includes(from)) continue;
          for (const to of reachedOver(drawing, from)) {
            if (!drawing.silent.includes(to)) expected.push(`${nameOf(from)} ${nameOf(to)}`);
          }
        }
        expect(topology.edges.map(({ from, to }) => `${from} ${to}`).toSorted()).toEqual(
          expected.toSorted(),
        );
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  it('passes unknown targets on to the agents before', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const topology = contract(graphOf(drawing), new Set(drawing.silent.map(idOf)));
        const expected: string[] = [];
        for (let node = 1; node < size - 1; node += 1) {
          if (drawing.silent.includes(node)) continue;
          const over = [...reachedOver(drawing, node)].filter((to) => drawing.silent.includes(to));
          if ([node, ...over].some((at) => drawing.unknown.includes(at))) expected.push(`n${node}`);
        }
        expect(topology.unknownTargets.toSorted()).toEqual(expected);
      }),
      { seed: 13, numRuns: 500 },
    );
  });

  it('keeps what was conditional conditional', () => {
    const drawing: Drawing = {
      edges: [
        [0, 1, 'static'],
        [1, 2, 'branch'],
        [2, 3, 'static'],
        [3, 6, 'join'],
      ],
      silent: [2],
      unknown: [],
    };
    expect(contract(graphOf(drawing), new Set(['n2'])).edges).toContainEqual({
      from: 'n1',
      to: 'n3',
      kind: 'branch',
    });
  });
});
