import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { audit } from './audit.ts';
import type { LayerListing } from './layer/listing.ts';
import { layerOf, SITE, TOKEN, wheel, type Entry } from './testing/tars.ts';
import { auditText } from './text.ts';

const STEPS = ['RUN system', 'COPY /opt', 'RUN pip'].map((text, index) => ({
  text,
  file: index < 2 ? 'images/base/Dockerfile' : 'images/leaf/Dockerfile',
  line: index + 3,
  image: index < 2 ? 'base' : 'leaf',
}));

/** An image of a root layer, two layers of its base and one of its own. */
async function auditOf(
  layers: {
    root?: readonly Entry[];
    system?: readonly Entry[];
    base?: readonly Entry[];
    own?: readonly Entry[];
  },
  { leaf = true, secrets = new Map<string, string>() } = {},
): Promise<ReturnType<typeof audit>> {
  const { root = [], system = [], base = [], own = [] } = layers;
  const listings: LayerListing[] = [];
  for (const entries of [root, system, base, own]) listings.push(await layerOf(...entries));
  return audit({
    name: leaf ? 'leaf' : 'base',
    image: 'x:y',
    key: 'key',
    dockerfile: 'images/leaf/Dockerfile',
    base: leaf ? 'base' : undefined,
    layers: listings,
    steps: { byLayer: [undefined, ...STEPS], root: 1, shared: leaf ? 3 : 1 },
    secrets,
  });
}

const big = 'x'.repeat(1_100_000);
const SETUID = { mode: 0o4755 };

describe('what is found', () => {
  test.each<[what: string, layers: Parameters<typeof auditOf>[0], findings: readonly string[]]>([
    ['nothing', { root: wheel('pip', '1'), base: wheel('six', '1'), own: wheel('x', '1') }, []],
    [
      'a package of the base again, of another version and elsewhere',
      { base: wheel('Six', '1.16'), own: wheel('six', '1.17', 'y', 'app/vendor') },
      ['images/leaf/Dockerfile:5 distribution-twice'],
    ],
    [
      'one that is removed and installed anew: both copies are fetched',
      {
        base: wheel('six', '1.16'),
        own: [
          [`${SITE}/.wh.six-1.16.dist-info`, ''],
          [`${SITE}/.wh.six.py`, ''],
          ...wheel('six', '1.17', 'y', 'opt/new'),
        ],
      },
      ['images/leaf/Dockerfile:5 distribution-twice', 'images/leaf/Dockerfile:5 base-file-changed'],
    ],
    [
      'twice in one layer',
      { own: [...wheel('six', '1'), ...wheel('six', '1', 'x', 'opt/b')] },
      ['images/leaf/Dockerfile:5 distribution-twice'],
    ],
    [
      'twice in the base',
      { system: wheel('six', '1'), base: wheel('six', '1', 'x', 'opt/b') },
      ['images/base/Dockerfile:4 distribution-twice'],
    ],
    [
      "the root image's own package in the environment",
      { root: wheel('setuptools', '1'), base: wheel('setuptools', '2', 'x', 'opt/b') },
      [],
    ],
    [
      'a file of the base written anew',
      { base: [['a', '1']], own: [['a', '2']] },
      ['images/leaf/Dockerfile:5 base-file-changed'],
    ],
    [
      'a file of the base removed',
      { system: [['d/a', '1']], own: [['d/.wh.a', '']] },
      ['images/leaf/Dockerfile:5 base-file-changed'],
    ],
    [
      'a file of the root image changed by a stage',
      { root: [['a', '1']], own: [['a', '2']] },
      ['images/leaf/Dockerfile:5 base-file-changed'],
    ],
    [
      'a file of the root image changed by its system layer',
      { root: [['a', '1']], system: [['a', '2']] },
      [],
    ],
    ['a setuid file', { own: [['bin/x', '1', SETUID]] }, ['images/leaf/Dockerfile:5 setuid-file']],
    ["the root image's own setuid file", { root: [['bin/su', '1', SETUID]] }, []],
    ["the base's own: its audit tells it", { base: [['bin/x', '1', SETUID]] }, []],
    ['a token', { own: [['app/x.py', TOKEN]] }, ['images/leaf/Dockerfile:5 secret-in-layer']],
  ])('%s', async (_, layers, findings) => {
    const { findings: found } = await auditOf(layers);
    expect(found.map(({ file, line, code }) => `${file ?? ''}:${line ?? ''} ${code}`)).toEqual(findings);
  });

  test.each<[what: string, layers: Parameters<typeof auditOf>[0], codes: readonly string[]]>([
    [
      'a megabyte that a later step removes',
      { system: [['a', big]], base: [['.wh.a', '']] },
      ['hidden-bytes'],
    ],
    ['a few bytes', { system: [['a', '1']], base: [['.wh.a', '']] }, []],
    ["the root image's bytes", { root: [['a', big]], system: [['.wh.a', '']] }, []],
    [
      "an update of the root image's setuid file",
      { root: [['su', '1', SETUID]], system: [['su', '2', SETUID]] },
      [],
    ],
  ])('in an image on the root: %s', async (_, layers, codes) => {
    expect((await auditOf(layers, { leaf: false })).findings.map(({ code }) => code)).toEqual(codes);
  });

  test('the file that the build mounts, under any name', async () => {
    const secrets = new Map([[createHash('sha256').update('bundle').digest('hex'), 'ca']]);
    const { findings } = await auditOf(
      {
        own: [
          ['etc/x.crt', 'bundle'],
          ['etc/y.crt', 'another'],
        ],
      },
      { secrets },
    );
    expect(findings.map(({ message }) => message)).toEqual([
      'etc/x.crt is the file that the build mounts as the secret ca',
    ]);
  });
});

