import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
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

/** What a program prints; throws with its standard error when it fails. */
export async function run(
  program: string,
  args: readonly string[],
  cwd = workspace,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const options = { cwd, env: { ...environment, ...settings }, maxBuffer: 256 * 1024 * 1024 };
  const { stdout, stderr } = await execute(program, args, options);
  return stdout + stderr;
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
