import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '@cp-whisperx-app/problem';
import { buildRequirements } from './plan.ts';
import { uvVersion } from './versions.ts';
import type { Versions } from './versions.ts';

/** What the images are: the resolver answers for this, whatever the host is. */
const target = ['--python-version', '3.11', '--python-platform', 'x86_64-manylinux_2_28'];

/** The arguments of every compile; they are an input of every lock. */
export function compileArguments({ excludeNewer, sdistOnly }: Versions): string[] {
  return [
    ...target,
    ...['--exclude-newer', excludeNewer, '--generate-hashes', '--no-header', '--no-annotate'],
    ...['--only-binary', ':all:', ...sdistOnly.flatMap((name) => ['--no-binary', name])],
  ];
}

/** uv's settings that choose versions. Those of the index, of certificates, cache and network stay the user's. */
const choosing =
  /^UV_(RESOLUTION|PRERELEASE|FORK_STRATEGY|INDEX_STRATEGY|CONSTRAINT|BUILD_CONSTRAINT|OVERRIDE|EXCLUDE|EXCLUDE_NEWER|NO_BINARY|NO_BUILD|TORCH_BACKEND|CUSTOM_COMPILE_COMMAND|NO_SOURCES)(_PACKAGE)?$/;

/** The user's environment; an index that is set for one of pip and uv serves both. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !choosing.test(name)));
  const index = kept['UV_DEFAULT_INDEX'] ?? kept['UV_INDEX_URL'] ?? kept['PIP_INDEX_URL'];
  return {
    ...(index === undefined ? {} : { UV_DEFAULT_INDEX: index, PIP_INDEX_URL: index }),
    ...kept,
    ...{
      NO_COLOR: '1',
      UV_NO_WRAP: '1',
      UV_NO_PROGRESS: '1',
      UV_PYTHON_DOWNLOADS: 'never',
    },
    ...{
      PIP_USER: '0',
      PIP_REQUIRE_VIRTUALENV: '0',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    },
  };
}

interface Ended {
  readonly code: number | 'absent';
  readonly stdout: string;
  readonly stderr: string;
}

function run(command: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { cwd, env: { ...environment(), TMPDIR: cwd }, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else if (error.code === 'ENOENT') resolve({ code: 'absent', stdout, stderr });
        else reject(new Error(error.message, { cause: error }));
      },
    );
  });
}

/**
 * Path of the pinned uv, taken once from its wheel into `.cache/uv/<version>` by pip, so that the host needs none.
 * By hash where uv.lock holds the pinned version; right after a bump of uv, before its lock is written, by version.
 * @throws ProblemError where there is no Python with pip, or pip fails
 */
export async function pinnedUv(root: string, versions: Versions, lock: string | undefined): Promise<string> {
  const version = uvVersion(versions);
  const home = join(root, '.cache', 'uv', version);
  const binary = join(home, 'bin', process.platform === 'win32' ? 'uv.exe' : 'uv');
  if (existsSync(binary)) return binary;

  await mkdir(join(root, '.cache', 'uv'), { recursive: true });
  const fresh = await mkdtemp(`${home}-`);
  try {
    const wanted = join(fresh, 'uv.lock');
    const locked = lock?.includes(`uv==${version} `) ?? false;
    await writeFile(wanted, locked ? (lock ?? '') : `uv==${version}\n`);
    const args = [
      'install',
      '--quiet',
      '--target',
      join(fresh, 'home'),
      '--only-binary',
      ':all:',
      '--no-deps',
    ];
    const pip = ['-m', 'pip', ...args, ...(locked ? ['--require-hashes'] : []), '-r', wanted];
    let ended = await run('python3', pip, fresh);
    if (ended.code === 'absent') ended = await run('python', pip, fresh);
    if (ended.code !== 0) throw new ProblemError(pipProblem(ended, version));
    await rename(join(fresh, 'home'), home).catch((error: unknown) => {
      if (!existsSync(binary)) throw error; // else another process was first
    });
    return binary;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function pipProblem({ code, stderr }: Ended, version: string) {
  if (code === 'absent' || stderr.includes('No module named pip')) {
    const mend = 'install Python 3 with pip (Debian: apt-get install python3-pip), then npx nx sync';
    return {
      code: 'no-pip',
      message: `Locks are compiled by uv ${version}, which pip fetches, and there is no python3 with pip`,
      mend,
    };
  }
  return {
    code: 'uv-not-fetched',
    message: `pip can't fetch uv ${version}\n  pip: ${tail(stderr)}`,
    mend: 'mend what pip says (index, proxy, certificate), then npx nx sync',
  };
}

const tail = (text: string) => text.trim().split('\n').slice(-6).join('\n  ');

/** What a compile came to: the printed lock, or why there is no solution. */
export type Compiled = { readonly printed: string } | { readonly conflict: string };

/**
 * One `uv pip compile`.
 * @param constraints texts of the locks of the chain
 * @param more arguments of this compile alone
 * @throws ProblemError where uv fails for another reason than the requirements
 */
export async function compile(
  uv: string,
  requirements: string,
  constraints: readonly string[],
  versions: Versions,
  offline: boolean,
  more: readonly string[] = [],
): Promise<Compiled> {
  const folder = await mkdtemp(join(tmpdir(), 'lock-'));
  try {
    const files: [string, string][] = [
      ['requirements.in', requirements],
      ['versions.txt', versions.text],
      ...constraints.map((text, index): [string, string] => [`base-${String(index)}.lock`, text]),
    ];
    // Alone, because uv builds what it has built for other build constraints anew.
    const build = buildRequirements.map((name) => `${name}==${versions.pins.get(name)?.version ?? '*'}\n`);
    await writeFile(join(folder, 'build.txt'), build.join(''));
    await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)));
    const args = [
      ...['pip', 'compile', 'requirements.in', '--build-constraints', 'build.txt'],
      ...files.slice(1).flatMap(([name]) => ['-c', name]),
      ...compileArguments(versions),
      ...(offline ? ['--offline'] : []),
      ...more,
    ];
    const { code, stdout, stderr } = await run(uv, args, folder);
    if (code === 0) return { printed: stdout };
    const reason = stderr.replace(/\s+/g, ' ').trim();
    const conflict = /No solution found when resolving dependencies: ╰─▶ (.*?)(?: hint: |$)/.exec(
      reason,
    )?.[1];
    if (conflict !== undefined && !/network was disabled|offline/i.test(reason)) return { conflict };
    const mend = offline
      ? 'npx nx sync, once with a network'
      : 'mend what uv says (index, proxy, certificate), then npx nx sync';
    throw new ProblemError({
      code: 'uv-failed',
      message: `uv can't compile\n  uv: ${tail(stderr)}`,
      mend,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
