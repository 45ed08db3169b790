import { ROOT } from '@cp-whisperx-app/nx-images/testing/family';
import { writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { problemsOfPromise } from '@cp-whisperx-app/nx-images/testing/problems';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeRequirement, judgeSystemPackage } from './judge.ts';
import { lookInto, type Look } from './look.ts';

const IMAGE = `nxtest-upkeep-look:${String(process.pid)}`;

const distribution = (name: string, record: string, requires = ''): Readonly<Record<string, string>> => ({
  [`dists/${name}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${requires}`,
  [`dists/${name}-1.0.dist-info/RECORD`]: record,
});

/** An image that asks for more than it uses: idle and ghost are for nothing. */
const FILES = {
  Dockerfile: `FROM ${ROOT}
COPY app /app
COPY dists /dists
RUN printf 'Package: ghost\\nStatus: install ok installed\\nMaintainer: x\\nArchitecture: all\\nVersion: 1\\nDescription: x\\n\\n' >> /var/lib/dpkg/status \\
 && echo /usr/bin/ghost > /var/lib/dpkg/info/ghost.list
ENV PYTHONPATH=/dists
`,
  'app/main.py':
    'from importlib import import_module\nimport busy\nfrom ns import left\nimport_module("plug.in")\nrun(["dash", "-c", "true"])\n',
  'dists/busy.py': 'find_library("bz2")\n',
  ...distribution(
    'Busy',
    'busy.py,,\n',
    'Requires-Dist: helper>=1\nRequires-Dist: extra-one; extra == "x"\n',
  ),
  ...distribution('helper', 'helper/__init__.py,,\n'),
  ...distribution('extra.one', 'extra_one.py,,\n'),
  ...distribution('plugged', 'plug/in.py,,\n'),
  ...distribution('ns-left', 'ns/left/__init__.py,,\n'),
  ...distribution('ns-right', 'ns/right.py,,\n'),
  ...distribution('idle', 'idle/__init__.py,,\n'),
  ...distribution('linking', '../usr/lib/x86_64-linux-gnu/libz.so.1,,\n'),
};

const seen: { look?: Look } = {};

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'look-'));
  writeFiles(folder, FILES);
  execFileSync('docker', ['build', '--quiet', '--tag', IMAGE, folder]);
  rmSync(folder, { recursive: true });
  seen.look = await lookInto('fixture', IMAGE, {
    own: ['busy', 'linking'],
    system: ['dash', 'libbz2-1.0', 'libc6', 'ghost'],
  });
});
afterAll(() => {
  execFileSync('docker', ['image', 'rm', '--force', IMAGE]);
});

const looks = (): ReadonlyMap<string, Look> =>
  new Map(seen.look === undefined ? [] : [['fixture', seen.look]]);
const asked = (name: string) => ({ image: 'fixture', file: 'requirements.in', line: 1, name });

test.each([
  ['busy', 'imported'],
  ['helper', 'needed'],
  ['extra-one', 'optional'],
  ['plugged', 'named'],
  ['ns-left', 'imported'],
  ['ns-right', 'unused'],
  ['idle', 'unused'],
])('the requirement %s is %s', (name, why) => {
  expect(judgeRequirement(asked(name), looks()).why).toBe(why);
});

test.each([
  ['dash', 'called', /^fixture: main\.py:5$/],
  ['libc6', 'linked', /^libz\.so\.1 of linking links it$/],
  ['libbz2-1.0', 'linked', /^busy\.py:1 of Busy names it$/],
])('the Debian package %s is %s', (name, why, use) => {
  const judged = judgeSystemPackage(asked(name), looks());
  expect(judged.why).toBe(why);
  expect(judged.uses).toContainEqual(expect.stringMatching(use));
});

test('a Debian package that nothing calls, links or depends on is unused', () => {
  expect(judgeSystemPackage(asked('ghost'), looks())).toMatchObject({ why: 'unused', uses: [] });
});

test('an image without Python is told, and is not "all used"', async () => {
  const problems = await problemsOfPromise(lookInto('none', 'nxtest-upkeep-none:1', { own: [], system: [] }));
  expect(problems.map(({ code }) => code)).toEqual(['image-silent']);
});
