import { versionsFile } from '@cp-whisperx-app/versions';
import { FsTree } from 'nx/src/generators/tree';
import { expect, onTestFinished, test, vi } from 'vitest';
import { tempFolder, writeFiles } from '../../testing/folders.ts';
import stage from './generator.ts';

type Options = Parameters<typeof stage>[1];
type Files = Readonly<Record<string, string>>;

const graph = vi.hoisted(() => ({ images: [] as string[] }));
vi.mock('@nx/devkit', async (original) => {
  const image = (name: string): [string, object] => {
    const options = { dockerfile: `images/${name}/Dockerfile` };
    const target = { executor: '@cp-whisperx-app/nx-images:docker-build', options };
    return [name, { data: { root: `images/${name}`, targets: { 'docker-build': target } } }];
  };
  const nodes = () => ({
    ...Object.fromEntries(graph.images.map(image)),
    tidy: { data: { root: 'tools/tidy' } },
  });
  return { ...(await original<object>()), readCachedProjectGraph: () => ({ nodes: nodes() }) };
});

const pin = (digit: string): string => `python:3@sha256:${digit.repeat(64)}`;
const FAMILY: Files = {
  'images/base-cpu/Dockerfile': `# image: base:cpu\nFROM ${pin('1')}\n`,
  'images/base-cpu/requirements.lock': 'numpy==2.0.2 \\\n    --hash=sha256:00\n',
  'images/base-ml/Dockerfile': '# image: base-ml:cuda\nFROM acme/x-base:cpu\n',
  'images/base-ml/requirements.lock': 'torch==2.7.1 \\\n    --hash=sha256:00\n',
};

/** A workspace with these files, as Nx sees it. */
function workspaceOf(family: Files): FsTree {
  const folder = tempFolder();
  const plugin = '@cp-whisperx-app/nx-images';
  writeFiles(folder, {
    'nx.json': JSON.stringify({ plugins: [{ plugin, options: { imageName: 'acme/x-{name}:{tag}' } }] }),
    [versionsFile]: `# exclude-newer: 2025-11-20T00:00:00Z\n# debian-snapshot: 20251120T000000Z\n# root: ${pin('1')}\n# builder: ${pin('2')}\nuv==0.9.10\n`,
    ...family,
  });
  graph.images = Object.keys(family).flatMap((path) => /^images\/([^/]+)\/Dockerfile$/.exec(path)?.[1] ?? []);
  return new FsTree(folder, false);
}

/** Runs the generator in a family, and gives the files that it would write. */
function run(options: Options, family: Files = FAMILY): Record<string, string> {
  const tree = workspaceOf(family);
  stage(tree, options);
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, String(content)]));
}

const problemsOf = (options: Options, family?: Files): unknown => {
  try {
    return run(options, family);
  } catch (error) {
    return (error as { problems: unknown }).problems;
  }
};

test.each([
  ['loudness', 'cpu', 'loudness:cpu', 'acme/x-base:cpu', 'LOUDNESS_', 'test_loudness.py'],
  ['loud-2-go', 'gpu', 'loud-2-go:cuda', 'acme/x-base-ml:cuda', 'LOUD_2_GO_', 'test_loud_2_go.py'],
] as const)('%s for the %s', (name, device, image, base, prefix, testFile) => {
  const files = run({ name, device, description: 'sound in: numbers out' });
  const folder = `images/${name}`;
  expect(Object.keys(files).sort()).toEqual(
    [
      `${folder}/.dockerignore`,
      `${folder}/Dockerfile`,
      `${folder}/${name}.py`,
      `${folder}/requirements.in`,
      `${folder}/stage.json`,
      `${folder}/tests/${testFile}`,
    ].sort(),
  );
  const dockerfile = files[`${folder}/Dockerfile`] ?? '';
  expect(dockerfile.split('\n').slice(0, 2)).toEqual([`# image: ${image}`, `ARG BUILDER=${pin('2')}`]);
  expect([...dockerfile.matchAll(/^FROM (.*)$/gm)].at(-1)?.[1]).toBe(base);
  expect(dockerfile).toContain('description="sound in: numbers out"');
  expect(files[`${folder}/.dockerignore`]).toBe(`*\n!requirements.lock\n!${name}.py\n`);
  expect(JSON.parse(files[`${folder}/stage.json`] ?? '')).toEqual({
    inputs: { '--input': 'demux/audio.wav' },
    outputs: { '--output': `${name}.json` },
  });
  const script = files[`${folder}/${name}.py`] ?? '';
  expect(script).toContain(`env_prefix="${prefix}"`);
  expect(script.includes('resolve_device(settings.device)')).toBe(device === 'gpu');
  expect(files[`${folder}/tests/${testFile}`]?.includes('"no GPU"')).toBe(device === 'gpu');
});

const name = { code: 'stage-name' };
test.each<[string, Partial<Options>, object]>([
  ['capital letters', { name: 'Loud' }, name],
  ['an underscore', { name: 'loud_er' }, name],
  ['a digit first', { name: '2loud' }, name],
  ['two hyphens', { name: 'loud--er' }, name],
  ['a path', { name: '../loud' }, name],
  ['nothing', { name: '' }, name],
  ['too long', { name: 'l'.repeat(31) }, name],
  ['a module of Python', { name: 'wave' }, name],
  ['the frame', { name: 'stagekit' }, name],
  ['a package of its base', { name: 'numpy' }, name],
  ['a package further down', { name: 'numpy', device: 'gpu' }, name],
  ['an image', { name: 'base-ml' }, { code: 'stage-exists', file: 'images/base-ml' }],
  ["what gives another's image", { name: 'base' }, name],
  ['another project', { name: 'tidy' }, { code: 'stage-exists', file: 'images/tidy' }],
  ['a folder without a Dockerfile', { name: 'old' }, { code: 'stage-exists', file: 'images/old' }],
  ['a quote', { description: 'say "so"' }, { code: 'stage-description' }],
  ['a second line', { description: 'one\ntwo' }, { code: 'stage-description' }],
  ['a full stop', { description: 'one.' }, { code: 'stage-description' }],
  ['too many words', { description: 'w'.repeat(71) }, { code: 'stage-description' }],
])('refused: %s', (_, wrong, problem) => {
  const family = { ...FAMILY, 'images/old/tests/test_old.py': '' };
  const found = problemsOf({ name: 'loudness', device: 'cpu', ...wrong }, family);
  expect(found).toMatchObject([problem]);
});

test('a package that only the other base has is a good name', () => {
  expect(Object.keys(run({ name: 'torch', device: 'cpu' }))).toContain('images/torch/torch.py');
});

test.each([
  ['cpu', 'base-cpu', {}],
  ['gpu', 'base-ml', { 'images/base-cpu/Dockerfile': `# image: base:cpu\nFROM ${pin('1')}\n` }],
] as const)('a family without the base for the %s is told of it', (device, base, family) => {
  const found = problemsOf({ name: 'loudness', device }, family);
  expect(found).toMatchObject([{ code: 'no-base', message: expect.stringContaining(base) as string }]);
});

test('what comes next is said when the files are written', () => {
  const said = vi.spyOn(console, 'log').mockReturnValue();
  onTestFinished(() => {
    said.mockRestore();
  });
  const tell = stage(workspaceOf(FAMILY), { name: 'loudness', device: 'cpu' });
  expect(said).not.toHaveBeenCalled();
  tell();
  for (const command of [
    'npx nx sync',
    'npx nx run loudness:docker-build',
    'npx nx run loudness:docker-test',
  ])
    expect(String(said.mock.lastCall?.[0])).toContain(command);
});
