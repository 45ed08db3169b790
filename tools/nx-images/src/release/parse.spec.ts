import { expect, test } from 'vitest';
import { brief, problemsOf } from '../testing/problems.ts';
import { parseRelease } from './parse.ts';
import { releaseText } from './release.ts';
import { releaseWith } from './testing/release.ts';

const good = releaseText(releaseWith());
const lines = good.split('\n');
/** 1-based line of the first line with a text, after another. */
const line = (text: string, after = ''): number => {
  const from = lines.findIndex((one) => one.includes(after));
  return lines.findIndex((one, index) => index >= from && one.includes(text)) + 1;
};

const digest = `sha256:${'b'.repeat(64)}`;

test.each<[what: string, change: (text: string) => string, problems: readonly string[]]>([
  ['nothing wrong', (text) => text, []],
  ['empty', () => '', ['r.json:1 release-not-json']],
  [
    'cut off',
    (text) => text.slice(0, text.indexOf('"revision"')),
    [`r.json:${line('"created"')} release-not-json`],
  ],
  [
    'a comma too much',
    (text) => text.replace('"schema": 1,', '"schema": 1,,'),
    [`r.json:${line('"schema"')} release-not-json`],
  ],
  ['a list', () => '[]', ['r.json:1 release-file']],
  ['no release', () => '{"services": {}}', ['r.json:1 release-file']],
  [
    'another schema',
    (text) => text.replace('"schema": 1', '"schema": 2'),
    [`r.json:${line('"schema"')} release-schema`],
  ],
  [
    'another member',
    (text) => text.replace('"schema": 1', '"schema": 1, "x": 2'),
    [`r.json:${line('"schema"')} release-file`],
  ],
  [
    'another member beside',
    (text) => text.replace('"services"', '"volumes": {}, "services"'),
    [`r.json:${line('"services"')} release-file`],
  ],
  [
    'a missing member',
    (text) => text.replace(/"created".*\n/, ''),
    [`r.json:${line('"x-release"')} release-file`],
  ],
  [
    'a name that leads elsewhere',
    (text) => text.replace('"v1"', '"../v1"'),
    [`r.json:${line('"name"')} release-file`],
  ],
  [
    'no time',
    (text) => text.replace('2026-11-25', '2026-13-25'),
    [`r.json:${line('"created"')} release-file`],
  ],
  [
    'no commit',
    (text) => text.replace('c'.repeat(40), 'main'),
    [`r.json:${line('"revision"')} release-file`],
  ],
  [
    'a registry with a scheme',
    (text) => text.replace('"registry.example/team"', '"https://x"'),
    [`r.json:${line('"registry"')} release-file`],
  ],
  [
    'no images',
    (text) => text.replace(/"images": \{[^]*?\n {4}\}/, '"images": {}'),
    [`r.json:${line('"images"')} release-file`],
  ],
  [
    'a short digest',
    (text) => text.replace(`"${digest}"`, '"sha256:bb"'),
    [`r.json:${line('"digest"', '"asr"')} release-file`],
  ],
  [
    'a digest of no kind',
    (text) => text.replace(`"${digest}"`, `"md5:${'b'.repeat(64)}"`),
    [`r.json:${line('"digest"', '"asr"')} release-file`],
  ],
  [
    'a short key',
    (text) => text.replace(`"${'a'.repeat(64)}"`, '"aa"'),
    [`r.json:${line('"key"', '"ml"')} release-file`],
  ],
  [
    'an image without a tag',
    (text) => text.replace('o/app-asr:cuda', 'o/app-asr'),
    [`r.json:${line('"image"', '"asr"')} release-file`],
  ],
  [
    'a size that is none',
    (text) => text.replace('"size": 1000', '"size": -1'),
    [`r.json:${line('"size"', '"ml"')} release-file`],
  ],
  [
    'a base that is not there',
    (text) => text.replace('"base": "ml"', '"base": "nl"'),
    [`r.json:${line('"base"', '"asr"')} release-contradiction`],
  ],
  [
    'an image on itself',
    (text) => text.replace('"base": "ml"', '"base": "asr"'),
    [`r.json:${line('"base"', '"asr"')} release-contradiction`],
  ],
  [
    'a service of another digest',
    (text) => text.replace(`@${digest}`, `@sha256:${'e'.repeat(64)}`),
    [`r.json:${line('"asr"', '"services"')} release-contradiction`],
  ],
  [
    'a service with more',
    (text) => text.replace(/("image": ".*@sha256:b+")/, '$1, "ports": []'),
    [`r.json:${line('"asr"', '"services"')} release-contradiction`],
  ],
  [
    'a service too much',
    (text) => text.replace('"services": {', '"services": {"ml": {"image": "x"},'),
    [`r.json:${line('"services"')} release-contradiction`],
  ],
  [
    'a service too few',
    (text) => text.replace(/,\n {4}"demux": \{\n.*\n {4}\}\n/, '\n'),
    [`r.json:${line('"services"')} release-contradiction`],
  ],
  [
    'two things',
    (text) => text.replace('"v1"', '""').replace('c'.repeat(40), ''),
    [`r.json:${line('"name"')} release-file`, `r.json:${line('"revision"')} release-file`],
  ],
])('a file with %s', (_what, change, problems) => {
  const text = change(good);
  if (problems.length > 0) expect(text).not.toBe(good);
  expect(problemsOf(() => parseRelease(text, 'r.json')).map(brief)).toEqual(problems);
});

test.each([
  ['"revision"', 'it is cut off'],
  ['dd', 'it is cut off'],
  ['},\n  "services"', 'it is cut off'],
])('a file that ends before %j tells so', (end, message) => {
  const [problem] = problemsOf(() => parseRelease(good.slice(0, good.indexOf(end) + 1), 'r.json'));
  expect(problem?.message).toBe(message);
});

test('what is no JSON is not called cut off', () => {
  const [problem] = problemsOf(() => parseRelease(good.replace('"schema": 1,', '"schema": 1;'), 'r.json'));
  expect(problem?.message).toBe('it is no JSON');
});
