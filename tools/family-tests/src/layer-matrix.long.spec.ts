import { installRan } from '@cp-whisperx-app/nx-images/api';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, diffIds, run, workspace } from './engine.ts';
import { FAMILY, FOLDERS, PREFIX } from './family.ts';
import { removeImages, renameFamily } from './own-prefix.ts';

/** A change of one input, and the layers that are anew by it: `asr/script` is the layer of asr's script. */
interface Change {
  readonly input: string;
  readonly change: (text: string) => string;
  /** Files that are changed at once, of images none of which stands on another. */
  readonly files: readonly string[];
  readonly layers: readonly string[];
  /** Images whose install step runs. */
  readonly installs?: readonly string[];
}

/** A package of a lock, with its hashes. */
const PACKAGE = /^[a-z0-9].*\n(?: .*\n)*/gm;

const BASES = FOLDERS.filter((folder) => folder.startsWith('base-'));
const STAGES = FOLDERS.filter((folder) => !BASES.includes(folder));
const own = (layer: string): string[] => STAGES.map((stage) => `${stage}/${layer}`);
const lockOf = (folder: string): string => `images/${folder}/requirements.lock`;
const packagesIn = (folder: string): string[] => read(lockOf(folder)).match(PACKAGE) ?? [];
const LOCKED = STAGES.filter((folder) => packagesIn(folder).length > 0);

const byte = (text: string): string => `${text}\n`;
/** Another one each time that the suite runs: the builder knows the others. */
const remark = `# ${randomBytes(4).toString('hex')}\n`;
const remarked = (text: string): string => text + remark;
const withoutLast = (text: string): string => remarked(text.replace(text.match(PACKAGE)?.at(-1) ?? '', ''));

const CHANGES: readonly Change[] = [
  {
    input: 'script: a byte',
    change: byte,
    files: STAGES.map((stage) => `images/${stage}/${stage}.py`),
    layers: own('script'),
  },
  {
    input: 'shared code: a byte',
    change: byte,
    files: ['libs/shared-py/src/stagekit/__init__.py'],
    layers: own('shared code'),
  },
  {
    input: 'system: a byte',
    change: byte,
    files: ['images/base-cpu/system/packages.list'],
    layers: ['base-cpu/system'],
  },
  // The same packages are the same layer, bit for bit.
  { input: 'own lock: a remark', change: remarked, files: LOCKED.map(lockOf), layers: [], installs: LOCKED },
  ...[LOCKED, ...BASES.toReversed().map((base) => [base])].map((folders) => ({
    input: `lock of ${folders.length > 1 ? 'a stage' : String(folders[0])}: a package less`,
    change: withoutLast,
    files: folders.map(lockOf),
    layers: folders.map((folder) => `${folder}/packages`),
    installs: folders,
  })),
];

const ROLES: Readonly<Record<string, string>> = {
  RUN: 'system',
  WORKDIR: 'folders',
  deps: 'packages',
  code: 'shared code',
  data: 'data',
  script: 'script',
};

const copy = mkdtempSync(join(tmpdir(), 'matrix-'));
const prefix = `matrix-${randomBytes(4).toString('hex')}/speech-`;
const before = new Map<string, readonly string[]>();

beforeAll(async () => {
  await copyWorkspace(copy);
  await renameFamily(copy, prefix);
  await run(
    'git',
    ['-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '-qam', 'prefix'],
    copy,
  );
  for (const [folder, layers] of await build()) before.set(folder, layers);
});

afterAll(async () => {
  await removeImages(prefix);
  rmSync(copy, { recursive: true });
});

describe.each(CHANGES)('$input', ({ input, change, files, layers, installs = [] }) => {
  let after = new Map<string, readonly string[]>();

  beforeAll(async () => {
    await removeImages(prefix);
    await run('git', ['checkout', '--quiet', '.'], copy);
    for (const file of files) writeFileSync(join(copy, file), change(read(file)));
    after = await build();
    const rows = FOLDERS.map((folder) => `| ${folder} | ${changedIn(folder, after).join(', ') || '–'} |`);
    console.log([`| ${input} | changes |`, '|---|---|', ...rows].join('\n'));
  });

  it.each(FOLDERS)('%s has those layers anew that come of it, and no other', (folder) => {
    expect(changedIn(folder, after)).toEqual(layersOf(folder).filter((layer) => layers.includes(layer)));
  });

  it('the install steps of those locks run, and no other', () => {
    const log = (folder: string): string => readFileSync(join(copy, 'dist/images', `${folder}.log`), 'utf8');
    const logs = readdirSync(join(copy, 'dist/images')).filter((file) => file.endsWith('.log'));
    const folders = logs.map((file) => file.replace('.log', '')).filter((folder) => installRan(log(folder)));
    const others = folders.filter((folder) => !installs.includes(folder));
    expect(others, others.map(log).join('\n')).toEqual([]);
    // Of images with one lock, one installs for all.
    const locks = (of: readonly string[]): Set<string> => new Set(of.map((folder) => read(lockOf(folder))));
    expect(locks(folders)).toEqual(locks(installs));
  });
});

/** Builds all images; their layers, by folder. */
async function build(): Promise<Map<string, readonly string[]>> {
  rmSync(join(copy, 'dist'), { recursive: true, force: true });
  await run('npx', ['nx', 'run-many', '-t', 'docker-build'], copy);
  const names = FAMILY.map(({ folder, image }) => [folder, image.replace(PREFIX, prefix)] as const);
  return new Map(
    await Promise.all(names.map(async ([folder, name]) => [folder, await diffIds(name)] as const)),
  );
}

/** What each layer of an image is, root first: of the images under it, then what its last stage says. */
function layersOf(folder: string): readonly string[] {
  const base = FAMILY.find(({ image }) => image === FAMILY.find((one) => one.folder === folder)?.base);
  const text = read(`images/${folder}/Dockerfile`);
  const stage = text.slice(text.lastIndexOf('\nFROM '));
  const made = [...stage.matchAll(/^(?:(RUN|WORKDIR)|COPY .*--from=(\w+))/gm)].map(
    ([, instruction, from]) => `${folder}/${ROLES[instruction ?? from ?? ''] ?? 'unknown'}`,
  );
  return [...(base === undefined ? ['root'] : layersOf(base.folder)), ...made];
}

function changedIn(folder: string, after: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const [old, now, roles] = [before.get(folder) ?? [], after.get(folder) ?? [], layersOf(folder)];
  expect([old.length, now.length]).toEqual([roles.length, roles.length]);
  return roles.filter((_, at) => old[at] !== now[at]);
}

function read(file: string): string {
  return readFileSync(join(workspace, file), 'utf8');
}
