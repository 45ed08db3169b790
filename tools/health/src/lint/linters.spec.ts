import { parseDockerfile } from '@cp-whisperx-app/nx-images/api';
import { problemsOf } from '@cp-whisperx-app/nx-images/testing/problems';
import { expect, test } from 'vitest';
import { readChecks } from './buildkit.ts';
import { readHadolint } from './hadolint.ts';

const SUBJECT = { dockerfile: parseDockerfile('FROM scratch', 'images/x/Dockerfile') };
const checks = (answer: object): ReturnType<typeof readChecks> =>
  readChecks(JSON.stringify(answer), '', SUBJECT);

test('BuildKit found nothing', () => {
  expect(checks({ warnings: null })).toEqual([]);
});

test('what BuildKit can not check is a problem at its line, whatever else it found', () => {
  const warnings = [{ ruleName: 'X', description: '', url: '', detail: '' }];
  const buildError = { message: 'unknown instruction', location: { ranges: [{ start: { line: 2 } }] } };
  expect(problemsOf(() => checks({ warnings, buildError }))).toMatchObject([
    { code: 'buildkit-check-failed', file: 'images/x/Dockerfile', line: 2 },
  ]);
});

test('an engine that does not answer is a problem, not an empty list', () => {
  const said = 'ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?';
  expect(problemsOf(() => readChecks('', said, SUBJECT))).toMatchObject([{ code: 'no-engine' }]);
});

test.each(['', 'hadolint: not found'])('hadolint that says %j is a problem', (stdout) => {
  expect(problemsOf(() => readHadolint(stdout, 'libgmp is missing'))).toMatchObject([
    { code: 'no-hadolint', message: expect.stringContaining('libgmp is missing') as string },
  ]);
});

test('a finding of the shell names the page of shellcheck', () => {
  const found = { code: 'SC2086', file: 'images/x/Dockerfile', line: 3, message: 'quote it' };
  expect(readHadolint(JSON.stringify([found]))).toEqual([
    {
      ...{ ...found, code: 'hadolint:SC2086' },
      reason: 'a rule of hadolint; its page says why',
      mend: 'see https://www.shellcheck.net/wiki/SC2086',
    },
  ]);
});
