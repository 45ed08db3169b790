import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { Placed } from './rule.ts';

/** What hadolint is told for all files, each line with its reason. */
export const CONFIG = '.hadolint.yaml';

const TOOLS = 'tools/checks/python-tools.sh';

/**
 * What hadolint finds in a Dockerfile; its own comments silence nothing. It comes with the other Python tools.
 * @param root absolute path of the workspace
 * @param file from there
 * @throws ProblemError `no-hadolint` where it can't be had or does not answer
 */
export async function hadolint(root: string, file: string): Promise<readonly Placed[]> {
  const tools = await run(join(root, TOOLS), [], root);
  if (tools.code !== 0) throw none(tools.stderr);
  const program = join(tools.stdout.trim(), 'hadolint');
  const config = join(root, CONFIG);
  const { stdout, stderr } = await run(
    program,
    ['--disable-ignore-pragma', '--no-fail', '--config', config, '--format', 'json', file],
    root,
  );
  return readHadolint(stdout, stderr);
}

/** Reads hadolint's JSON. @throws ProblemError `no-hadolint` where it is none */
export function readHadolint(stdout: string, stderr = ''): readonly Placed[] {
  let answer: unknown;
  try {
    answer = JSON.parse(stdout);
  } catch {
    throw none(stderr || stdout);
  }
  return (answer as readonly { code: string; file: string; line: number; message: string }[]).map(
    ({ code, file, line, message }) => {
      const page = code.startsWith('SC')
        ? `https://www.shellcheck.net/wiki/${code}`
        : `https://github.com/hadolint/hadolint/wiki/${code}`;
      // DL1000: it can't read the file, and so has looked for nothing.
      const unread = code === 'DL1000';
      return {
        code: `hadolint:${code}`,
        file,
        line,
        message: unread ? `hadolint can't read this: ${message}` : message,
        reason: unread
          ? 'what hadolint can not read it does not check'
          : 'a rule of hadolint; its page says why',
        mend: unread
          ? 'where BuildKit reads it, write it as hadolint can: one heredoc without <<-, and an empty line after it'
          : `see ${page}`,
      };
    },
  );
}

const none = (said: string): ProblemError =>
  new ProblemError({
    code: 'no-hadolint',
    message: `hadolint did not answer\n  ${said.trim().split('\n').slice(0, 4).join('\n  ')}`,
    mend: `mend what is said above; ${TOOLS} gets it`,
  });

/** Without what would change hadolint's rules or its exit code from outside of the workspace. */
function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('HADOLINT_')),
  );
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}
