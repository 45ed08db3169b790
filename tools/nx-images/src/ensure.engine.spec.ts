import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KEY_LABEL } from './plan/plan.ts';
import { docker, inspect, tagsOf } from './testing/docker.ts';
import { ALL, Family } from './testing/family.ts';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
});
afterAll(() => family.dispose());

const hurts: readonly (readonly [
  what: string,
  hurt: (family: Family) => unknown,
  tasks: readonly string[],
  builds: readonly string[],
])[] = [
  ['nothing', () => undefined, [], []],
  ['a leaf removed', async () => family.remove(await family.tags('leaf-low')), [], ['leaf-low']],
  [
    'a base removed, with all its tags',
    async () => family.remove(await family.tags('base-two')),
    [],
    ['base-two'],
  ],
  ['all images removed', async () => family.remove(await tagsOf(family.prefix)), [], ALL],
  [
    'the content tag of a leaf removed',
    async () => family.remove([await family.keyed('leaf-low')]),
    [],
    ['leaf-low'],
  ],
  ['the name of a leaf removed', () => family.remove(['leaf-low:latest']), [], []],
  [
    'the name of a leaf moved by hand',
    () => docker('tag', family.image('base:one'), family.image('leaf-low:latest')),
    [],
    [],
  ],
  [
    'the name of a base moved to another base',
    () => docker('tag', family.image('base:one'), family.image('base:two')),
    [],
    [],
  ],
  [
    'the content tag of a leaf moved to a foreign image',
    async () => docker('tag', family.image('base:one'), family.image(await family.keyed('leaf-low'))),
    [],
    ['leaf-low'],
  ],
  [
    'the content tag of a base moved to another base',
    async () => docker('tag', family.image('base:one'), family.image(await family.keyed('base-two'))),
    [],
    ['base-two'],
  ],
  ['receipts deleted', () => rm(join(family.root, 'dist'), { recursive: true }), [], []],
  ['a receipt garbled', () => family.write('dist/images/base-two.json', '{ "key": '), [], []],
  ["Nx's cache and the receipts deleted", () => forgetEverything(), ALL, []],
  // Nx does not see it, the key does.
  [
    'a file changed that git ignores',
    () => family.write('libs/shared/src/__pycache__/x.pyc', 'x'),
    [],
    ['leaf-high', 'leaf-low'],
  ],
  [
    "Nx's cache and a base removed",
    async () => {
      await family.remove(await family.tags('base-one'));
      await forgetEverything();
    },
    ALL,
    ['base-one'],
  ],
];

describe('done means that the images are there', () => {
  beforeAll(async () => {
    expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
  });

  test.each(hurts)('%s', async (_what, hurt, tasks, builds) => {
    await hurt(family);
    const build = await family.build();
    expect(build.code, build.output).toBe(0);
    expect({ tasks: build.tasks, builds: build.builds }).toEqual({ tasks, builds });
    const hits = ALL.length - tasks.length;
    if (hits > 0)
      expect(build.output).toContain(
        `nx-images: ${hits} hits, ${hits} images in the engine, ${builds.length} of them built`,
      );
    await expectWhole();
  });

  test('one image is asked for, and a base under it is gone', async () => {
    await family.remove([...(await family.tags('base-one')), ...(await family.tags('leaf-high'))]);
    const build = await family.build({ projects: ['leaf-high'] });
    expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: ['base-one', 'leaf-high'] });
    await expectWhole();
  });
});

describe('two runs at once', () => {
  test('build the same bases and both end well', async () => {
    await family.remove(await tagsOf(family.prefix));
    await forgetEverything();
    const runs = ['leaf-low', 'leaf-high'].map((leaf) => family.nx(['run', `${leaf}:docker-build`]));
    for (const { code, output } of await Promise.all(runs)) expect(code, output).toBe(0);
    await expectWhole();
  });
});

/** Each image is in the engine under its name and its content tag, with its key, and its receipt says so. */
async function expectWhole(): Promise<void> {
  for (const name of ALL) {
    const { image, key, places } = await family.receipt(name);
    const [named, keyed] = [await inspect(image), await inspect(family.image(await family.keyed(name)))];
    expect({ name, id: named?.Id, label: named?.Config.Labels?.[KEY_LABEL] }).toEqual({
      name,
      id: keyed?.Id,
      label: key,
    });
    expect(places.engine, `receipt of ${name}`).toBe(keyed?.Id);
  }
}

async function forgetEverything(): Promise<void> {
  await rm(join(family.root, '.nx'), { recursive: true });
  await rm(join(family.root, 'dist'), { recursive: true });
}
