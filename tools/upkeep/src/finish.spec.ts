import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { recordChange, runImages } from './finish.ts';
import { commit } from './git.ts';
import { releaseImages } from './patch/release.ts';
import { runNx } from './run-nx.ts';

vi.mock('./run-nx.ts', () => ({ runNx: vi.fn() }));
vi.mock('./git.ts', async (original) => ({ ...(await original<object>()), commit: vi.fn() }));

const said: string[] = [];
const change = {
  root: '/w',
  changed: ['libs/versions/versions.txt', 'images/asr/requirements.lock'],
  images: ['base-ml', 'asr'],
  say: (line: string) => said.push(line),
};

beforeEach(() => {
  said.length = 0;
  vi.mocked(runNx).mockReset().mockResolvedValue([]);
  vi.mocked(commit).mockReset();
});

test('builds the images that are affected, and no others', async () => {
  await runImages(change, 'docker-build');
  expect(vi.mocked(runNx).mock.calls).toEqual([
    ['/w', ['run-many', '-t', 'docker-build', '-p', 'base-ml,asr'], {}],
  ]);
});

// Fails where "no images" becomes "-p" without a name, which to Nx means all.
test('builds nothing where no image is affected', async () => {
  await runImages({ ...change, images: [] }, 'docker-build');
  expect(runNx).not.toHaveBeenCalled();
});

test.each([
  ['docker-build', 'not-built'],
  ['docker-test', 'not-tested'],
] as const)('%s that fails says what, that the files stay, and how to undo it', async (target, code) => {
  vi.mocked(runNx).mockResolvedValue([`asr:${target}`]);
  await expect(runImages(change, target)).rejects.toThrow(
    `asr:${target} failed; the files stay changed (${code})\n` +
      `  mend: mend what it says above, then npx nx run-many -t ${target} -p base-ml,asr; ` +
      'or undo all: git checkout -- libs/versions/versions.txt images/asr/requirements.lock',
  );
});

test.each([true, false])(
  'the changelog gets its entry, and a commit of it all is made or told: %s',
  async (wanted) => {
    const root = mkdtempSync(join(tmpdir(), 'finish-'));
    onTestFinished(() => {
      rmSync(root, { recursive: true });
    });
    writeFileSync(join(root, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n');
    await recordChange({ ...change, root }, 'torch 2.8.0.', 'torch', wanted);
    expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toBe(
      '# Changelog\n\n## Unreleased\n\n- torch 2.8.0.\n',
    );
    const paths = ['CHANGELOG.md', ...change.changed];
    expect(vi.mocked(commit).mock.calls).toEqual(wanted ? [[root, 'torch', paths]] : []);
    expect(said.at(-1)).toBe(
      wanted
        ? '    committed: torch'
        : `    to commit it: git commit --message 'torch' -- ${paths.join(' ')}`,
    );
  },
);

test('a release is published first, and then written', async () => {
  await releaseImages(change, 'registry.example/team');
  expect(
    vi.mocked(runNx).mock.calls.map(([, args, settings]) => [args.slice(0, 3).join(' '), settings]),
  ).toEqual([
    ['run-many -t docker-build', { NX_IMAGES_PUBLISH: 'true' }],
    ['run images:release', undefined],
  ]);
});

test('without a registry nothing is released, and that is said', async () => {
  await releaseImages(change, '');
  expect(runNx).not.toHaveBeenCalled();
  expect(said.join()).toContain('not released: NX_IMAGES_REGISTRY names no registry');
});

test('a release that is not written is a problem', async () => {
  vi.mocked(runNx).mockResolvedValueOnce([]).mockResolvedValueOnce(['images:release']);
  await expect(releaseImages(change, 'registry.example')).rejects.toThrow('not-released');
});
