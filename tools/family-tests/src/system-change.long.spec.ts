import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneWorkspace, run } from './engine.ts';
import { FOLDERS } from './family.ts';

let clone: string;

beforeAll(async () => {
  await run('npx', ['nx', 'run-many', '-t', 'docker-build']);
  clone = await cloneWorkspace();
  appendFileSync(join(clone, 'images/base-cpu/system/packages.list'), 'tree\n');
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], clone);
});

afterAll(async () => {
  const keyed = FOLDERS.map((image) => {
    const { image: name, key } = JSON.parse(
      readFileSync(join(clone, `dist/images/${image}.json`), 'utf8'),
    ) as Record<'image' | 'key', string>;
    return `${name.replace(/:.*/, '')}:key-${key.slice(0, 12)}`;
  });
  // The names point at the changed images now: Nx sets them right.
  await run('npx', ['nx', 'run-many', '-t', 'docker-build']);
  await run('docker', ['image', 'rm', ...keyed]);
  rmSync(clone, { recursive: true });
});

const log = (image: string): string => readFileSync(join(clone, `dist/images/${image}.log`), 'utf8');

it("runs base-cpu's system step when its packages change", () => {
  expect(log('base-cpu')).toMatch(/Setting up tree /);
});

it.each(FOLDERS)('%s is built anew without an install step', (image) => {
  const [, vertex] = /^#(\d+) \[deps 2\/2\] RUN/m.exec(log(image)) ?? [];
  expect(vertex).toBeDefined();
  expect(log(image)).toMatch(new RegExp(`^#${vertex ?? ''} CACHED$`, 'm'));
});
