import { expect, test } from 'vitest';
import { installRan, ProgressReader, runSteps } from './progress.ts';

const shown = (lines: readonly string[]): readonly string[] => {
  const reader = new ProgressReader();
  return lines.flatMap((line) => reader.read(line) ?? []);
};

test('of a build, what a person wants to see', () => {
  const lines = [
    '#0 building with "default" instance using docker driver',
    '',
    '#1 [internal] load build definition from Dockerfile',
    '#1 transferring dockerfile: 839B done',
    '#1 DONE 0.0s',
    '#2 [auth] library/python:pull token',
    '#2 DONE 0.0s',
    '#3 [context installer] load .dockerignore',
    '#3 DONE 0.0s',
    '#8 [deps 1/2] FROM docker.io/library/root:1',
    '#8 resolve docker.io/library/root:1 0.0s done',
    '#8 CACHED',
    '#10 [deps 2/2] RUN --mount=type=bind,source=requirements.lock,target=/requirements.lock     --mount=type=secret,id=ca,required=false     sh /installer/install /requirements.lock',
    '#10 4.635 Using Python 3.11.2 environment at: /opt/venv',
    '#9 [stage-2 1/3] COPY --link --chown=0:0 --chmod=0644 asr.py words.py /app/',
    '#9 DONE 0.1s',
    '#10 [deps 2/2] RUN --mount=type=bind,source=requirements.lock,target=/requirements.lock     --mount=type=secret,id=ca,required=false     sh /installer/install /requirements.lock',
    '#10 4.782 DONE is a word of its output',
    '#10 DONE 57.3s',
    '#11 exporting to image',
    '#11 exporting layers 3.1s done',
    '#11 DONE 3.2s',
  ];
  expect(shown(lines)).toEqual([
    '  CACHED  [deps 1/2] FROM docker.io/library/root:1',
    '     ...  [deps 2/2] RUN sh /installer/install /requirements.lock',
    '    0.1s  [stage-2 1/3] COPY asr.py words.py /app/',
    '   57.3s  [deps 2/2] RUN sh /installer/install /requirements.lock',
    '     ...  exporting to image',
    '    3.2s  exporting to image',
  ]);
});

test('a step that fails, and what comes after it', () => {
  const lines = [
    '#6 [3/3] RUN exit 3',
    '#6 ERROR: process "/bin/sh -c exit 3" did not complete successfully: exit code: 3',
    '------',
    ' > [3/3] RUN exit 3:',
    'ERROR: failed to build',
  ];
  expect(shown(lines)).toEqual(['     ...  [3/3] RUN exit 3', '   ERROR  [3/3] RUN exit 3']);
});

test('a long step is cut', () => {
  expect(shown([`#6 [3/3] RUN ${'x'.repeat(200)}`])).toEqual([`     ...  [3/3] RUN ${'x'.repeat(79)}…`]);
});

test.each([
  ['of a stage among others', 'deps 2/2', 'deps'],
  ['of the only stage', '2/3', undefined],
  // Fails where one blank is expected: BuildKit aligns the numbers of ten steps and more.
  ['of a stage of many steps', 'stage-2  3/12', 'stage-2'],
])('a RUN step %s', (_what, label, stage) => {
  const log = (end: string): string => `#5 [${label}] RUN a\n#5 1.0 #6 CACHED\n${end}\n#50 CACHED\n`;
  expect(runSteps(log('#5 CACHED'))).toEqual([{ stage, ran: false }]);
  expect(runSteps(log('#5 DONE 1.2s'))).toEqual([{ stage, ran: true }]);
});

test('other steps, and what a step prints, are no RUN steps', () => {
  expect(
    runSteps('#1 [internal] load\n#2 [deps 1/2] FROM a\n#3 [2/2] COPY RUN /\n#3 [2/2] x [2/2] RUN a\n'),
  ).toEqual([]);
});

const log = (end: string, stage = 'deps 2/2'): string =>
  `#1 [internal] load\n#1 DONE 0.0s\n#13 [${stage}] RUN --mount=type=bind sh /installer/install\n#13 1.0 Resolved\n${end}\n#130 CACHED\n`;

test.each([
  ['from the cache', log('#13 CACHED'), false],
  ['run', log('#13 DONE 12.3s'), true],
  ['called off: the layer that copies from it was in the cache', log('#13 CANCELED'), false],
  ['run, and another one cached', log('#13 DONE 12.3s\n#1 CACHED'), true],
  ['begun, and neither done nor cached', log('#13 12.0 Installed'), false],
  ['another stage', log('#13 DONE 60.0s', 'stage-2 1/3'), false],
  ['a build whose Python layer came by itself', '#1 [internal] load\n#1 DONE 0.0s\n', false],
])('the install step: %s', (_, text, ran) => {
  expect(installRan(text)).toBe(ran);
});
