import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

// Nx reads .env.local, vitest does not.
if (existsSync('.env.local')) process.loadEnvFile('.env.local');

/** How a program ended and what it said, stderr after stdout. */
export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

interface Where {
  readonly cwd?: string;
  /** What the environment of the tests is changed by; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end, however it ends. */
export function run(program: string, args: readonly string[], { cwd, env }: Where = {}): Promise<Answer> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (code) => {
      resolve({ code, stdout, output: stdout + stderr });
    });
  });
}

/** Standard output of a program. @throws Error with all its output when it fails */
export async function runOrThrow(program: string, args: readonly string[], where?: Where): Promise<string> {
  const { code, stdout, output } = await run(program, args, where);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit code ${String(code)}\n${output}`);
  return stdout.trim();
}

/** @throws Error with what docker said */
export const docker = (...args: readonly string[]): Promise<string> => runOrThrow('docker', args);

/** As `docker`, for the engine at a host; undefined is that of the environment. */
export const dockerAt =
  (host: string | undefined) =>
  (...args: readonly string[]): Promise<string> =>
    docker(...at(host), ...args);

const at = (host: string | undefined): readonly string[] => (host === undefined ? [] : ['--host', host]);

/** The tags in the engine that begin with `prefix`, sorted, without it. */
export async function tagsOf(prefix: string, host?: string): Promise<readonly string[]> {
  const tags = await dockerAt(host)(
    'image',
    'ls',
    '--filter',
    `reference=${prefix}*`,
    '--format',
    '{{.Repository}}:{{.Tag}}',
  );
  return tags
    .split('\n')
    .filter((tag) => tag.startsWith(prefix))
    .map((tag) => tag.slice(prefix.length))
    .sort();
}

/** What an image in the engine is, or undefined when it is not there. */
export async function inspect(
  reference: string,
  host?: string,
): Promise<
  { Id: string; Config: { Labels: Record<string, string> | null }; RootFS: { Layers: string[] } } | undefined
> {
  const { code, stdout } = await run('docker', [
    ...at(host),
    'image',
    'inspect',
    '-f',
    '{{json .}}',
    reference,
  ]);
  return code === 0 ? (JSON.parse(stdout) as Awaited<ReturnType<typeof inspect>>) : undefined;
}

/** Those of `texts` that stand in an image: in its layers, its configuration or its manifest. */
export async function search(reference: string, texts: readonly string[]): Promise<readonly string[]> {
  const child = spawn('docker', ['save', reference], { stdio: ['ignore', 'pipe', 'inherit'] });
  const longest = Math.max(...texts.map((text) => text.length));
  const found = new Set<string>();
  let tail = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const window = tail + chunk.toString('latin1');
    for (const text of texts) if (window.includes(text)) found.add(text);
    tail = window.slice(-longest);
  }
  return texts.filter((text) => found.has(text));
}
