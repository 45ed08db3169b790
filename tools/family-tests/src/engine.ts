import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Root of the workspace: where nx.json is. */
export const workspace = ((): string => {
  let folder = process.cwd();
  while (!existsSync(join(folder, 'nx.json'))) folder = dirname(folder);
  return folder;
})();

/** The environment as Nx sees it: with the settings of this machine in .env.local. */
export const environment: NodeJS.ProcessEnv = { ...settings(), ...process.env };

const execute = promisify(execFile);

/** What a program prints; throws with the end of that when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  cwd = workspace,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { cwd, env: { ...environment, ...settings }, maxBuffer: 256 * 1024 * 1024 };
  try {
    const { stdout, stderr } = await execute(program, args, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout = '' } = error as { stdout?: string };
    throw Object.assign(error as Error, { message: `${(error as Error).message}\n${stdout.slice(-4000)}` });
  }
}

/** A fresh clone of what is committed, with the programs and the settings of this machine. */
export async function cloneWorkspace(): Promise<string> {
  const clone = mkdtempSync(join(tmpdir(), 'family-'));
  await run('git', ['clone', '--quiet', workspace, clone]);
  symlinkSync(join(workspace, 'node_modules'), join(clone, 'node_modules'));
  const settings = join(workspace, '.env.local');
  if (existsSync(settings)) copyFileSync(settings, join(clone, '.env.local'));
  return clone;
}

/**
 * The working tree as it stands, what is not committed too, as a repository of its own with the programs and the
 * settings of this machine.
 * @param to an empty folder
 * @param caches folders of the workspace that come along where they are there; what they hold is made again elsewhere
 */
export async function copyWorkspace(to: string, caches: readonly string[] = []): Promise<void> {
  const options = { recursive: true, verbatimSymlinks: true } as const;
  const files = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const tracked = new Set(files.split('\0').filter((path) => path !== ''));
  for (const path of [...tracked, '.env.local', ...caches])
    if (existsSync(join(workspace, path))) cpSync(join(workspace, path), join(to, path), options);
  symlinkSync(join(workspace, 'node_modules'), join(to, 'node_modules'));
  await run('git', ['init', '--quiet', '--initial-branch=main'], to);
  await run('git', ['add', '--all'], to);
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  await run('git', [...author, 'commit', '--quiet', '--message=family'], to);
}

/** Digests of an image's uncompressed layers, root first. */
export async function diffIds(reference: string): Promise<readonly string[]> {
  const text = await run('docker', ['image', 'inspect', '--format', '{{json .RootFS.Layers}}', reference]);
  return JSON.parse(text) as string[];
}

function settings(): Record<string, string> {
  const file = join(workspace, '.env.local');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return Object.fromEntries(
    lines.filter((line) => line.includes('=')).map((line) => line.split(/=(.*)/s, 2) as [string, string]),
  );
}
