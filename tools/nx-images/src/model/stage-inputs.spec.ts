import { expect, test } from 'vitest';
import { parseDockerfile, readStages } from '../dockerfile/index.ts';
import { stageInputs, type StageInputs } from './stage-inputs.ts';

function inputsOf(text: string, buildArgs: Readonly<Record<string, string>> = {}): StageInputs | undefined {
  const dockerfile = parseDockerfile(text, 'images/asr/Dockerfile');
  const { stages } = readStages(dockerfile, {
    buildArgs: new Map(Object.entries(buildArgs)),
    platform: 'linux/amd64',
  });
  return stageInputs(dockerfile, stages, text, 'python');
}

test.each<[what: string, lines: readonly string[], own: readonly number[]]>([
  ['itself, to the next stage', ['FROM a AS python', 'RUN x', 'FROM b', 'RUN y'], [0, 1]],
  ['the last stage', ['FROM b', 'RUN y', 'FROM a AS python', 'RUN x'], [2, 3]],
  [
    'what it stands on and copies from, through stages between',
    [
      'FROM a AS x',
      'RUN x',
      'FROM b AS other',
      'RUN o',
      'FROM x AS y',
      'RUN y',
      'FROM scratch AS python',
      'COPY --from=y / /',
      'FROM c',
      'COPY --from=python / /',
    ],
    [0, 1, 4, 5, 6, 7],
  ],
  [
    'a stage that it mounts',
    ['FROM a AS x', 'RUN x', 'FROM b AS python', 'RUN --mount=from=x,target=/x true', 'FROM c'],
    [0, 1, 2, 3],
  ],
  ['no global ARG', ['ARG A=1', 'FROM a AS python', 'RUN x'], [1, 2]],
  ['no comment, no empty line', ['# c', 'FROM a AS python', '# c', '', 'RUN x', '  # c', 'FROM b'], [1, 4]],
  [
    'an instruction of many lines, whole',
    ['FROM a AS python', 'RUN x \\', '  y \\', '  z', 'FROM b', 'RUN x \\', '  y'],
    [0, 1, 2, 3],
  ],
  [
    'a heredoc, whole, be there a FROM or a # in it',
    ['FROM a AS python', 'RUN <<E', 'FROM x', '# text', '', 'E', 'RUN z', 'FROM b'],
    [0, 1, 2, 3, 4, 5, 6],
  ],
  ['by its last name', ['FROM a AS python', 'RUN x', 'FROM b AS python', 'RUN y', 'FROM c'], [2, 3]],
  ['in any case', ['FROM a AS Python', 'RUN x', 'FROM c'], [0, 1]],
])('the text of a stage: %s', (_what, lines, own) => {
  expect(inputsOf(lines.join('\n'))?.text).toBe(own.map((index) => lines[index]).join('\n'));
});

test.each([
  ['no stage of that name', 'FROM a AS deps\nFROM b'],
  ['an image of that name', 'FROM python\nCOPY --from=python / /'],
  ['a name that begins so', 'FROM a AS python3\nFROM b'],
])('%s: nothing', (_what, text) => {
  expect(inputsOf(text)).toBeUndefined();
});

test.each<
  [
    what: string,
    text: string,
    given: Readonly<Record<string, string>>,
    args: readonly (readonly [string, string])[],
  ]
>([
  ['the default', 'FROM a AS python\nARG V=1', {}, [['V', '1']]],
  ['what is given', 'FROM a AS python\nARG V=1', { V: '2' }, [['V', '2']]],
  ['the global default', 'ARG V=1\nFROM a AS python\nARG V', {}, [['V', '1']]],
  ['not the global one that no stage declares', 'ARG V=1\nFROM a AS python', { V: '2' }, []],
  ['not one that holds nothing', 'FROM a AS python\nARG V', {}, []],
  ['not that of another stage', 'FROM a AS x\nARG V=1\nFROM a AS python\nARG W=2', {}, [['W', '2']]],
  [
    'one name in two stages: both',
    'FROM a AS x\nARG V=1\nFROM x AS python\nARG V=2\nFROM b',
    {},
    [
      ['V', '1'],
      ['V', '2'],
    ],
  ],
])('arguments of a stage: %s', (_what, text, given, args) => {
  expect(inputsOf(text, given)?.args).toEqual(args);
});

test.each<[what: string, text: string, references: readonly string[]]>([
  [
    'of all its stages, and no other',
    'FROM a AS x\nFROM o AS other\nFROM x AS python\nCOPY --from=c / /\nRUN --mount=from=m,target=/m true\nFROM b',
    ['1 a', '4 c', '5 m'],
  ],
  ['through arguments', 'ARG B=o/b:1\nFROM ${B} AS python\nFROM b', ['2 o/b:1']],
  ['no scratch', 'FROM scratch AS python\nCOPY a /\nFROM b', []],
])('references of a stage: %s', (_what, text, references) => {
  expect(inputsOf(text)?.references.map(({ reference, line }) => `${String(line)} ${reference}`)).toEqual(
    references,
  );
});

test.each<[what: string, lines: readonly string[], paths: readonly string[]]>([
  ['copied', ['COPY a b/ /x/', 'ADD c /'], ['a', 'b/', 'c']],
  ['mounted', ['RUN --mount=type=bind,source=l,target=/l true'], ['l']],
  ['a bind mount is the default kind', ['RUN --mount=source=l,target=/l true'], ['l']],
  ['mounted whole', ['RUN --mount=target=/all true'], ['']],
  ['no cache, no secret', ['RUN --mount=type=cache,target=/c --mount=type=secret,id=s true'], []],
  ['not of another image', ['COPY --from=i a /', 'RUN --mount=from=i,source=b,target=/b true'], []],
  ['through arguments', ['ARG F=lock', 'COPY ${F} /'], ['lock']],
  ['not the text of a heredoc', ['COPY <<E /x', 'text', 'E'], []],
])('paths of a stage: %s', (_what, lines, paths) => {
  const other = ['FROM a AS other', 'COPY other /'];
  const text = [...other, 'FROM a AS python', ...lines, 'FROM b', 'COPY own /'].join('\n');
  expect(inputsOf(text)?.paths).toEqual(paths);
});
