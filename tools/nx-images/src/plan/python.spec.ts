import { expect, test } from 'vitest';
import { tempFolder } from '../testing/folders.ts';
import { planSources, SOURCES, writeSources } from '../testing/sources.ts';

const PIN = (digit: string): string => `sha256:${digit.repeat(64)}`;
const DEPS = [
  `ARG BUILDER=python:3-full@${PIN('3')}`,
  'FROM ${BUILDER} AS deps',
  'ARG EXTRA=none',
  'ARG PIP_MIRROR=',
  'RUN --mount=source=install.sh,target=/i --mount=source=requirements.lock,target=/l sh /i ${EXTRA}',
  'FROM scratch AS python',
  'COPY --link --from=deps /opt /opt',
].join('\n');

const image = (final: string, deps = DEPS): string => `${deps}\n${final}`;
const ASR = 'FROM o/app-ml:cuda\nCOPY --link --from=deps /opt /opt\nCOPY --chmod=0644 asr.py /\n';
const VAD = 'FROM o/app-base:cpu\nCOPY --chmod=0644 vad.py /\nCOPY --link --from=deps /opt /opt\n';

const FAMILY: Readonly<Record<string, string>> = {
  'images/asr/Dockerfile': image(ASR),
  'images/vad/Dockerfile': image(VAD),
  ...Object.fromEntries(
    ['asr', 'vad'].flatMap((name) => [
      [`images/${name}/.dockerignore`, `*\n!requirements.lock\n!install.sh\n!.pins\n!more\n!${name}.py\n`],
      [`images/${name}/install.sh`, 'pip install\n'],
      [`images/${name}/.pins`, 'p\n'],
      [`images/${name}/more/a/b`, 'm\n'],
      [`images/${name}/${name}.py`, `${name}\n`],
    ]),
  ),
};

interface Change {
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: object;
  readonly env?: Readonly<Record<string, string>>;
}

function pythonOf(name: string, { files = {}, options = {}, env = {} }: Change = {}): string | undefined {
  const root = tempFolder();
  writeSources(root, { ...FAMILY, ...files });
  return planSources(root, options, env).get(name)?.python;
}

const deps = (from: string, to: string): Change => ({
  files: { 'images/asr/Dockerfile': image(ASR, DEPS.replace(from, to)) },
});

test('a name of the family, by content', () => {
  expect(pythonOf('asr')).toMatch(/^o\/app-python:lock-[0-9a-f]{12}$/);
});

test('images of one lock have one layer, whatever else they are', () => {
  expect(pythonOf('asr')).toBe(pythonOf('vad'));
});

test('no such stage, no layer', () => {
  expect(pythonOf('demux')).toBeUndefined();
  expect(pythonOf('base')).toBeUndefined();
});

test.each([
  ['its tag is no part of the pattern', 'o/app-{name}:cuda'],
  ['its tag is a part of another', 'o/app-{name}:{tag}-1'],
])('it is by content where the pattern of names has no tag of its own: %s', (_what, imageName) => {
  const root = tempFolder();
  const names = ['base:cpu', 'ml:cuda'].map((stated) => {
    const [name = '', tag = ''] = stated.split(':');
    return [`o/app-${stated}`, imageName.replace('{name}', name).replace('{tag}', tag)] as const;
  });
  const renamed = Object.entries({ ...SOURCES, ...FAMILY }).map(([path, text]) => [
    path,
    path.endsWith('Dockerfile') ? names.reduce((now, [from, to]) => now.replaceAll(from, to), text) : text,
  ]);
  writeSources(root, Object.fromEntries(renamed) as Record<string, string>);
  expect(planSources(root, { imageName }).get('asr')?.python).toMatch(/^o\/app-python:lock-[0-9a-f]{12}$/);
});

test.each<[what: string, change: Change]>([
  ['the lock', { files: { 'images/asr/requirements.lock': 'a==2\n' } }],
  ['the installer', { files: { 'images/asr/install.sh': 'pip install -v\n' } }],
  ['the builder', { env: { NX_IMAGES_ARG_BUILDER: `python:3-full@${PIN('4')}` } }],
  ['an argument', { env: { NX_IMAGES_ARG_EXTRA: 'cuda' } }],
  ['that there is a mirror', { env: { NX_IMAGES_ARG_PIP_MIRROR: 'http://a.test' } }],
  ['the text of its stage', deps('sh /i', 'sh -e /i')],
  ['the text of the last of its stages', deps('/opt /opt', '/opt/venv /venv')],
  ['another platform', { options: { platform: 'linux/arm64' } }],
  ['another frontend', { files: { 'images/asr/Dockerfile': `# syntax=docker/dockerfile:1\n${image(ASR)}` } }],
])('%s makes another layer', (_what, change) => {
  expect(pythonOf('asr', change)).not.toBe(pythonOf('asr'));
});

