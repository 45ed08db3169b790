import { Engine } from '@cp-whisperx-app/nx-images/testing/engine';
import { TestRegistry } from '@cp-whisperx-app/nx-images/testing/registry';
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cloneWorkspace, diffIds, environment, run, workspace } from './engine.ts';
import { FOLDERS as ALL, imageOf, PREFIX } from './family.ts';

const MB = 1e6;

let registry: TestRegistry;
let second: Engine;
let clone: string;
/** Layers as they were first published. */
const published = new Map<string, readonly string[]>();

beforeAll(async () => {
  registry = await TestRegistry.start();
  second = await Engine.start('containerd');
  await build(workspace, environment['DOCKER_HOST']);
  for (const image of ALL) published.set(image, await layersOf(image));
});

afterAll(async () => {
  await registry.stop();
  await second.stop();
});

/** A clone on a machine that has neither images nor anything of Nx's. */
beforeEach(async () => {
  await second.empty();
  clone = await cloneWorkspace();
  registry.forget();
  return () => {
    rmSync(clone, { recursive: true });
  };
});

describe('the family, built on one machine and published', () => {
  it.each(ALL)('%s has the layers that the engine has', async (image) => {
    expect(published.get(image)).toEqual(await diffIds(imageOf(image)));
  });
});

describe('a machine with nothing, publishing', () => {
  it('fetches next to nothing where nothing changed', async () => {
    await build(clone, second.host);
    expect(fetched()).toBeLessThan(1 * MB);
    expect(await familyOf(second)).toBe('');
  });

  it("fetches no base where asr's script changed, and replaces one layer", async () => {
    appendFileSync(join(clone, 'images/asr/asr.py'), '# more\n');
    await build(clone, second.host);
    expect(fetched()).toBeLessThan(5 * MB);
    expect(await familyOf(second)).toBe('');
    const [before, after] = [published.get('asr') ?? [], await layersOf('asr')];
    const python = (published.get('base-ml') ?? []).length;
    expect(after.slice(0, python + 1)).toEqual(before.slice(0, python + 1));
    expect(after.at(-1)).not.toBe(before.at(-1));
    for (const image of ALL.filter((name) => name !== 'asr'))
      expect(await layersOf(image), image).toEqual(published.get(image));
  });

  it("installs nothing where base-cpu's system packages changed, and rebases all", async () => {
    appendFileSync(join(clone, 'images/base-cpu/system/packages.list'), 'tree\n');
    await build(clone, second.host);
    for (const image of ALL) {
      const log = readFileSync(join(clone, `dist/images/${image}.log`), 'utf8');
      expect(log, image).not.toContain('/installer/install');
      expect(existsSync(join(clone, `dist/images/${image}.python.log`)), image).toBe(false);
    }
    const layers = await Promise.all(ALL.map(layersOf));
    const changed = layers.map((own, index) =>
      own.filter((layer) => !published.get(ALL[index] ?? 'asr')?.includes(layer)),
    );
    // The system layer; shared code and scripts are copied anew, with the times of this clone.
    const bases = ['base-cpu', 'base-cuda', 'base-ml'].map((base) => changed[ALL.indexOf(base)]?.length);
    expect(bases).toEqual([1, 1, 1]);
    expect(new Set(changed.map(([system]) => system)).size).toBe(1);
  });

  it('pulls one layer where it has the former version', async () => {
    const name = `${registry.host}/${imageOf('demux')}`;
    await build(clone, second.host);
    await second.docker('pull', '--quiet', name);
    appendFileSync(join(clone, 'images/demux/demux.py'), '# more\n');
    await build(clone, second.host);
    registry.forget();
    await second.docker('pull', '--quiet', name);
    expect(fetched()).toBeLessThan(5 * MB);
    await second.docker('image', 'rm', name);
  });
});

async function build(cwd: string, host: string | undefined): Promise<void> {
  const settings = {
    NX_IMAGES_REGISTRY: registry.host,
    NX_IMAGES_PUBLISH: 'true',
    ...(host !== undefined && { DOCKER_HOST: host }),
  };
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], cwd, settings);
}

/** Bytes that the registry gave away since the last `forget()`. */
const fetched = (): number =>
  registry.requests().reduce((sum, { method, bytesOut }) => sum + (method === 'GET' ? bytesOut : 0), 0);

const familyOf = (engine: Engine): Promise<string> =>
  engine.docker('image', 'ls', '--quiet', '--filter', `reference=${PREFIX}*`);

/** Digests of the uncompressed layers of an image, as the registry has it under its name. */
async function layersOf(image: string): Promise<readonly string[]> {
  const [name, tag] = imageOf(image).split(':');
  const repository = `http://${registry.host}/v2/${name ?? ''}`;
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await fetch(`${repository}/manifests/${tag ?? ''}`, { headers: { accept } });
  const { config } = (await manifest.json()) as { config: { digest: string } };
  const blob = await fetch(`${repository}/blobs/${config.digest}`);
  return ((await blob.json()) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids;
}
