import { expect, test } from 'vitest';
import { readAllowed } from './allowed.ts';
import { audit, open, updateCommand, type Audit } from './audit.ts';
import type { Hit } from './osv.ts';
import { auditMarkdown, auditText } from './report.ts';
import { ASKED } from './testing/asked.ts';

const hit = (change: Partial<Hit> & Pick<Hit, 'name'>): Hit => {
  const asked = ASKED.find(({ name }) => name === change.name);
  if (asked === undefined) throw new Error(change.name);
  const { ecosystem, version } = asked;
  return { ecosystem, version, ids: ['CVE-2099-1'], severity: '', summary: '', fixes: [], ...change };
};

const TQDM = hit({
  name: 'tqdm',
  ids: ['PYSEC-1', 'CVE-2099-1'],
  severity: '9.8',
  fixes: [['4.67.0'], ['4.67.1']],
});
const FFMPEG = hit({ name: 'ffmpeg', ids: ['DSA-1'], severity: '5.0', fixes: [['7:5.1.99-1']] });
const TOOL = hit({ name: 'pyannote-core', ids: ['PYSEC-4'], fixes: [['5.0.1']] });

const auditOf = (hits: readonly Hit[], allowed = ''): Audit =>
  audit({
    packages: ASKED,
    hits,
    allowed: readAllowed(allowed),
    imagesOf: (place) => (place.startsWith('tools/') ? [] : ['low', 'high']),
    day: '2026-11-28',
    database: 'DIR',
  });

test('each is told with its images, worst first', () => {
  const { vulnerabilities, looked } = auditOf([FFMPEG, TOOL, TQDM]);
  expect(looked).toEqual({ PyPI: 3, 'Debian:12': 2 });
  expect(vulnerabilities.map(({ name, images, severity, mend }) => [name, images, severity, mend])).toEqual([
    ['tqdm', ['low', 'high'], '9.8', 'npx nx run versions:update tqdm=4.67.1'],
    ['ffmpeg', ['low', 'high'], '5.0', 'npx nx run versions:patch'],
    [
      'pyannote-core',
      [],
      'unknown',
      'compile tools/checks/requirements.lock again with pyannote-core>=5.0.1',
    ],
  ]);
});

test.each<[string, Hit['fixes'], string | undefined]>([
  ['by number, not by text', [['4.100.0', '4.67.0']], '4.67.0'],
  ['not one below ours', [['3.9', '4.67.0']], '4.67.0'],
  ['of two records, the one that both call mended', [['4.67.0'], ['4.68.0']], '4.68.0'],
  ['none', [], undefined],
  ['none that is a version', [['deadbeef']], undefined],
])('what mends it: %s', (_, fixes, fixed) => {
  expect(auditOf([{ ...TQDM, fixes }]).vulnerabilities[0]?.fixed).toBe(fixed);
});

test('one command moves all packages of images, each to what mends all that is open of it', () => {
  const later = hit({ name: 'tqdm', ids: ['PYSEC-9'], fixes: [['4.68.0']] });
  const numpy = hit({ name: 'numpy', ids: ['PYSEC-3'], fixes: [['2.0.3']] });
  expect(updateCommand(auditOf([later, TQDM, numpy, FFMPEG, TOOL]))).toBe(
    'npx nx run versions:update tqdm=4.68.0 numpy=2.0.3',
  );
  expect(updateCommand(auditOf([FFMPEG, TOOL]))).toBeUndefined();
});

test.each<[string, string, readonly string[], readonly string[]]>([
  ['nothing allowed', '', ['PYSEC-1'], []],
  ['by its id', 'PYSEC-1 tqdm 2026-12-31 why', [], []],
  ['by another name of it', 'CVE-2099-1 tqdm 2026-12-31 why', [], []],
  ['until today', 'PYSEC-1 tqdm 2026-11-28 why', [], []],
  ['expired yesterday', 'PYSEC-1 tqdm 2026-11-27 why', ['PYSEC-1'], ['expired']],
  ['of another package', 'PYSEC-1 numpy 2026-12-31 why', ['PYSEC-1'], ['matches nothing']],
  ['of another id', 'PYSEC-2 tqdm 2026-12-31 why', ['PYSEC-1'], ['matches nothing']],
  ['of another id, and expired', 'PYSEC-2 tqdm 2020-01-01 why', ['PYSEC-1'], ['matches nothing']],
])('allowed: %s', (_, allowed, left, stale) => {
  const audited = auditOf([TQDM], allowed);
  expect(open(audited).map(({ id }) => id)).toEqual(left);
  expect(audited.stale.map(({ why }) => why)).toEqual(stale);
});

test('for a terminal', () => {
  const allowed = 'DSA-1 ffmpeg 2026-12-31 no film comes from strangers\nDSA-2 zlib 2026-12-31 gone\n';
  expect(auditText(auditOf([TQDM, FFMPEG], allowed))).toBe(
    `PYSEC-1  tqdm 4.66.3  severity 9.8  mended in 4.67.1
  in low, high
  https://osv.dev/vulnerability/PYSEC-1
  mend: npx nx run versions:update tqdm=4.67.1

libs/versions/vulnerabilities-allowed.txt:2: DSA-2 of zlib is found nowhere (allowance-unused)
  mend: take the line out

borne (libs/versions/vulnerabilities-allowed.txt):
  DSA-1  ffmpeg  until 2026-12-31  no film comes from strangers

all of PyPI that can be mended: npx nx run versions:update tqdm=4.67.1

1 known vulnerability, 1 borne; looked up 3 of PyPI, 2 of Debian:12 in DIR on 2026-11-28`,
  );
});

test('what nothing mends yet is one line a package, after what can be mended', () => {
  const waiting = [1, 2].map((at) => hit({ name: 'zlib', ids: [`DEBIAN-CVE-${String(at)}`] }));
  const audited = auditOf([...waiting, TQDM]);
  expect(auditText(audited)).toContain(
    `  mend: npx nx run versions:update tqdm=4.67.1

no version mends these yet:
  zlib 1:1.2.13.dfsg-1  DEBIAN-CVE-1 DEBIAN-CVE-2  in zlib1g of low, high
  mend: write it into libs/versions/vulnerabilities-allowed.txt, a line each: ID PACKAGE YYYY-MM-DD why
`,
  );
  expect(auditText(audited)).toMatch(/\n3 known vulnerabilities, 0 borne; /);
  expect(auditMarkdown(audited)).toContain(
    '| zlib 1:1.2.13.dfsg-1 | [DEBIAN-CVE-1](https://osv.dev/vulnerability/DEBIAN-CVE-1), [DEBIAN-CVE-2](https://osv.dev/vulnerability/DEBIAN-CVE-2) | zlib1g of low, high |',
  );
});

test('as an issue: empty where nothing is to be done, and nobody is called by what others wrote', () => {
  expect(auditMarkdown(auditOf([]))).toBe('');
  expect(auditMarkdown(auditOf([TQDM], 'PYSEC-1 tqdm 2026-12-31 why'))).toBe('');
  expect(auditMarkdown(auditOf([], 'PYSEC-1 tqdm 2020-01-01 why'))).toContain('allowance-unused');
  const told = auditMarkdown(auditOf([{ ...TQDM, summary: '@octocat a | b <img src=x>' }]));
  expect(told).toContain(
    '| [PYSEC-1](https://osv.dev/vulnerability/PYSEC-1): @\u200boctocat a \\| b \\<img src=x> |',
  );
});