test.each<[what: string, change: Change]>([
  ['a script', { files: { 'images/asr/asr.py': 'other\n' } }],
  ['a file that it does not take', { files: { 'images/asr/more/a/b': 'other\n' } }],
  ['the final stage', { files: { 'images/asr/Dockerfile': image(`${ASR}USER 1\n`) } }],
  ['a comment', deps('FROM scratch', '# why\nFROM scratch')],
  ['shared code', { files: { 'libs/shared/src/a.py': 'other\n' } }],
  ['its base', { files: { 'images/ml/weights': 'other\n' } }],
  ['the same builder of a mirror', { env: { NX_IMAGES_ARG_BUILDER: `m.test/p:x@${PIN('3')}` } }],
])('%s makes no other layer', (_what, change) => {
  expect(pythonOf('asr', change)).toBe(pythonOf('asr'));
});

test('which mirror is set does not enter', () => {
  const [a, b] = ['http://a.test', 'http://b.test'].map((mirror) =>
    pythonOf('asr', { env: { NX_IMAGES_ARG_PIP_MIRROR: mirror } }),
  );
  expect(a).toBe(b);
});

test('a name that two of its stages give different things enters for each of them', () => {
  const [first, second] = ['1', '2'].map((value) => {
    const lines = DEPS.replace('ARG EXTRA=none', 'ARG V').replace(
      'AS python',
      'AS python\nENV V=3\nARG W=${V}',
    );
    return pythonOf('asr', {
      files: { 'images/asr/Dockerfile': image(ASR, `ARG V=${value}\n${lines}\nARG V=3`) },
    });
  });
  expect(first).not.toBe(second);
});

test.each<[what: string, line: string, file: string, moves: boolean]>([
  ['a folder', 'COPY more /x', 'more/a/b', true],
  ['a folder within', 'COPY more/a/ /x', 'more/a/b', true],
  ['a file within', 'COPY ./more/a/b /x', 'more/a/b', true],
  ['a path with a way up', 'COPY more/../requirements.lock more/a/../a/b /x/', 'more/a/b', true],
  ['a path from the root', 'COPY /more /x', 'more/a/b', true],
  ['a hidden file', 'COPY .pins /x', '.pins', true],
  ['all by a dot', 'COPY . /x', 'asr.py', true],
  ['all by ./', 'COPY ./ /x', '.pins', true],
  ['all by a mount without a source', 'RUN --mount=target=/x true', 'asr.py', true],
  ['a pattern, which may be anything', 'COPY *.py /x', 'asr.py', true],
  ['a pattern of one letter', 'COPY as?.py /x', 'asr.py', true],
  ['not a name that begins the same', 'COPY mor /x', 'more/a/b', false],
  ['not what stands beside', 'COPY more/a /x', 'asr.py', false],
])('what a stage takes: %s', (_what, line, file, moves) => {
  const files = {
    'images/asr/Dockerfile': image(ASR, `${DEPS}\n${line.replace('COPY ', 'COPY --chmod=0644 ')}`),
  };
  const edited = { ...files, [`images/asr/${file}`]: 'other\n' };
  expect(pythonOf('asr', { files }) !== pythonOf('asr', { files: edited })).toBe(moves);
});

test.each<[what: string, line: string, file: string]>([
  ['a named folder', 'COPY --chmod=0644 --from=shared src /x', 'libs/shared/src/a.py'],
  ['another image of the family', 'COPY --from=o/app-ml:cuda /weights /x', 'images/ml/weights'],
])('a layer made from %s is another when that is', (_what, line, file) => {
  const { files = {} } = deps('FROM scratch AS python', `${line}\nFROM scratch AS python`);
  expect(pythonOf('asr', { files })).not.toBe(pythonOf('asr', { files: { ...files, [file]: 'other\n' } }));
});
