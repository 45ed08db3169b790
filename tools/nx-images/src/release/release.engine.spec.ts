import { readFileSync } from 'node:fs';
import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { docker, inspect, tagsOf } from '../testing/docker.ts';
import { ALL, type Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import { imagesOf, keyedOf } from './release.ts';
import { at, keyTagIn, Releasing, useEmptyEngine } from './testing/releasing.ts';

const V1 = 'releases/v1.json';
const V2 = 'releases/v2.json';

let releases: Releasing;
let family: Family;
let registry: TestRegistry;
beforeAll(async () => {
  releases = await Releasing.create();
  ({ family, registry } = releases);
});
afterAll(() => releases.dispose());

describe('from a release to the next', () => {
  test('what is not published is no release', async () => {
    const { code, output } = await releases.images('release', '--name=v1');
    expect(code).not.toBe(0);
    expect(output).toContain('release-incomplete');
    for (const name of ALL) expect(output).toContain(`    ${name}: ${registry.host}/t/`);
    expect(output).toContain('mend: NX_IMAGES_PUBLISH=true npx nx run-many -t docker-build');
    expect(await readdir(family.root)).not.toContain('releases');
  });

  test('a release tells the digests of all images, in a file that Compose takes', async () => {
    await releases.publish();
    await releases.done('release', '--name=v1');
    const release = releases.read(V1);
    expect(Object.keys(release.images).sort()).toEqual(ALL);
    expect(release).toMatchObject({
      schema: 1,
      name: 'v1',
      revision: await family.git('rev-parse', 'HEAD'),
      registry: `${registry.host}/t`,
    });
    expect(release.dirty).toBeUndefined();
    expect(release.images['leaf-high']?.base).toBe('base-three');
    for (const image of imagesOf(release)) {
      const name = image.image.slice(family.prefix.length).replace(/:.*/, '');
      expect(await releases.digestAt(registry, name, keyTagIn(release, image.name))).toBe(image.digest);
    }
    const { services } = JSON.parse(await family.read(V1)) as { services: object };
    expect(services).toEqual({
      'leaf-high': {
        image: `${registry.host}/t/${family.image('leaf-high')}@${release.images['leaf-high']?.digest ?? ''}`,
      },
      'leaf-low': {
        image: `${registry.host}/t/${family.image('leaf-low')}@${release.images['leaf-low']?.digest ?? ''}`,
      },
    });
  });

  test('the same again is no other; another under its name is refused', async () => {
    const before = await family.read(V1);
    await releases.done('release', '--name=v1');
    await family.append('images/leaf-high/README.md', 'more');
    const { code, output } = await releases.images('release', '--name=v1');
    expect(code).not.toBe(0);
    expect(output).toContain(`${V1}: there is another release in this file`);
    expect(await family.read(V1)).toBe(before);
    await family.git('checkout', '--quiet', 'images/leaf-high/README.md');
  });

  test('a changed script is another release, and the former one is brought back under its names', async () => {
    await family.git('branch', 'first');
    await family.append('images/leaf-high/high.py', '# two');
    await family.git('add', 'images');
    await family.git('commit', '--quiet', '--message=two');
    await releases.publish();
    await releases.done('release', '--name=v2');
    const [one, two] = [releases.read(V1), releases.read(V2)];
    expect(two.images['leaf-high']?.digest).not.toBe(one.images['leaf-high']?.digest);
    expect({ ...two.images, 'leaf-high': undefined }).toEqual({ ...one.images, 'leaf-high': undefined });
    await releases.done('load');
    const name = family.image('leaf-high:latest');
    const key = async (): Promise<string | undefined> =>
      (await inspect(name))?.Config.Labels?.['io.github.nx-images.key'];
    expect(await key()).toBe(two.images['leaf-high']?.key);

    await releases.done('load', `--release=${V1}`);
    expect(await key()).toBe(one.images['leaf-high']?.key);
    expect((await inspect(name))?.Id).toBe(one.images['leaf-high']?.digest);
    expect((await inspect(family.image(`leaf-high:${keyTagIn(two, 'leaf-high')}`)))?.Id).toBeDefined();

    registry.forget();
    expect(await releases.done('load', `--release=${V1}`, '--images=leaf-high,base-one')).toContain(
      '2 images of v1',
    );
    const fetched = registry.requests().reduce((sum, { bytesOut }) => sum + bytesOut, 0);
    expect(fetched).toBeLessThan(100_000);
  });

  test('there is no such image in the release, or no such release', async () => {
    const { code, output } = await releases.images('load', `--release=${V1}`, '--images=leaf-middle');
    expect(code).not.toBe(0);
    expect(output).toContain('there is no image leaf-middle (no-such-image)');
    expect((await releases.images('load', '--release=releases/v9.json')).output).toContain('no-release-file');
  });

  test('a release that gives an image the digest of another is not loaded', async () => {
    const text = await family.read(V1);
    const { 'leaf-high': high, 'leaf-low': low } = releases.read(V1).images;
    await family.write(
      'releases/bad.txt',
      text
        .replaceAll(high?.digest ?? '', low?.digest ?? '')
        .replaceAll('/leaf-high@', '/leaf-low@')
        .replace(
          `"image": "${family.image('leaf-high:latest')}"`,
          `"image": "${family.image('leaf-low:latest')}"`,
        ),
    );
    const { code, output } = await releases.images('load', '--release=releases/bad.txt');
    expect(code).not.toBe(0);
    expect(output).toContain('release-image-mismatch');
  });
});

describe('to another registry', () => {
  let other: TestRegistry;
  beforeAll(async () => {
    other = await TestRegistry.start();
  });
  afterAll(() => other.stop());

  test('a key tag there that means something else is refused before anything is written', async () => {
    const release = releases.read(V1);
    const low = await releases.manifestIn(release, 'leaf-low');
    const repository = await releases.copyBlobs('leaf-low', low, other, 'u');
    const foreign = Buffer.from(JSON.stringify({ ...low.body, annotations: { a: 'b' } }));
    await at(other, 'u').pushManifest(repository, keyTagIn(release, 'leaf-low'), foreign, low.mediaType);
    other.forget();
    const { code, output } = await releases.images('promote', `--release=${V1}`, `--to=${other.host}/u`);
    expect(code).not.toBe(0);
    expect(output).toContain('registry-key-taken');
    expect(other.requests().filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([]);
  });

  test('what breaks off goes on, and gives the same digests', async () => {
    other.setFault('dies-mid-push', 100_000);
    expect((await releases.images('promote', `--release=${V1}`, `--to=${other.host}/t`)).code).not.toBe(0);
    expect(await readdir(join(family.root, 'releases'))).toEqual(expect.not.arrayContaining(['there.json']));
    other.setFault('none');
    const output = await releases.done(
      'promote',
      `--release=${V1}`,
      `--to=${other.host}/t`,
      '--output=releases/there.json',
    );
    expect(output).toMatch(/ done [\d.]+ MB of [\d.]+ MB: /);
    const there = releases.read('releases/there.json');
    expect(there).toEqual({ ...releases.read(V1), registry: `${other.host}/t` });
    for (const image of imagesOf(there)) {
      const [name = '', tag = ''] = image.image.slice(family.prefix.length).split(':');
      expect(await releases.digestAt(other, name, image.digest), image.name).toBe(image.digest);
      expect(await releases.digestAt(other, name, tag), image.name).toBe(image.digest);
      expect(await releases.digestAt(other, name, keyTagIn(there, image.name)), image.name).toBe(
        image.digest,
      );
    }
  });

  test('again it sends nothing; shared layers were sent once', async () => {
    other.forget();
    await releases.done('promote', `--release=${V1}`, `--to=${other.host}/t`, '--output=releases/there.json');
    expect(
      other.requests().filter(({ path, method }) => path.includes('/blobs/') && method !== 'HEAD'),
    ).toEqual([]);
    other.forget();
    await releases.done(
      'promote',
      '--release=releases/there.json',
      `--to=${other.host}/v`,
      '--output=releases/near.json',
    );
    expect(
      other.requests().filter(({ path, method }) => path.includes('/blobs/uploads/') && method === 'PUT'),
    ).toEqual([]);
    await rm(join(family.root, 'releases/near.json'));
    await rm(join(family.root, 'releases/there.json'));
  });
});

describe('to a machine without a network', () => {
  /** Path of the last layer of leaf-high. */
  async function layerInBundle(): Promise<string> {
    const { body } = await releases.manifestIn(releases.read(V1), 'leaf-high');
    return join(family.root, 'dist/b/blobs/sha256', body.layers.at(-1)?.digest.slice(7) ?? '');
  }

  test('a bundle that broke off goes on, and keeps what is right', async () => {
    registry.setFault('down');
    expect((await releases.images('bundle', `--release=${V1}`, '--output=dist/b')).code).not.toBe(0);
    registry.setFault('none');
    expect((await releases.images('load', '--bundle=dist/b')).output).toContain('bundle-incomplete');
    expect(await releases.done('bundle', `--release=${V1}`, '--output=dist/b')).toContain(
      'to load it: npx nx run images:load --bundle dist/b',
    );
    const names = await readdir(join(family.root, 'dist/b/blobs/sha256'));
    expect(names.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
    await writeFile(await layerInBundle(), 'x');
    expect((await releases.images('load', '--bundle=dist/b')).output).toContain('bundle-damaged');
    registry.forget();
    await releases.done('bundle', `--release=${V1}`, '--output=dist/b');
    expect(
      registry
        .requests()
        .filter(({ path, bytesOut }) => names.some((name) => path.endsWith(name)) && bytesOut > 20_000),
    ).toEqual([]);
    expect((await releases.images('bundle', `--release=${V2}`, '--output=dist/b')).output).toContain(
      'bundle-exists',
    );
  });

  test.each(['containerd', 'overlay2'])(
    'it is loaded into an empty engine of the store %s, no registry up',
    async (store) => {
      onTestFinished(() => {
        registry.setFault('none');
      });
      await useEmptyEngine(store);
      registry.setFault('down');
      await releases.done('load', '--bundle=dist/b');
      const release = releases.read(V1);
      for (const image of imagesOf(release)) {
        const there = await inspect(image.image);
        expect(there?.Config.Labels?.['io.github.nx-images.key'], image.name).toBe(image.key);
        if (store === 'containerd') expect(there?.Id).toBe(image.digest);
      }
      expect(await tagsOf(family.prefix)).toEqual(
        imagesOf(release)
          .flatMap((image) => [image.image, keyedOf(image)])
          .map((name) => name.slice(family.prefix.length))
          .sort(),
      );
      expect(
        await docker(
          'run',
          '--rm',
          '--network=none',
          '--entrypoint=cat',
          family.image('leaf-high:latest'),
          '/app/high.py',
        ),
      ).not.toContain('two');
      expect(await releases.done('load', '--bundle=dist/b')).not.toContain('loading');
    },
  );

  test('a blob that was changed, of the right size, is found before it has a name', async () => {
    const layer = await layerInBundle();
    const { length } = readFileSync(layer);
    await truncate(layer, length - 1);
    await writeFile(layer, 'x', { flag: 'a' });
    const keyed = keyTagIn(releases.read(V1), 'leaf-high');
    await family.remove([`leaf-high:${keyed}`, 'leaf-high:latest']);
    const { code, output } = await releases.images('load', '--bundle=dist/b');
    expect(code).not.toBe(0);
    expect(output).toContain('bundle-damaged');
    expect((await tagsOf(family.prefix)).filter((tag) => tag.startsWith('leaf-high:'))).not.toContain(
      `leaf-high:${keyed}`,
    );
  });
});

describe('what nothing needs', () => {
  /** Key tags of versions that only a branch, and only a past, had. */
  let ofBranch: string;
  let ofPast: string;
  beforeAll(async () => {
    await family.git('checkout', '--quiet', '-b', 'side');
    await family.append('images/leaf-low/low.py', '# side');
    await family.git('commit', '--quiet', '--all', '--message=side');
    await releases.publish();
    ofBranch = (await family.keyed('leaf-low')).replace(/.*:/, '');
    await family.git('checkout', '--quiet', '-');
    await family.append('images/leaf-low/low.py', '# past');
    await releases.publish();
    await releases.done('load');
    ofPast = (await family.keyed('leaf-low')).replace(/.*:/, '');
    await family.git('checkout', '--quiet', 'images');
    await releases.publish();
    await releases.done('load');
    await releases.pushCacheEntry('old', 31);
    await releases.pushCacheEntry('young', 29);
  });

  test('is told, and nothing is changed', async () => {
    const before = [await releases.tags(), await tagsOf(family.prefix)];
    registry.forget();
    const output = await releases.done('prune');
    expect(output).toMatch(
      new RegExp(`remove t/${family.image('leaf-low')}:${ofPast}[^ ]* \\(.* MB\\): no tree`),
    );
    expect(output).toMatch(
      new RegExp(`keep {3}t/${family.image('leaf-low')}:${ofBranch}[^ ]* \\(.* MB\\): side`),
    );
    expect(output).toContain('Nothing was removed. To remove it: npx nx run images:prune --yes');
    expect([await releases.tags(), await tagsOf(family.prefix)]).toEqual(before);
    expect(registry.requests().filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([]);
  });

  test('stays where it is not known what a branch needs', async () => {
    await family.git('checkout', '--quiet', '-b', 'odd');
    await family.write('nx.json', 'nx-images');
    await family.git('commit', '--quiet', '--all', '--message=odd');
    await family.git('checkout', '--quiet', '-');
    onTestFinished(async () => {
      await family.git('branch', '--quiet', '-D', 'odd');
    });
    const before = await releases.tags();
    const { code, output } = await releases.images('prune', '--yes', `--keep=${ofPast}`);
    expect(code).not.toBe(0);
    expect(output).toContain('warning: what odd needs is not known');
    expect(output).toContain('branch-unreadable');
    expect(await releases.tags()).toEqual(before);
  });

  test('stays where the registry does not let it go; the engine is pruned before that', async () => {
    const before = await releases.tags();
    registry.setFault('read-only');
    onTestFinished(() => {
      registry.setFault('none');
    });
    expect(await tagsOf(family.prefix)).toContain(`leaf-low:${ofPast}`);
    const { code, output } = await releases.images('prune', '--yes');
    expect(code).not.toBe(0);
    expect(output).toContain('registry-no-delete');
    expect(await tagsOf(family.prefix)).not.toContain(`leaf-low:${ofPast}`);
    registry.setFault('none');
    expect(await releases.tags()).toEqual(before);
  });

  test('goes, and nothing else does', async () => {
    const before = await releases.tags();
    await releases.done('prune', '--yes');
    const after = await releases.tags();
    expect(before['leaf-low']).toContain(ofPast);
    expect(after).toEqual({
      ...before,
      'leaf-low': before['leaf-low']?.filter(
        (tag) => tag !== ofPast && (tag !== 'unverified' || after['leaf-low']?.includes(tag)),
      ),
      'nx-cache': before['nx-cache']?.filter((tag) => tag !== 'nx-old'),
    });
    expect(after['leaf-low']).toContain(ofBranch);
    expect(await releases.done('load', `--release=${V1}`)).toContain('5 images of v1');
  });

  test('a release that is gone, and its branch, need nothing any more', async () => {
    const [one, two] = [releases.read(V1), releases.read(V2)].map((release) =>
      keyTagIn(release, 'leaf-high'),
    );
    await releases.done('load');
    await rm(join(family.root, V1));
    await releases.done('prune', '--yes');
    expect(await at(registry).tags(releases.repositoryOf('leaf-high'))).toContain(one);
    await family.git('branch', '--quiet', '-D', 'first');
    await releases.done('prune', '--yes');
    const tags = await at(registry).tags(releases.repositoryOf('leaf-high'));
    expect(tags).toContain(two);
    expect(tags).not.toContain(one);
  });

  test('is not known in a shallow clone', async () => {
    const revision = await family.git('rev-parse', 'HEAD');
    await family.write('.git/shallow', `${revision}\n`);
    onTestFinished(() => rm(join(family.root, '.git/shallow')));
    const before = await releases.tags();
    const { code, output } = await releases.images('prune', '--yes', '--days=0');
    expect(code).not.toBe(0);
    expect(output).toContain('git-incomplete');
    expect(await releases.tags()).toEqual(before);
  });
});
