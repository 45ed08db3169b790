import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  copyFileSync,
  existsSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { run, workspace } from './engine.ts';
import { FOLDERS } from './family.ts';

const clone = mkdtempSync(join(tmpdir(), 'family-'));

beforeAll(async () => {
  await run('npx', ['nx', 'run-many', '-t', 'docker-build']);
  await run('git', ['clone', '--quiet', workspace, clone]);
  symlinkSync(join(workspace, 'node_modules'), join(clone, 'node_modules'));
  if (existsSync(join(workspace, '.env.local')))
    copyFileSync(join(workspace, '.env.local'), join(clone, '.env.local'));
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
