import { explainEngineFailure } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { Placed } from './rule.ts';
import { imagesOf, type Subject } from './subject.ts';

/**
 * What BuildKit's own checks find in a Dockerfile; its own comments silence nothing. Every image that the file names is an empty one
 * here, so that none is asked for, brought or built.
 * @param root absolute path of the workspace
 * @throws ProblemError where no engine answers, or BuildKit can't read the file
 */
export async function buildkitChecks(root: string, subject: Subject): Promise<readonly Placed[]> {
  const { file } = subject.dockerfile;
  const references = new Set(imagesOf(subject.stages).map(({ reference }) => reference));
  const args = [
    ...['buildx', 'build', '--call=check,format=json', '--file', join(root, file)],
    // The directive at the top of the file gives way to this argument. No rule is called "none".
    ...['--build-arg', 'BUILDKIT_DOCKERFILE_CHECK=skip=none'],
    ...[...references].flatMap((reference) => ['--build-context', `${reference}=docker-image://scratch`]),
    join(root, dirname(file)),
  ];
  const { stdout, stderr } = await docker(args);
  return readChecks(stdout, stderr, subject);
}

interface Answer {
  readonly warnings: readonly Warning[] | null;
  readonly buildError?: { readonly message: string; readonly location?: Location };
}

interface Warning {
  readonly ruleName: string;
  readonly description: string;
  readonly url: string;
  readonly detail: string;
  readonly location?: Location;
}

interface Location {
  readonly ranges?: readonly { readonly start: { readonly line: number } }[];
}

/** Reads the JSON of `--call=check`. @throws ProblemError where it is none, or holds an error */
export function readChecks(
  stdout: string,
  stderr: string,
  { dockerfile: { file } }: Pick<Subject, 'dockerfile'>,
): readonly Placed[] {
  let answer: Answer;
  try {
    answer = JSON.parse(stdout) as Answer;
  } catch {
    throw new ProblemError(explainEngineFailure(stderr || stdout));
  }
  const { warnings, buildError } = answer;
  if (buildError !== undefined)
    throw new ProblemError({
      code: 'buildkit-check-failed',
      message: `BuildKit can't check this: ${buildError.message}`,
      file,
      line: lineOf(buildError.location),
      mend: 'mend what BuildKit says',
    });
  return (warnings ?? []).map(({ ruleName, description, url, detail, location }) => ({
    code: `buildkit:${ruleName}`,
    file,
    line: lineOf(location) ?? 1,
    message: detail,
    reason: description,
    mend: `see ${url}`,
  }));
}

const lineOf = (location: Location | undefined): number | undefined => location?.ranges?.[0]?.start.line;

function docker(args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile('docker', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