test('the record of a layer', async () => {
  const { layers, shared, root } = await auditOf({
    system: [
      ['a', '12'],
      ['d', '', { type: 'directory' }],
      ['s', '', { type: 'symlink', linkname: 'a' }],
    ],
    own: [
      ['.wh.a', ''],
      ['b', '123', SETUID],
      ...Array.from({ length: 11 }, (_, index): Entry => [`f${index}`, 'x'.repeat(index)]),
    ],
  });
  expect({ shared, root }).toEqual({ shared: 3, root: 1 });
  expect(
    layers.map(({ files, bytes, hides, whiteouts, setuid, createdBy, place }) => ({
      files,
      bytes,
      hides,
      whiteouts,
      setuid,
      createdBy,
      place,
    })),
  ).toEqual([
    { files: 0, bytes: 0, hides: 0, whiteouts: 0, setuid: [], createdBy: undefined, place: undefined },
    {
      files: 2,
      bytes: 2,
      hides: 0,
      whiteouts: 0,
      setuid: [],
      createdBy: 'RUN system',
      place: 'images/base/Dockerfile:3',
    },
    {
      files: 0,
      bytes: 0,
      hides: 0,
      whiteouts: 0,
      setuid: [],
      createdBy: 'COPY /opt',
      place: 'images/base/Dockerfile:4',
    },
    {
      files: 12,
      bytes: 58,
      hides: 2,
      whiteouts: 1,
      setuid: ['b'],
      createdBy: 'RUN pip',
      place: 'images/leaf/Dockerfile:5',
    },
  ]);
  expect(layers[3]?.biggest).toHaveLength(10);
  expect(layers[3]?.biggest.slice(0, 2)).toEqual([
    { path: 'f10', bytes: 10 },
    { path: 'f9', bytes: 9 },
  ]);
});

test('what a person reads', async () => {
  const text = auditText(
    await auditOf({ base: wheel('six', '1.16'), own: [...wheel('six', '1.17', 'y', 'opt/b')] }),
  );
  expect(text).toBe(`leaf: 4 layers, 281 B, 138 B of them its own, 0 B hidden; 2 Python packages
  layer  bytes  hides  files  packages  made by
      1    0 B             0            (root image)
      2    0 B             0            RUN system
      3  143 B             3         1  COPY /opt
      4  138 B             3         1  RUN pip   images/leaf/Dockerfile:5
  its biggest files
  78 B  opt/b/six-1.17.dist-info/RECORD
  59 B  opt/b/six-1.17.dist-info/METADATA
   1 B  opt/b/six.py

images/leaf/Dockerfile:5: six stands in this image 2 times (distribution-twice)
    1.16 in layer 3 (COPY /opt of base), ${SITE}
    1.17 in layer 4 (RUN pip of leaf), opt/b
  reason: a package that the base has is taken from there: a copy costs its size again, and which one is imported is chance
  mend: take six out of the requirements of the upper layer, or out of what its step installs; then npx nx sync`);
});
