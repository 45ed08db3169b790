import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Registry } from '../registry/client.ts';
import { parseRegistry } from '../registry/reference.ts';
import { docker, inspect, runOrThrow, tagsOf } from '../testing/docker.ts';
import { ALL, Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';
import { imagesOf, keyedOf, referenceOf, type Release } from './release.ts';

const ENGINE = resolve(import.meta.dirname, '../../../engine/engine.sh');

let family: Family;
let registry: TestRegistry;
beforeAll(async () => {
  family = await Family.create();
  registry = await TestRegistry.start();
});
afterAll(async () => {
  await registry.stop();
  await family.dispose();
});

const environment = () => ({ NX_IMAGES_REGISTRY: `${registry.host}/t`, NX_IMAGES_PUBLISH: undefined });
/** Runs a verb of the family. */
const images = async (verb: string, ...args: readonly string[]) =>
  family.nx(['run', `images:${verb}`, ...args], environment());
/** As `images`, and it must succeed. @returns its output */
async function done(verb: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await images(verb, ...args);
  expect(code, output).toBe(0);
  return output;
}
const publish = async (): Promise<void> => {
  const build = await family.build({ env: { ...environment(), NX_IMAGES_PUBLISH: 'true' } });
  expect(build.code, build.output).toBe(0);
};
const read = (file: string): Release =>
  (JSON.parse(readFileSync(join(family.root, file), 'utf8')) as { 'x-release': Release })['x-release'];
const at = ({ host }: { host: string }, path = 't'): Registry =>
  new Registry(parseRegistry(`${host}/${path}`));
const repositoryOf = (name: string, path = 't'): string => `${path}/${family.image(name)}`;
/** What a registry means by a tag of an image of the family. */
const digestAt = async (where: TestRegistry, name: string, tag: string): Promise<string | undefined> =>
  (await at(where).manifest(repositoryOf(name), tag))?.digest;
const repositories = ['base', 'leaf-high', 'leaf-low', 'python'];
const allTags = async (where: TestRegistry): Promise<Record<string, readonly string[]>> =>
  Object.fromEntries(
    await Promise.all(
      [...repositories, 'nx-cache'].map(
        async (name) => [name, [...(await at(where).tags(repositoryOf(name)))].sort()] as const,
      ),
    ),
  );
const keyTagIn = (release: Release, name: string): string =>
  imagesOf(release, [name]).map((image) => keyedOf(image).replace(/.*:/, ''))[0] ?? '';

const V1 = 'releases/v1.json';
const V2 = 'releases/v2.json';

describe('from a release to the next', () => {
  test('what is not published is no release', async () => {
    const { code, output } = await images('release', '--name=v1');
    expect(code).not.toBe(0);
    expect(output).toContain('release-incomplete');
    for (const name of ALL) expect(output).toContain(`    ${name}: ${registry.host}/t/`);
    expect(output).toContain('mend: NX_IMAGES_PUBLISH=true npx nx run-many -t docker-build');
    expect(await readdir(family.root)).not.toContain('releases');
  });

  test('a release tells the digests of all images, in a file that Compose takes', async () => {
    await publish();
    await done('release', '--name=v1');
    const release = read(V1);
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
      expect(await digestAt(registry, name, keyTagIn(release, image.name))).toBe(image.digest);
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
    await done('release', '--name=v1');
    await family.append('images/leaf-high/README.md', 'more');
    const { code, output } = await images('release', '--name=v1');
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
    await publish();
    await done('release', '--name=v2');
    const [one, two] = [read(V1), read(V2)];
    expect(two.images['leaf-high']?.digest).not.toBe(one.images['leaf-high']?.digest);
    expect({ ...two.images, 'leaf-high': undefined }).toEqual({ ...one.images, 'leaf-high': undefined });
    await done('load');
    const name = family.image('leaf-high:latest');
    const key = async (): Promise<string | undefined> =>
      (await inspect(name))?.Config.Labels?.['io.github.nx-images.key'];
    expect(await key()).toBe(two.images['leaf-high']?.key);

    await done('load', `--release=${V1}`);
    expect(await key()).toBe(one.images['leaf-high']?.key);
    expect((await inspect(name))?.Id).toBe(one.images['leaf-high']?.digest);
    expect((await inspect(family.image(`leaf-high:${keyTagIn(two, 'leaf-high')}`)))?.Id).toBeDefined();

    registry.forget();
    expect(await done('load', `--release=${V1}`, '--images=leaf-high,base-one')).toContain('2 images of v1');
    const fetched = registry.requests().reduce((sum, { bytesOut }) => sum + bytesOut, 0);
    expect(fetched).toBeLessThan(100_000);
  });

  test('there is no such image in the release, or no such release', async () => {
    const { code, output } = await images('load', `--release=${V1}`, '--images=leaf-middle');
    expect(code).not.toBe(0);
    expect(output).toContain('there is no image leaf-middle (no-such-image)');
    expect((await images('load', '--release=releases/v9.json')).output).toContain('no-release-file');
  });

  test('a release that gives an image the digest of another is not loaded', async () => {
    const text = await family.read(V1);
    const { 'leaf-high': high, 'leaf-low': low } = read(V1).images;
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
    const { code, output } = await images('load', '--release=releases/bad.txt');
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
    const release = read(V1);
    const [image] = imagesOf(release, ['leaf-low']);
    const low = await at(registry).manifest(repositoryOf('leaf-low'), image?.digest ?? '');
    if (image === undefined || low === undefined) throw new Error('leaf-low is not in the registry');
    const foreign = Buffer.from(JSON.stringify({ ...low.body, annotations: { a: 'b' } }));
    const target = at(other, 'u');
    const repository = repositoryOf('leaf-low', 'u');
    for (const blob of [low.body.config, ...low.body.layers]) {
      const bytes = await at(registry).blob(repositoryOf('leaf-low'), blob);
      await target.pushBlob(repository, {
        digest: blob.digest,
        size: blob.size,
        open: () => Readable.from([bytes]),
      });
    }
    await target.pushManifest(repository, keyTagIn(release, 'leaf-low'), foreign, low.mediaType);
    other.forget();
    const { code, output } = await images('promote', `--release=${V1}`, `--to=${other.host}/u`);
    expect(code).not.toBe(0);
    expect(output).toContain('registry-key-taken');
    expect(other.requests().filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([]);
  });

  test('what breaks off goes on, and gives the same digests', async () => {
    other.setFault('dies-mid-push', 100_000);
    expect((await images('promote', `--release=${V1}`, `--to=${other.host}/t`)).code).not.toBe(0);
    expect(await readdir(join(family.root, 'releases'))).toEqual(expect.not.arrayContaining(['there.json']));
    other.setFault('none');
    const output = await done(
      'promote',
      `--release=${V1}`,
      `--to=${other.host}/t`,
      '--output=releases/there.json',
    );
    expect(output).toMatch(/ done [\d.]+ MB of [\d.]+ MB: /);
    const there = read('releases/there.json');
    expect(there).toEqual({ ...read(V1), registry: `${other.host}/t` });
    for (const image of imagesOf(there)) {
      const [name = '', tag = ''] = image.image.slice(family.prefix.length).split(':');
      expect(await digestAt(other, name, image.digest), image.name).toBe(image.digest);
      expect(await digestAt(other, name, tag), image.name).toBe(image.digest);
      expect(await digestAt(other, name, keyTagIn(there, image.name)), image.name).toBe(image.digest);
    }
  });

  test('again it sends nothing; shared layers were sent once', async () => {
    other.forget();
    await done('promote', `--release=${V1}`, `--to=${other.host}/t`, '--output=releases/there.json');
    expect(
      other.requests().filter(({ path, method }) => path.includes('/blobs/') && method !== 'HEAD'),
    ).toEqual([]);
    other.forget();
    await done(
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
  test('a bundle that broke off goes on, and keeps what is right', async () => {
    registry.setFault('down');
    expect((await images('bundle', `--release=${V1}`, '--output=dist/b')).code).not.toBe(0);
    registry.setFault('none');
    expect((await images('load', '--bundle=dist/b')).output).toContain('bundle-incomplete');
    expect(await done('bundle', `--release=${V1}`, '--output=dist/b')).toContain(
      'to load it: npx nx run images:load --bundle dist/b',
    );
    const blobs = join(family.root, 'dist/b/blobs/sha256');
    const names = await readdir(blobs);
    expect(names.filter((name) => !/^[0-9a-f]{64}$/.test(name))).toEqual([]);
    const [layer = ''] = ((await layersOf('leaf-high')) ?? []).slice(-1);
    await writeFile(join(blobs, layer), 'x');
    expect((await images('load', '--bundle=dist/b')).output).toContain('bundle-damaged');
    registry.forget();
    await done('bundle', `--release=${V1}`, '--output=dist/b');
    expect(
      registry
        .requests()
        .filter(({ path, bytesOut }) => names.some((name) => path.endsWith(name)) && bytesOut > 20_000),
    ).toEqual([]);
    expect((await images('bundle', `--release=${V2}`, '--output=dist/b')).output).toContain('bundle-exists');
  });

  test.each(['containerd', 'overlay2'])(
    'it is loaded into an empty engine of the store %s, no registry up',
    async (store) => {
      const home = await mkdtemp(join(tmpdir(), 'nximages-engine-'));
      const env = { ENGINE_PRIVATE: '1', ENGINE_HOME: home, ENGINE_STORE: store };
      const usual = process.env['DOCKER_HOST'];
      onTestFinished(async () => {
        registry.setFault('none');
        if (usual === undefined) delete process.env['DOCKER_HOST'];
        else process.env['DOCKER_HOST'] = usual;
        await runOrThrow(ENGINE, ['remove'], { env });
        await rm(home, { recursive: true, force: true });
      });
      await runOrThrow(ENGINE, ['start'], { env });
      process.env['DOCKER_HOST'] = `unix://${home}/run/docker.sock`;
      registry.setFault('down');
      await done('load', '--bundle=dist/b');
      const release = read(V1);
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
      expect(await done('load', '--bundle=dist/b')).not.toContain('loading');
    },
  );

  test('a blob that was changed, of the right size, is found before it has a name', async () => {
    const blobs = join(family.root, 'dist/b/blobs/sha256');
    const [layer = ''] = ((await layersOf('leaf-high')) ?? []).slice(-1);
    const { length } = readFileSync(join(blobs, layer));
    await truncate(join(blobs, layer), length - 1);
    await writeFile(join(blobs, layer), 'x', { flag: 'a' });
    const keyed = keyTagIn(read(V1), 'leaf-high');
    await family.remove([`leaf-high:${keyed}`, 'leaf-high:latest']);
    const { code, output } = await images('load', '--bundle=dist/b');
    expect(code).not.toBe(0);
    expect(output).toContain('bundle-damaged');
    expect((await tagsOf(family.prefix)).filter((tag) => tag.startsWith('leaf-high:'))).not.toContain(
      `leaf-high:${keyed}`,
    );
  });
});

describe('what nothing needs', () => {
  const entry = async (hash: string, days: number): Promise<void> => {
    const empty = Buffer.from('{}');
    const blob = {
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
    };
    await at(registry).pushBlob(repositoryOf('nx-cache'), { ...blob, open: () => Readable.from([empty]) });
    const created = new Date(Date.now() - days * 86_400_000).toISOString();
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.nx-images.nx-cache.v1',
      config: blob,
      layers: [blob],
      annotations: { 'org.opencontainers.image.created': created },
    };
    await at(registry).pushManifest(
      repositoryOf('nx-cache'),
      `nx-${hash}`,
      Buffer.from(JSON.stringify(manifest)),
      manifest.mediaType,
    );
  };

  /** Key tags of versions that only a branch, and only a past, had. */
  let ofBranch: string;
  let ofPast: string;
  beforeAll(async () => {
    await family.git('checkout', '--quiet', '-b', 'side');
    await family.append('images/leaf-low/low.py', '# side');
    await family.git('commit', '--quiet', '--all', '--message=side');
    await publish();
    ofBranch = (await family.keyed('leaf-low')).replace(/.*:/, '');
    await family.git('checkout', '--quiet', '-');
    await family.append('images/leaf-low/low.py', '# past');
    await publish();
    await done('load');
    ofPast = (await family.keyed('leaf-low')).replace(/.*:/, '');
    await family.git('checkout', '--quiet', 'images');
    await publish();
    await done('load');
    await entry('old', 31);
    await entry('young', 29);
  });

  test('is told, and nothing is changed', async () => {
    const before = [await allTags(registry), await tagsOf(family.prefix)];
    registry.forget();
    const output = await done('prune');
    expect(output).toMatch(
      new RegExp(`remove t/${family.image('leaf-low')}:${ofPast}[^ ]* \\(.* MB\\): no tree`),
    );
    expect(output).toMatch(
      new RegExp(`keep {3}t/${family.image('leaf-low')}:${ofBranch}[^ ]* \\(.* MB\\): side`),
    );
    expect(output).toContain('Nothing was removed. To remove it: npx nx run images:prune --yes');
    expect([await allTags(registry), await tagsOf(family.prefix)]).toEqual(before);
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
    const before = await allTags(registry);
    const { code, output } = await images('prune', '--yes', `--keep=${ofPast}`);
    expect(code).not.toBe(0);
    expect(output).toContain('warning: what odd needs is not known');
    expect(output).toContain('branch-unreadable');
    expect(await allTags(registry)).toEqual(before);
  });

  test('stays where the registry does not let it go; the engine is pruned before that', async () => {
    const before = await allTags(registry);
    registry.setFault('read-only');
    onTestFinished(() => {
      registry.setFault('none');
    });
    expect(await tagsOf(family.prefix)).toContain(`leaf-low:${ofPast}`);
    const { code, output } = await images('prune', '--yes');
    expect(code).not.toBe(0);
    expect(output).toContain('registry-no-delete');
    expect(await tagsOf(family.prefix)).not.toContain(`leaf-low:${ofPast}`);
    registry.setFault('none');
    expect(await allTags(registry)).toEqual(before);
  });

  test('goes, and nothing else does', async () => {
    const before = await allTags(registry);
    await done('prune', '--yes');
    const after = await allTags(registry);
    expect(before['leaf-low']).toContain(ofPast);
    expect(after).toEqual({
      ...before,
      'leaf-low': before['leaf-low']?.filter(
        (tag) => tag !== ofPast && (tag !== 'unverified' || after['leaf-low']?.includes(tag)),
      ),
      'nx-cache': before['nx-cache']?.filter((tag) => tag !== 'nx-old'),
    });
    expect(after['leaf-low']).toContain(ofBranch);
    expect(await done('load', `--release=${V1}`)).toContain('5 images of v1');
  });

  test('a release that is gone, and its branch, need nothing any more', async () => {
    const [one, two] = [read(V1), read(V2)].map((release) => keyTagIn(release, 'leaf-high'));
    await done('load');
    await rm(join(family.root, V1));
    await done('prune', '--yes');
    expect(await at(registry).tags(repositoryOf('leaf-high'))).toContain(one);
    await family.git('branch', '--quiet', '-D', 'first');
    await done('prune', '--yes');
    const tags = await at(registry).tags(repositoryOf('leaf-high'));
    expect(tags).toContain(two);
    expect(tags).not.toContain(one);
  });

  test('is not known in a shallow clone', async () => {
    const revision = await family.git('rev-parse', 'HEAD');
    await family.write('.git/shallow', `${revision}\n`);
    onTestFinished(() => rm(join(family.root, '.git/shallow')));
    const before = await allTags(registry);
    const { code, output } = await images('prune', '--yes', '--days=0');
    expect(code).not.toBe(0);
    expect(output).toContain('git-incomplete');
    expect(await allTags(registry)).toEqual(before);
  });
});

/** Hex digests of the layers of an image of the first release. */
async function layersOf(name: string): Promise<readonly string[] | undefined> {
  const [image] = imagesOf(read(V1), [name]);
  const manifest =
    image &&
    (await at(registry).manifest(repositoryOf(name), referenceOf(read(V1), image).replace(/.*@/, '')));
  return manifest?.body.layers.map(({ digest }) => digest.slice(7));
}
