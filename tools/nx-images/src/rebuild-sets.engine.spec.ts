import { chmod, cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { docker, inspect, tagsOf } from './testing/docker.ts';
import { ALL, Family, ROOT } from './testing/family.ts';

type Names = readonly string[];
type Environment = Readonly<Record<string, string>>;

const NONE: Names = [];
const LOW = ['leaf-low'];
const HIGH = ['leaf-high'];
const LEAVES = [...HIGH, ...LOW];
const FROM_TWO = ['base-three', 'base-two', ...HIGH];
const NEW = ['leaf-new'];

/** One more line in a file. */
const line = (path: string, text: string) => (family: Family) => family.append(path, text);

/**
 * What is changed (an environment, where that is the change) and
 * - affected: the projects whose docker-build `nx affected` selects. It sees files in git, not the environment.
 * - tasks: those whose task runs in `nx run-many -t docker-build`. Nx may be wider than the key, never narrower.
 * - builds: those whose image is made, because they have another key than before.
 */
const rows: readonly (readonly [
  change: string,
  make: (family: Family) => Environment | Promise<unknown> | undefined,
  affected: Names,
  tasks: Names,
  builds: Names,
])[] = [
  ['nothing', () => undefined, NONE, NONE, NONE],
  ['stage script', line('images/leaf-high/high.py', '# more'), HIGH, HIGH, HIGH],
  ['shared code', line('libs/shared/src/names.py', '# more'), LEAVES, LEAVES, LEAVES],
  ['lock of a leaf', line('images/leaf-low/requirements.lock', 'more==1.0'), LOW, LOW, LOW],
  ['lock of a base', line('images/base-two/requirements.lock', 'more==1.0'), FROM_TWO, FROM_TWO, FROM_TWO],
  ['system packages', line('images/base-one/system/install', 'touch /opt/system/more'), ALL, ALL, ALL],
  ['Dockerfile of a base', line('images/base-two/Dockerfile', 'ENV MORE=1'), FROM_TWO, FROM_TWO, FROM_TWO],
  ['Dockerfile of a leaf', line('images/leaf-low/Dockerfile', 'ENV MORE=1'), LOW, LOW, LOW],
  // The file that it lets in is not there, so the same enters the image as before.
  ['.dockerignore', line('images/leaf-low/.dockerignore', '!more.txt'), LOW, LOW, NONE],
  ['README', line('images/leaf-high/README.md', 'more'), NONE, NONE, NONE],
  ['README of the shared code', (family) => family.write('libs/shared/README.md', 'more'), NONE, NONE, NONE],
  ['test', line('images/leaf-high/tests/test_high.py', '# more'), NONE, NONE, NONE],
  ['test of shared code', (family) => family.write('libs/shared/tests/test.py', '# more'), NONE, NONE, NONE],
  // git names the file; Nx hashes its content, and COPY states the mode.
  ['file mode', (family) => chmod(join(family.root, 'images/leaf-high/high.py'), 0o755), HIGH, NONE, NONE],
  ['npm bump', bumpPackage, NONE, NONE, NONE],
  // Nx's hash holds the project's configuration, of which the executor knows that nothing enters the image.
  ['new target of one image', addTarget, LOW, LOW, NONE],
  ['new target for all, in nx.json', addDefaultTarget, ALL, ALL, NONE],
  ['.gitignore', line('.gitignore', 'more'), ALL, ALL, NONE],
  ['versions.txt alone', line('libs/versions/versions.txt', 'more==1.0'), NONE, NONE, NONE],
  ['source of plugin and executor', editPlugin, NONE, NONE, NONE],
  ['image added', addImage, NEW, NEW, NEW],
  // Its files belong to no project now, and what belongs to none may concern all.
  ['image deleted', deleteLow, ALL.filter((name) => name !== 'leaf-low'), NONE, NONE],
  ['another root', () => ({ NX_IMAGES_ARG_ROOT: otherRoot }), NONE, ALL, ALL],
  ['another builder', () => ({ NX_IMAGES_ARG_BUILDER: otherRoot }), NONE, ALL, ALL],
  ['the same root under another name', () => ({ NX_IMAGES_ARG_ROOT: `mirrored-${ROOT}` }), NONE, ALL, NONE],
];

let family: Family;
let otherRoot: string;
beforeAll(async () => {
  family = await Family.create();
  otherRoot = await makeRoot();
  expect(await family.build()).toMatchObject({ code: 0, tasks: ALL, builds: ALL });
});
afterAll(async () => {
  await family.dispose();
  await docker('rmi', '--force', otherRoot);
});

test.each(rows)('%s', async (_change, make, affected, tasks, builds) => {
  const before = await tagsOf(family.prefix);
  const made = await make(family);
  const env = made === undefined ? {} : (made as Environment);
  try {
    const selected = await family.affected(env);
    const build = await family.build({ env });
    expect(build.code, build.output).toBe(0);
    const keys = (await tagsOf(family.prefix)).filter(
      (tag) => tag.includes(':key-') && !before.includes(tag),
    );
    expect({ affected: selected, tasks: build.tasks, builds: build.builds, newKeys: keys.length }).toEqual({
      affected,
      tasks,
      builds,
      newKeys: builds.length,
    });
  } finally {
    await undo(before);
  }
});

test('Nx is never narrower than the key', () => {
  for (const [change, , , tasks, builds] of rows)
    expect(tasks, change).toEqual(expect.arrayContaining([...builds]));
});

/** A root image of other content, under a name that pins it. */
async function makeRoot(): Promise<string> {
  const name = family.prefix.replace('/', '-root');
  await family.write('dist/root/Dockerfile', `FROM ${ROOT}\nLABEL other=1\n`);
  await docker('build', '--quiet', '--provenance=false', '--tag', name, join(family.root, 'dist/root'));
  const pinned = `${name}:${(await inspect(name))?.Id.replace(':', '-') ?? ''}`;
  await docker('tag', name, pinned);
  await docker('rmi', name);
  return pinned;
}

/** The sources and the engine as they were: what a row made goes, with the names that now point to it. */
async function undo(before: Names): Promise<void> {
  await family.restore();
  const made = (await tagsOf(family.prefix)).filter((tag) => !before.includes(tag));
  const names = before.filter((tag) => !tag.includes(':key-'));
  await family.remove(made.length === 0 ? [] : [...made, ...names]);
}

async function bumpPackage(family: Family): Promise<void> {
  for (const file of ['package.json', 'package-lock.json'])
    await family.edit(file, (text) => text.replaceAll('5.2.0', '5.2.1'));
}

async function editPlugin(family: Family): Promise<void> {
  for (const file of ['executors/docker-build/executor.ts', 'plugin.ts', 'ensure.ts'])
    await family.append(`tools/nx-images/src/${file}`, '// more');
}

function addTarget(family: Family): Promise<void> {
  return family.write('images/leaf-low/project.json', '{ "targets": { "more": { "command": "true" } } }');
}

function addDefaultTarget(family: Family): Promise<void> {
  return family.edit('nx.json', (text) =>
    text.replace('{', '{ "targetDefaults": { "more": { "cache": true } },'),
  );
}

function addImage({ root }: Family): Promise<void> {
  return cp(join(root, 'images/leaf-low'), join(root, 'images/leaf-new'), { recursive: true });
}

function deleteLow({ root }: Family): Promise<void> {
  return rm(join(root, 'images/leaf-low'), { recursive: true });
}
