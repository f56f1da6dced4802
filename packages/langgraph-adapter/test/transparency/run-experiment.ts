import { attach } from '../../src/index.ts';
import { buildApp, drive } from './drive.ts';
import type { Experiment } from './graph-plan.ts';
import type { Seen } from './seen.ts';
import { World } from './world.ts';

async function inWorld<T>(
  experiment: Experiment,
  hasRuntime: boolean,
  use: (world: World) => Promise<T>,
): Promise<T> {
  const world = new World(experiment.seed, hasRuntime);
  const uninstall = world.time.install();
  try {
    await world.runtime?.ready;
    return await use(world);
  } finally {
    await world.runtime?.close();
    uninstall();
  }
}

/** The app without a runtime. */
export const plain = (experiment: Experiment): Promise<Seen> =>
  inWorld(experiment, false, (world) => drive(world, buildApp(world, experiment), experiment));

export interface AttachedRun {
  readonly seen: Seen;
  readonly world: World;
  readonly held: { readonly runs: number; readonly calls: number };
}

/** The app under a runtime. */
export const attached = (experiment: Experiment): Promise<AttachedRun> =>
  inWorld(experiment, true, async (world) => {
    const app = buildApp(world, experiment);
    const before = ownState(app);
    const attachment = attach(app, runtimeOf(world));
    const seen = await drive(world, app, experiment);
    // Long enough for every run that LangGraph never reports as over.
    world.clock.advanceBy(600_000);
    const { held } = attachment;
    attachment.detach();
    mustBeSame(before, ownState(app));
    return { seen, world, held };
  });

/** The app attached, detached, and only then used. */
export const detached = (experiment: Experiment): Promise<Seen> =>
  inWorld(experiment, true, async (world) => {
    const app = buildApp(world, experiment);
    const before = ownState(app);
    attach(app, runtimeOf(world)).detach();
    mustBeSame(before, ownState(app));
    return drive(world, app, experiment);
  });

function runtimeOf({ runtime }: World): NonNullable<World['runtime']> {
  if (runtime === undefined) throw new TypeError('a world without a runtime');
  return runtime;
}

/** Own properties by identity. */
function ownState(app: object): ReadonlyMap<PropertyKey, unknown> {
  return new Map(Reflect.ownKeys(app).map((key) => [key, Reflect.get(app, key)]));
}

function mustBeSame(
  before: ReadonlyMap<PropertyKey, unknown>,
  after: ReadonlyMap<PropertyKey, unknown>,
): void {
  const keys = new Set([...before.keys(), ...after.keys()]);
  const changed = [...keys].filter(
    (key) => before.has(key) !== after.has(key) || !Object.is(before.get(key), after.get(key)),
  );
  if (changed.length > 0)
    throw new Error(`detach left its mark on ${changed.map(String).join(', ')}`);
}
