import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KEY_LABEL } from '../plan/plan.ts';
import { digestOf } from '../registry/manifest.ts';
import { tempFolder, writeFiles } from '../testing/folders.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { blobPath } from './layout.ts';
import { loadBundle } from './load-bundle.ts';
import { imagesOf, releaseText } from './release.ts';
import { releaseWith } from './testing/release.ts';

test.each<[what: string, make: (layer: string) => void]>([
  [
    'another content of the right size',
    (layer) => {
      writeFileSync(layer, '');
    },
  ],
  [
    'an error when it is read',
    (layer) => {
      symlinkSync('/proc/self/mem', layer);
    },
  ],
])('a layer that has %s is found while it is loaded', async (_what, make) => {
  const folder = tempFolder();
  const digest = `sha256:${'e'.repeat(64)}`;
  const blob = (content: object): { digest: string; size: number } => {
    const bytes = Buffer.from(JSON.stringify(content));
    writeFiles(folder, { [blobPath(digestOf(bytes))]: bytes.toString() });
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const config = blob({ config: { Labels: { [KEY_LABEL]: 'a'.repeat(64) } } });
  const manifest = blob({ config, layers: [{ digest, size: 0 }] });
  const [image] = imagesOf(releaseWith(), ['ml']);
  if (image === undefined) throw new Error('the release has no ml');
  const { name, ...ml } = image;
  const release = releaseWith({ images: { [name]: { ...ml, digest: manifest.digest } } });
  writeFiles(folder, {
    'release.json': releaseText(release),
    'index.json': '{}',
  });
  make(join(folder, blobPath(digest)));
  const program = join(tempFolder(), 'docker');
  writeFileSync(program, '#!/bin/sh\ntest "$1" = load && exec cat >&2\necho no such image >&2\nexit 1\n');
  chmodSync(program, 0o755);
  vi.stubEnv('PATH', `${dirname(program)}:${process.env['PATH'] ?? ''}`);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const choice = { names: [], imageName: 'o/app-{name}:{tag}' };
  const problems = await problemsOfPromise(loadBundle(folder, choice, () => undefined));
  expect(problems).toMatchObject([{ code: 'bundle-damaged', file: join(folder, blobPath(digest)) }]);
});
