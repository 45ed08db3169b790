import { tempFolder, writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const workspace = resolve(import.meta.dirname, '../../..');

/** A target in the place of Nx: what it writes, and how it ends. */
interface Target {
  /** Undefined: it writes no file. */
  readonly writes?: string;
  readonly ends?: number;
  /** What it changes in the work tree. */
  readonly changes?: string;
}

interface Ran {
  readonly code: number | null;
  readonly stderr: string;
  /** What GitHub was asked for, a line each. */
  readonly calls: readonly string[];
  readonly folder: string;
}

/** Runs the script in a repository of its own, with stand-ins for npx and gh. @param number of the open issue or request */
function upkeep(args: readonly string[], target: Target, number = ''): Ran {
  const folder = tempFolder();
  const write = target.writes === undefined ? '' : `printf '%s' "$WRITES" >"\${5#--output=}"`;
  writeFiles(folder, {
    'work/.gitignore': 'dist/\n',
    'work/versions.txt': 'old\n',
    'bin/npx': `#!/bin/sh\nset -e\necho "npx $*" >>"$CALLS"\nmkdir -p dist/upkeep\n${write}\n${target.changes ?? ''}\nexit ${String(target.ends ?? 0)}\n`,
    'bin/gh': `#!/bin/sh\necho "gh $*" >>"$CALLS"\ncase $2 in list) [ -z "$NUMBER" ] || echo "$NUMBER" ;; esac\n`,
    calls: '',
  });
  for (const program of ['npx', 'gh']) chmodSync(join(folder, 'bin', program), 0o755);
  const work = join(folder, 'work');
  mkdirSync(join(work, 'tools/ci'), { recursive: true });
  cpSync(join(workspace, 'tools/ci/upkeep.sh'), join(work, 'tools/ci/upkeep.sh'));
  const git = (...words: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...words], {
      cwd: work,
      stdio: 'pipe',
    });
  };
  git('init', '--quiet', '--bare', '../origin.git');
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', '../origin.git');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'first');
  const { status, stderr } = spawnSync(join(work, 'tools/ci/upkeep.sh'), args, {
    cwd: work,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      CALLS: join(folder, 'calls'),
      WRITES: target.writes ?? '',
      NUMBER: number,
    },
  });
  const calls = readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
  return { code: status, stderr, calls, folder };
}

const RUN = 'npx nx run images:audit-vulns --format=markdown --output=dist/upkeep/vulnerabilities.md';
const LIST =
  'gh issue list --state open --label upkeep: vulnerabilities --limit 1 --json number --jq .[].number';
const TITLE = '--title Known vulnerabilities in what the images are made of';
const BODY = '--body-file dist/upkeep/vulnerabilities.md';

test.each<[string, Target, string, readonly string[]]>([
  [
    'the first finding opens an issue',
    { writes: 'found', ends: 1 },
    '',
    [
      RUN,
      LIST,
      'gh label create upkeep: vulnerabilities --force --description Kept by the upkeep workflow',
      `gh issue create --label upkeep: vulnerabilities ${TITLE} ${BODY}`,
    ],
  ],
  ['another rewrites it', { writes: 'found', ends: 1 }, '7', [RUN, LIST, `gh issue edit 7 ${TITLE} ${BODY}`]],
  [
    'none closes it',
    { writes: '' },
    '7',
    [RUN, LIST, 'gh issue close 7 --comment `npx nx run images:audit-vulns` finds nothing any more.'],
  ],
  ['none, and no issue: nothing', { writes: '' }, '', [RUN, LIST]],
])('%s', (_, target, number, calls) => {
  const ran = upkeep(['vulnerabilities'], target, number);
  expect([ran.code, ran.stderr, ran.calls]).toEqual([0, '', calls]);
});

test.each<[string, Target]>([
  ['wrote nothing', { ends: 1 }],
  ['wrote nothing, and says that all is well', {}],
  ['failed without a finding', { writes: '', ends: 130 }],
])('a report that %s fails, and leaves the issue as it is', (_, target) => {
  const ran = upkeep(['vulnerabilities'], target, '7');
  expect([ran.code, ran.calls]).toEqual([1, [RUN]]);
  expect(ran.stderr).toContain('mend: npx nx run images:audit-vulns');
});

test.each([
  ['outdated', 'versions:outdated'],
  ['unused', 'images:unused'],
  ['base-status', 'versions:base-status'],
])('%s is the report of %s', (name, target) => {
  const { code, calls } = upkeep([name], { writes: 'something' });
  expect(code).toBe(0);
  expect(calls[0]).toBe(`npx nx run ${target} --format=markdown --output=dist/upkeep/${name}.md`);
  expect(calls.at(-1)).toContain(`gh issue create --label upkeep: ${name} `);
});

test('an issue takes no more than GitHub allows', () => {
  const ran = upkeep(['unused'], { writes: `${'a line of a table\n'.repeat(5000)}last` });
  const body = readFileSync(join(ran.folder, 'work/dist/upkeep/unused.md'), 'utf8');
  expect(body.length).toBeLessThan(65_536);
  expect(body).toMatch(/a line of a table\nThere is more: run it here\.\n\nFrom `npx nx run images:unused`/);
});

test.each([
  ['a new branch has a new pull request', '', 'gh pr create --head upkeep/patch'],
  ['an open one is rewritten', '9', 'gh pr edit 9'],
])('a patch day: %s', (_, number, call) => {
  const ran = upkeep(['patch'], { changes: 'echo new >versions.txt; echo new >CHANGELOG.md' }, number);
  expect(ran.code).toBe(0);
  expect(ran.calls[0]).toBe('npx nx run versions:patch');
  expect(ran.calls.at(-1)).toMatch(
    new RegExp(`^${call} --title Patch day \\d{4}-\\d\\d-\\d\\d --body-file `),
  );
  const pushed = execFileSync('git', ['show', '--stat', '--format=%an', 'upkeep/patch'], {
    cwd: join(ran.folder, 'origin.git'),
    encoding: 'utf8',
  });
  expect(pushed).toMatch(/^github-actions\[bot\][^]*CHANGELOG\.md[^]*versions\.txt/);
});

test('a patch day on which nothing is newer pushes nothing', () => {
  const ran = upkeep(['patch'], {});
  expect([ran.code, ran.calls]).toEqual([0, ['npx nx run versions:patch']]);
  expect(existsSync(join(ran.folder, 'origin.git/refs/heads/upkeep'))).toBe(false);
});

test('a patch day that fails pushes nothing', () => {
  const ran = upkeep(['patch'], { changes: 'echo new >versions.txt', ends: 1 });
  expect([ran.code, ran.calls]).toEqual([1, ['npx nx run versions:patch']]);
});

test('a word that it does not know', () => {
  expect(upkeep(['vulns'], {})).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("does not know 'vulns'") as string,
  });
});
