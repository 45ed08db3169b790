import { listLayers, type LayerListing } from '@cp-whisperx-app/health/layers';
// It reads .env.local too.
import '@cp-whisperx-app/nx-images/testing/docker';
import { beforeAll, describe, expect, it } from 'vitest';
import { diffIds, workspace } from './engine.ts';
import { FAMILY, imageOf } from './family.ts';

/** Layers of an image that the image under it does not have. */
async function own(image: string, base: string): Promise<readonly string[]> {
  return (await diffIds(imageOf(image))).slice((await diffIds(imageOf(base))).length);
}

/** Paths of a layer's files, without folders. */
const filesOf = ({ entries }: LayerListing): readonly string[] =>
  entries.flatMap(({ kind, path }) => (kind === 'folder' ? [] : [path]));

describe('the layers of asr, as docker image save gives them', () => {
  let layers: readonly LayerListing[] = [];
  let ofBaseCpu = 0;

  beforeAll(async () => {
    const image = { reference: imageOf('asr'), diffIds: await diffIds(imageOf('asr')) };
    layers = await listLayers(workspace, image, [], console.log);
    ofBaseCpu = (await diffIds(imageOf('base-cpu'))).length;
  });

  it('hold torch once, in the one layer that base-ml adds', async () => {
    const index = (await diffIds(imageOf('base-ml'))).length - 1;
    const holding = layers.flatMap((layer, at) =>
      layer.distributions.some(({ name }) => name === 'torch') ? [at] : [],
    );
    expect(holding).toEqual([index]);
  });

  it('hold no distribution twice', () => {
    const all = layers.flatMap(({ distributions }) => distributions).map(({ name }) => name);
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter((one, at) => all.indexOf(one) !== at)).toEqual([]);
  });

  it('never change a file of a layer under them, above the system layer', () => {
    const seen = new Set(layers.slice(0, ofBaseCpu - 1).flatMap(filesOf));
    const changed: string[] = [];
    for (const files of layers.slice(ofBaseCpu - 1).map(filesOf)) {
      changed.push(...files.filter((file) => seen.has(file)));
      for (const file of files) seen.add(file);
    }
    expect(changed).toEqual([]);
  });

  it('put packages into /opt/venv and code into /app, and nothing elsewhere', () => {
    const elsewhere = layers
      .slice(ofBaseCpu - 1)
      .flatMap(filesOf)
      .filter((file) => !/^(opt\/venv|app)\//.test(file));
    expect(elsewhere).toEqual([]);
  });
});

describe('layers that images share', () => {
  it('asr and diarization have one and the same Python layer', async () => {
    const [asr] = await own('asr', 'base-ml');
    const [diarization] = await own('diarization', 'base-ml');
    expect(asr).toBe(diarization);
  });

  it.each(FAMILY.filter(({ base }) => base !== undefined))(
    '$image begins with all layers of $base',
    async ({ image, base = '' }) => {
      const under = await diffIds(base);
      const layers = await diffIds(image);
      expect(layers.slice(0, under.length)).toEqual(under);
      expect(layers.length).toBeGreaterThan(under.length);
    },
  );
});
