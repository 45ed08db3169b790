import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** Set by Nx for the task that this process is; another Nx must not take them for its own. */
const OF_THIS_TASK = /^(NX_(TASK_.*|INVOCATION_ROOT_PID|INVOKED_BY_RUNNER|TERMINAL_.*|FORKED_.*)|LERNA_.*)$/;

/**
 * Runs Nx in the workspace, its output passed on as it comes.
 * @returns the tasks that failed, `asr:docker-test`; `nx` where it failed without naming one; empty where all went well
 */
export async function runNx(
  root: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THIS_TASK.test(name));
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/.bin/nx'), ...args, '--output-style=stream'],
    {
      cwd: root,
      env: { ...Object.fromEntries(kept), ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    process.stdout.write(data);
    output += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  return code === 0 ? [] : failedIn(output);
}

/** The tasks that Nx names at the end of a run that failed; `nx` where it names none. Pure. */
export function failedIn(output: string): readonly string[] {
  const [, list = ''] = stripVTControlCharacters(output).split('Failed tasks:');
  const failed = [...list.matchAll(/- ([\w.-]+:[\w.-]+)/g)].map(([, name]) => name ?? '');
  return failed.length > 0 ? failed : ['nx'];
}
