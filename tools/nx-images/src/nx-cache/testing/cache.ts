import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { TestRegistry } from '../../testing/registry.ts';
import { PROJECTS, Tasks, type TasksRun } from './tasks.ts';

/** The environment of a run that publishes. */
export const PUBLISH = { NX_IMAGES_PUBLISH: 'true' };
/** The environment of a run with Nx's daemon. */
export const DAEMON = { NX_DAEMON: 'true' };
/** Nothing listens there. */
export const NOWHERE = '127.0.0.1:1';

/** What a server of a cache may do wrong. */
export const FAULTS: readonly (readonly [name: string, fault: (response: ServerResponse) => void])[] = [
  ['breaks', (response) => response.destroy()],
  ['hangs', () => undefined],
  ['answers 401', (response) => response.writeHead(401).end()],
  ['answers 403', (response) => response.writeHead(403).end()],
  ['answers 500', (response) => response.writeHead(500).end()],
];

/** A workspace of tasks, and a registry for its cache. */
export class SharedCache {
  readonly tasks: Tasks;
  readonly registry: TestRegistry;

  private constructor(tasks: Tasks, registry: TestRegistry) {
    this.tasks = tasks;
    this.registry = registry;
  }

  static async create(): Promise<SharedCache> {
    const registry = await TestRegistry.start();
    return new SharedCache(await Tasks.create(), registry);
  }

  async dispose(): Promise<void> {
    await this.registry.stop();
    await this.tasks.dispose();
  }

  /** A registry with no entries, though it may be the same program. */
  inRegistry(host = this.registry.host) {
    return { NX_IMAGES_REGISTRY: `${host}/${randomUUID()}` };
  }

  /** A path in the registry that has the entries of all tasks. */
  async filled() {
    const env = this.inRegistry();
    expectGreen(await this.tasks.work(await this.tasks.clone(), { ...env, ...PUBLISH }), { ran: PROJECTS });
    return env;
  }
}

/** Expects that a run went well, which tasks it ran, which it had of the remote cache, and how often it warned. */
export function expectGreen(
  run: TasksRun,
  {
    ran = [],
    remote = [],
    warnings = 0,
  }: { ran?: readonly string[]; remote?: readonly string[]; warnings?: number },
): void {
  const { code, output } = run;
  expect({ code, ran: run.ran, remote: run.remote }, output).toEqual({ code: 0, ran, remote });
  expect(run.warnings, output).toHaveLength(warnings);
}
