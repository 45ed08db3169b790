import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalReference } from '../model/image-name.ts';
import { expand, parseDockerfile, readStages, type Stage } from './index.ts';
import { ILLEGAL } from './testing/illegal.ts';
import { startBuildKit, type BuildKit } from './testing/buildkit.ts';
import { ENV, WORDS } from './testing/words.ts';

const CORPUS = join(import.meta.dirname, 'corpus');
const corpus = readdirSync(CORPUS).sort();

let buildKit: BuildKit;
beforeAll(async () => {
  buildKit = await startBuildKit();
});
afterAll(async () => {
  await buildKit.dispose();
});

test('the corpus is whole', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(30);
  expect(readFileSync(join(CORPUS, '24-bom-and-crlf.Dockerfile'), 'utf8')).toMatch(/^\uFEFF.*\r\n/);
});

describe.concurrent.each(corpus)('%s', (name) => {
  const text = readFileSync(join(CORPUS, name), 'utf8');

  test('has the stages that BuildKit lists', async () => {
    const dockerfile = parseDockerfile(text, name);
    const { stages } = readStages(dockerfile, { buildArgs: buildArgsOf(text), platform: 'linux/amd64' });
    const ours = stages.map((stage) => ({
      ...(stage.name !== undefined && { name: stage.name }),
      base: stage.base.raw,
      line: stage.line,
    }));
    expect(ours).toEqual(await buildKit.targets(text));
  });

  test('stands on the images that BuildKit loads, and on no other', async () => {
    const buildArgs = buildArgsOf(text);
    const { stages } = readStages(parseDockerfile(text, name), { buildArgs, platform: 'linux/amd64' });
    const images = imagesOf(stages);
    const { loaded, materials } = await buildKit.build(text, images, buildArgs);
    expect({ loaded: canonical(loaded), materials: canonical(materials) }).toEqual({
      loaded: canonical(images),
      materials: canonical(images),
    });
  });
});

test('words are expanded as BuildKit does', async () => {
  const env = new Map(Object.entries(ENV));
  const lines = [
    'FROM scratch',
    ...Object.entries(ENV).map(([key, value]) => `ENV ${key}='${value}'`),
    ...WORDS.map(([word], index) => `LABEL word${String(index)}=${word}`),
  ];
  const labels = await buildKit.labels(lines.join('\n'));
  const theirs = WORDS.map(([word], index) => [word, labels[`word${String(index)}`]]);
  expect(WORDS.map(([word]) => [word, expand(word, env)])).toEqual(theirs);
});

test.concurrent.each(ILLEGAL)('$name is refused by BuildKit too', async ({ text, says }) => {
  expect(await buildKit.refusal(text)).toMatch(says);
});

/** The build arguments that a corpus file names in comments: `# --build-arg NAME=value`. PIN is always given. */
function buildArgsOf(text: string): ReadonlyMap<string, string> {
  const stated = [...text.matchAll(/^# --build-arg (\w+)=(.*)$/gm)];
  return new Map([
    ['PIN', buildKit.pin],
    ...stated.map(([, name = '', value = '']) => [name, value] as const),
  ]);
}

function imagesOf(stages: readonly Stage[]): readonly string[] {
  return stages
    .filter(({ needed }) => needed)
    .flatMap(({ base, copies, mounts }) => [base, ...[...copies, ...mounts].map(({ from }) => from)])
    .flatMap((origin) => (origin?.kind === 'image' ? [origin.resolved] : []));
}

const canonical = (images: readonly string[]): readonly string[] =>
  [...new Set(images.map(canonicalReference))].sort();
