import { expect, test } from 'vitest';
import { lint, type LintRecord } from './lint.ts';
import { familyOf, image, ROOT } from './testing/family.ts';
import { lintText } from './text.ts';

const CLEAN: LintRecord = {
  ...{ schema: 1, name: 'asr', dockerfile: 'images/asr/Dockerfile' },
  ...{ linters: ['family', 'BuildKit', 'hadolint'], rules: ['a', 'b'], findings: [], silences: [] },
};
const FINDING = {
  ...{ code: 'hadolint:DL3020', file: 'images/a,b/Dockerfile', line: 7 },
  ...{ message: '100% wrong\nand more', reason: 'why: so', mend: 'do, it' },
};

test('nothing found is one line that says what was held', () => {
  const line =
    'asr: 0 findings by 3 linters, 0 silences (2 rules of the family, and those of BuildKit and hadolint)';
  expect(lintText(CLEAN, 'text')).toBe(line);
  expect(lintText(CLEAN, 'github')).toBe(line);
});

test('for people: place, rule, reason and mend; each silence is told', () => {
  const silence = { file: 'images/asr/Dockerfile', line: 3, rule: 'a', reason: 'it must' };
  expect(lintText({ ...CLEAN, findings: [FINDING], silences: [silence] }, 'text').split('\n')).toEqual([
    'images/a,b/Dockerfile:7: 100% wrong (hadolint:DL3020)',
    'and more',
    '  reason: why: so',
    '  mend: do, it',
    '',
    'silenced images/asr/Dockerfile:3: a: it must',
    'asr: 1 finding by 3 linters, 1 silence (2 rules of the family, and those of BuildKit and hadolint)',
  ]);
});

test('for GitHub: one line a finding, escaped as its toolkit does', () => {
  expect(lintText({ ...CLEAN, findings: [FINDING] }, 'github').split('\n')[0]).toBe(
    '::error file=images/a%2Cb/Dockerfile,line=7,title=hadolint%3ADL3020::100%25 wrong%0Aand more%0Awhy: so%0Amend: do, it',
  );
});

test('for programs: the record', () => {
  expect(JSON.parse(lintText(CLEAN, 'json'))).toEqual(CLEAN);
});

test('findings stand in the order of their places; what ENV of a base sets is no undefined variable', () => {
  const family = familyOf({
    base: { '.dockerignore': '*\n', Dockerfile: image(ROOT, 'ENV FROM_BASE=1') },
    x: { '.dockerignore': '*\n', Dockerfile: image('base:cpu', 'ARG TOKEN', 'WORKDIR /$FROM_BASE/$NOWHERE') },
  });
  const subject = family.get('x');
  if (subject === undefined) throw new Error('no image');
  const undefinedVariable = (name: string, line: number) => ({
    ...{ ...FINDING, file: 'images/x/Dockerfile', line, code: 'buildkit:UndefinedVar' },
    message: `Usage of undefined variable '$${name}'`,
  });
  const others = [undefinedVariable('NOWHERE', 4), undefinedVariable('FROM_BASE', 4)];
  expect(
    lint(subject, family, new Map([['BuildKit', others]])).findings.map(({ line, code, message }) => [
      line,
      code,
      message.split(' ').at(-1),
    ]),
  ).toEqual([
    [3, 'secret-in-arg-or-env', 'secret'],
    [4, 'buildkit:UndefinedVar', "'$NOWHERE'"],
  ]);
});
