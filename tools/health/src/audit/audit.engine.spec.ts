import { inspectImages } from '@cp-whisperx-app/nx-images/api';
import { docker } from '@cp-whisperx-app/nx-images/testing/docker';
import { Engine } from '@cp-whisperx-app/nx-images/testing/engine';
import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOfPromise } from '@cp-whisperx-app/nx-images/testing/problems';
import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { listLayers } from './files.ts';
import type { LayerListing } from './layer/listing.ts';
import { readLayers } from './save.ts';
import { auditImage, buildImage, type TestImage } from './testing/images.ts';
import { TOKEN } from './testing/tars.ts';

const PREFIX = `nxtest-audit-${randomBytes(4).toString('hex')}`;
const tag = (name: string): string => `${PREFIX}-${name}:1`;
const site = (name: string, version: string): Record<string, string> => ({
  [`site-packages/${name}-${version}.dist-info/METADATA`]: `Name: ${name}\nVersion: ${version}\n`,
  [`site-packages/${name}.py`]: 'x = 1\n',
});

const BASE: TestImage = {
  name: 'base',
  dockerfile: ['FROM scratch', 'COPY site-packages /opt/site-packages', 'COPY etc /etc'],
  files: { ...site('torch', '2.7.1'), 'etc/a': 'one', 'etc/b': 'two' },
};
const BAD: TestImage = {
  name: 'bad',
  base: 'base',
  dockerfile: [
    `FROM ${tag('base')}`,
    'COPY site-packages /opt/other/site-packages',
    'COPY a /etc/a',
    'COPY --chmod=4755 a /bin/tool',
    'COPY settings.py /app/settings.py',
    'COPY .netrc /root/.netrc',
    'COPY ca.crt /etc/ssl/ca.crt',
  ],
  files: {
    ...site('torch', '2.8.0'),
    a: 'other',
    'settings.py': `\nkey = "${TOKEN}"\n`,
    '.netrc': 'machine x',
    'ca.crt': 'CA',
  },
};
const GOOD: TestImage = {
  name: 'good',
  base: 'base',
  dockerfile: [
    `FROM ${tag('base')}`,
    'COPY site-packages /opt/site-packages',
    'COPY --chmod=0755 a /bin/tool',
  ],
  files: { ...site('numpy', '2.0'), a: 'other' },
};
const IMAGES = [BASE, BAD, GOOD];
const CA = new Map([[createHash('sha256').update('CA').digest('hex'), 'ca']]);

const listed = async (
  name: string,
  root: string,
  others: readonly string[] = [],
): Promise<readonly [readonly LayerListing[], readonly string[]]> => {
  const lines: string[] = [];
  const image = (await inspectImages([tag(name)])).get(tag(name));
  const layers = await listLayers(
    root,
    { reference: tag(name), diffIds: image?.diffIds ?? [] },
    others.map(tag),
    (line) => lines.push(line),
  );
  return [layers, lines];
};

describe.each(['containerd', 'overlay2'] as const)('an engine of the %s store', (store) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await Engine.start(store);
    vi.stubEnv('DOCKER_HOST', engine.host);
    for (const image of IMAGES) await buildImage(tag(image.name), image);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await engine?.stop();
  });

  test('a bad image: each thing that should not be in it, with the line that brought it', async () => {
    const [layers] = await listed('bad', tempFolder());
    const { findings } = auditImage(BAD, [BASE], layers, CA);
    expect(findings.map(({ file, line, code }) => `${file ?? ''}:${line ?? ''} ${code}`)).toEqual([
      'images/bad/Dockerfile:2 distribution-twice',
      'images/bad/Dockerfile:3 base-file-changed',
      'images/bad/Dockerfile:4 setuid-file',
      'images/bad/Dockerfile:5 secret-in-layer',
      'images/bad/Dockerfile:6 secret-in-layer',
      'images/bad/Dockerfile:7 build-secret-in-layer',
    ]);
    expect(JSON.stringify(layers)).not.toContain(TOKEN);
  });

  test('a good image on the same base has nothing', async () => {
    const [layers] = await listed('good', tempFolder());
    expect(auditImage(GOOD, [BASE], layers).findings).toEqual([]);
  });

  test('layers that several images have are read once, and never again', async () => {
    const root = tempFolder();
    const [layers, lines] = await listed('bad', root, ['base', 'good', 'is-not-there']);
    expect(lines[0]).toBe('reads 10 layers that 3 images of this run have');
    expect(lines).toHaveLength(11);
    expect(layers.map(({ diffId }) => diffId)).toEqual(
      (await inspectImages([tag('bad')])).get(tag('bad'))?.diffIds,
    );
    for (const name of ['base', 'bad', 'good']) expect((await listed(name, root))[1]).toEqual([]);
  });
});

describe('packages that pip installs', () => {
  const root = process.env['NX_IMAGES_ARG_ROOT'] ?? 'python:3.11-slim-bookworm';
  const ca = process.env['NX_IMAGES_SECRET_CA'] ?? process.env['SSL_CERT_FILE'];
  const mount = '--mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt,required=false';
  const pip = (version: string): string =>
    `RUN ${mount} PIP_CERT=/etc/ssl/certs/ca-certificates.crt /opt/venv/bin/pip install --quiet --no-deps six==${version}`;
  const below: TestImage = {
    name: 'below',
    dockerfile: [`FROM ${root}`, 'RUN python3.11 -m venv /opt/venv', pip('1.16.0')],
  };
  const above: TestImage = {
    name: 'above',
    base: 'below',
    dockerfile: [`FROM ${tag('below')}`, pip('1.17.0')],
  };

  beforeAll(async () => {
    const secret = ca === undefined ? [] : [`--secret=id=ca,src=${ca}`];
    for (const image of [below, above]) await buildImage(tag(image.name), image, secret);
  });
  afterAll(() => docker('image', 'rm', tag('above'), tag('below')));

  test('another version above: both copies, what it hides, and no file of the mount', async () => {
    const [layers] = await listed('above', tempFolder());
    const record = auditImage(above, [below], layers);
    expect(record.findings.map(({ line, code }) => `${line ?? ''} ${code}`)).toEqual([
      '2 distribution-twice',
      '2 base-file-changed',
    ]);
    expect(record.findings[0]?.message).toMatch(/1\.16\.0 in layer .*\n.*1\.17\.0 in layer/);
    // six.py alone has 34 kB.
    expect(record.layers.at(-1)?.hides).toBeGreaterThan(34_000);
    const six = record.layers.at(-1)?.distributions.find(({ name }) => name === 'six');
    expect(six?.bytes).toBeGreaterThan(34_000);
  });
});

test('an image that the engine does not have', async () => {
  const wanted = { diffIds: new Set([`sha256:${'0'.repeat(64)}`]), known: new Set<string>() };
  const read = readLayers(
    [tag('none')],
    wanted,
    () => undefined,
    () => undefined,
  );
  const [problem] = await problemsOfPromise(read);
  expect(problem?.code).toBe('image-save');
  expect(problem?.message).toMatch(/no such image|not found/i);
});

test('no docker client', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'nothing'), '');
  vi.stubEnv('PATH', folder);
  const wanted = { diffIds: new Set([`sha256:${'0'.repeat(64)}`]), known: new Set<string>() };
  const [problem] = await problemsOfPromise(
    readLayers(
      ['x'],
      wanted,
      () => undefined,
      () => undefined,
    ),
  );
  vi.unstubAllEnvs();
  expect(problem).toMatchObject({ code: 'image-save' });
  expect(problem?.message).toContain('ENOENT');
});
