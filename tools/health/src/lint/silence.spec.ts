import { describe, expect, test } from 'vitest';
import { lint } from './lint.ts';
import { familyOf, image, ROOT, type Files } from './testing/family.ts';

const judge = (files: Files): ReturnType<typeof lint> => {
  const family = familyOf({ x: { '.dockerignore': '*\n', ...files } });
  const [subject] = family.values();
  if (subject === undefined) throw new Error('no image');
  return lint(subject, family, new Map([['hadolint', files === HADOLINT ? [DL3020] : []]]));
};
const codes = (files: Files): readonly string[] =>
  judge(files).findings.map(({ file, line, code }) => `${file}:${line} ${code}`);
const body = (...lines: readonly string[]): Files => ({ Dockerfile: image(ROOT, ...lines) });

const DL3020 = {
  ...{ code: 'hadolint:DL3020', file: 'images/x/Dockerfile', line: 4 },
  ...{ message: 'use COPY', reason: 'page', mend: 'see' },
};
const HADOLINT = body('# lint: ignore=hadolint:DL3020 it unpacks', 'ADD x.tar.gz /');

describe('what a silence takes away', () => {
  test.each<[what: string, files: Files, line: number]>([
    ['the finding under it', body('# lint: ignore=secret-in-arg-or-env it is a name', 'ARG TOKEN'), 3],
    [
      'one inside the instruction, through other comments',
      body(
        '# lint: ignore=secret-in-arg-or-env it is a name',
        '# what for',
        'ENV A=1 \\',
        '    # more',
        '    TOKEN=1',
      ),
      3,
    ],
    ['one of another linter', HADOLINT, 3],
    [
      'in a .dockerignore',
      {
        ...body(),
        'a.py': '',
        '.dockerignore': '*\n# lint: ignore=stray-context-files read by a tool of ours\n!a.py\n',
      },
      2,
    ],
  ])('%s', (_what, files, line) => {
    const { findings, silences } = judge(files);
    expect(findings).toEqual([]);
    expect(silences.map((silence) => silence.line)).toEqual([line]);
    expect(silences[0]?.reason).toMatch(/\w/);
  });
});

test.each<[what: string, files: Files, findings: readonly string[]]>([
  [
    'without a reason it silences nothing',
    body('# lint: ignore=secret-in-arg-or-env', 'ARG TOKEN'),
    ['3 silence-without-reason', '4 secret-in-arg-or-env'],
  ],
  [
    'of a rule that there is not',
    body('# lint: ignore=secrets it is a name', 'ARG TOKEN'),
    ['3 silence-of-unknown-rule', '4 secret-in-arg-or-env'],
  ],
  ['of nothing', body('# lint: ignore=secret-in-arg-or-env once it was', 'ARG A'), ['3 silence-of-nothing']],
  [
    'of another instruction than the next',
    body('# lint: ignore=secret-in-arg-or-env it is a name', 'ARG A', 'ARG TOKEN'),
    ['3 silence-of-nothing', '5 secret-in-arg-or-env'],
  ],
  [
    'inside an instruction',
    body('ENV A=1 \\', '    # lint: ignore=secret-in-arg-or-env it is a name', '    TOKEN=1'),
    ['3 secret-in-arg-or-env', '4 silence-of-nothing'],
  ],
  [
    'at the end of a line is no comment at all',
    body('ARG TOKEN=# lint: ignore=secret-in-arg-or-env it is a name'),
    ['3 secret-in-arg-or-env'],
  ],
  [
    'its own findings can not be silenced',
    body('# lint: ignore=silence-of-nothing please', '# lint: ignore=secret-in-arg-or-env it was', 'ARG A'),
    ['3 silence-of-unknown-rule', '4 silence-of-nothing'],
  ],
  ['of hadolint itself', body('# hadolint ignore=DL3002', 'USER 0'), ['3 foreign-silence']],
  ['of hadolint for the whole file', body('# hadolint global ignore=DL3002'), ['3 foreign-silence']],
  [
    'of BuildKit itself',
    { Dockerfile: `# check=skip=all;error=true\n${image(ROOT)}` },
    ['1 foreign-silence'],
  ],
  ['BuildKit told to be stricter', { Dockerfile: `# check=error=true\n${image(ROOT)}` }, []],
])('a silence %s', (_what, files, findings) => {
  expect(codes(files)).toEqual(findings.map((one) => `images/x/Dockerfile:${one}`));
});
