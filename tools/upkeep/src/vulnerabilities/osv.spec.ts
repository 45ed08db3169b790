import { brief, problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { question, readAnswer } from './osv.ts';
import { ASKED } from './testing/asked.ts';

/** As the real scanner gave it for ASKED and the small database; audit.net.spec.ts compares. */
const ANSWER = readFileSync(join(import.meta.dirname, 'testing/answer.json'), 'utf8');

interface Answer {
  results: { packages: { package: { name: string; ecosystem: string }; groups?: unknown[] }[] }[];
}

/** The answer with its packages changed. */
const answered = (change: (packages: Answer['results'][0]['packages']) => object[]): string => {
  const answer = JSON.parse(ANSWER) as Answer;
  return JSON.stringify({ results: answer.results.map(({ packages }) => ({ packages: change(packages) })) });
};

test('the question names each package as its kind is named, and one with a known vulnerability of each kind', () => {
  const { components } = JSON.parse(question(ASKED)) as { components: { purl: string }[] };
  expect(components.map(({ purl }) => purl)).toEqual([
    'pkg:pypi/tqdm@4.66.3',
    'pkg:pypi/numpy@2.0.2',
    'pkg:pypi/pyannote-core@5.0.0',
    'pkg:deb/debian/ffmpeg@7%3A5.1.9-0%2Bdeb12u1?distro=debian-12',
    'pkg:deb/debian/zlib@1%3A1.2.13.dfsg-1?distro=debian-12',
    'pkg:pypi/jinja2@2.4.1',
    'pkg:deb/debian/openssl@3.0.9-1?distro=debian-12',
  ]);
});

test('hits: two records of one thing are one; what is withdrawn, of another version or another release is none', () => {
  expect(readAnswer(ANSWER, ASKED)).toEqual([
    {
      ...{ ecosystem: 'Debian:12', name: 'ffmpeg', version: '7:5.1.9-0+deb12u1' },
      ...{ ids: ['DEBIAN-CVE-2099-9'], severity: '', summary: 'what DEBIAN-CVE-2099-9 is' },
      fixes: [['7:5.1.99-1']],
    },
    {
      ...{ ecosystem: 'PyPI', name: 'pyannote-core', version: '5.0.0' },
      ...{ ids: ['PYSEC-2099-4'], severity: '', summary: 'what PYSEC-2099-4 is', fixes: [] },
    },
    {
      ...{ ecosystem: 'PyPI', name: 'tqdm', version: '4.66.3' },
      ids: ['PYSEC-2099-1', 'GHSA-aaaa-bbbb-cccc', 'CVE-2099-1'],
      ...{ severity: '9.8', summary: 'what PYSEC-2099-1 is', fixes: [['4.67.0'], ['4.67.1']] },
    },
  ]);
});

test.each<[string, string, string]>([
  ['no JSON', 'Loaded PyPI local db', 'scanner-answer'],
  ['another shape', '{"results":[{"packages":[{"name":"x"}]}]}', 'scanner-answer'],
  ['nothing looked up', '{"results":[]}', 'scanner-blind'],
  ['null for nothing', '{"results":null}', 'scanner-blind'],
  [
    'a package that was left out',
    answered((all) => all.filter((one) => one.package.name !== 'numpy')),
    'scanner-blind',
  ],
  [
    'an empty database of PyPI',
    answered((all) => all.map((one) => (one.package.ecosystem === 'PyPI' ? { package: one.package } : one))),
    'scanner-blind',
  ],
  [
    'an empty database of Debian',
    answered((all) => all.map((one) => (one.package.ecosystem === 'PyPI' ? one : { package: one.package }))),
    'scanner-blind',
  ],
])('%s is not "none found"', (_, answer, code) => {
  expect(problemsOf(() => readAnswer(answer, ASKED)).map(brief)).toEqual([`: ${code}`]);
});

test('a package that is one of the known ones is ours, too', () => {
  const ours = [...ASKED, { ecosystem: 'PyPI', name: 'jinja2', version: '2.4.1' }];
  expect(readAnswer(ANSWER, ours).map(({ name }) => name)).toContain('jinja2');
});

test('an ecosystem that nothing proves is not looked up in silence', () => {
  const ours = [{ ecosystem: 'Debian:13', name: 'zlib', version: '1' }];
  expect(problemsOf(() => question(ours)).map(({ code }) => code)).toEqual(['ecosystem-without-proof']);
});
