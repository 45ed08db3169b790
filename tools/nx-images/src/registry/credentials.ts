import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { shorten } from './problems.ts';

/** What docker has for a registry: a name with its password, or a token to get other tokens with. */
export type Credentials =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

interface DockerConfig {
  readonly auths: ReadonlyMap<string, Entry>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

interface Entry {
  readonly auth: string | undefined;
  readonly identitytoken: string | undefined;
}

/** How docker calls Docker Hub in its files. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_MS = 20_000;
const BASE64 = /^[a-z\d+/\s]+={0,2}\s*$/i;

/**
 * What `docker login HOST` left: in `$DOCKER_CONFIG/config.json` (`~/.docker`), or in the credential helper that it names.
 * Source: github.com/docker/cli, cli/config/configfile and cli/config/credentials.
 * @throws ProblemError `docker-config`
 */
export async function credentialsFor(host: string): Promise<Credentials | undefined> {
  const file = join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const { auths, credHelpers, credsStore } = readConfig(file);
  const key = host === 'docker.io' ? HUB_KEY : host;
  const helper = credHelpers.get(key) ?? credHelpers.get(host) ?? credsStore;
  if (helper) return askHelper(helper, key, host, file);
  const name = auths.has(key) ? key : [...auths.keys()].find((other) => hostOf(other) === hostOf(key));
  const { auth, identitytoken } = auths.get(name ?? '') ?? {};
  if (identitytoken) return { identityToken: identitytoken };
  if (!auth) return undefined;
  const decoded = BASE64.test(auth) ? Buffer.from(auth, 'base64').toString() : '';
  const [, username, password] = /^([^:]+):(.*)$/s.exec(decoded) ?? [];
  if (username === undefined || password === undefined)
    throw broken(file, `its "auth" for ${host} is not the base64 of NAME:PASSWORD`, `docker login ${host}`);
  return { username, password };
}

/** All members are looked at, as docker does, which takes nothing of a file with a wrong one. */
function readConfig(file: string): DockerConfig {
  const config = objectOf(parseConfig(file), file);
  const auths = Object.entries(objectOf(config.auths, file, 'auths'));
  const helpers = Object.entries(objectOf(config.credHelpers, file, 'credHelpers'));
  return {
    auths: new Map(auths.map(([name, value]) => [name, entryOf(value, file, 'auths', name)])),
    credHelpers: new Map(
      helpers.flatMap(([name, value]) => {
        const helper = textOf(value, file, 'credHelpers', name);
        return helper === undefined ? [] : [[name, helper]];
      }),
    ),
    credsStore: textOf(config.credsStore, file, 'credsStore'),
  };
}

function parseConfig(file: string): unknown {
  if (!existsSync(file)) return {};
  const mend = `mend or delete ${file}`;
  let content = '';
  try {
    content = readFileSync(file, 'utf8');
    return JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError))
      throw broken(file, `the file can not be opened: ${codeOf(error)}`, mend);
    // The words of the error quote the file, and so may hold a password.
    const [, position] = /JSON at position (\d+)( \(line \d+ column \d+\))?$/.exec(error.message) ?? [];
    const line = position === undefined ? undefined : content.slice(0, Number(position)).split('\n').length;
    throw broken(file, 'the file is not valid JSON', mend, line);
  }
}

function entryOf(value: unknown, file: string, ...path: readonly string[]): Entry {
  const entry = objectOf(value, file, ...path);
  return {
    auth: textOf(entry.auth, file, ...path, 'auth'),
    identitytoken: textOf(entry.identitytoken, file, ...path, 'identitytoken'),
  };
}

/** The object at a path of the file; `null` is as absent, and that as empty. */
function objectOf(
  value: unknown,
  file: string,
  ...path: readonly string[]
): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw wrongType(file, path, 'JSON object');
}

function textOf(value: unknown, file: string, ...path: readonly string[]): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw wrongType(file, path, 'string');
}

function wrongType(file: string, path: readonly string[], type: string): ProblemError {
  const member = path.length === 0 ? 'it' : `its ${path.map((name) => JSON.stringify(name)).join('.')}`;
  return broken(file, `${member} is no ${type}`, `mend or delete ${file}`);
}

/** Old docker clients wrote `https://HOST/v1/`. */
const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/**
 * What it prints on stdout may hold a password, also when it fails, and is never told.
 * Source: github.com/docker/docker-credential-helpers, README.md, "Development".
 */
async function askHelper(
  name: string,
  key: string,
  host: string,
  file: string,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const { error, code, stdout, stderr } = await runHelper(program, key);
  if (error !== undefined) {
    const why = codeOf(error) === 'ENOENT' ? 'is not on PATH' : `can not be started: ${codeOf(error)}`;
    const mend = `install ${program}, or take it out of ${file}`;
    throw broken(file, `${program}, which ${file} names for ${host}, ${why}`, mend);
  }
  const mend = `echo ${key} | ${program} get`;
  if (code !== 0) {
    if (/credentials not found/i.test(stdout + stderr)) return undefined;
    const ending = code === null ? 'is ended' : `ends with ${code}`;
    throw broken(file, `${program} ${ending} for ${key}: ${shorten(stderr) || 'no words on stderr'}`, mend);
  }
  const credentials = answerOf(stdout);
  if (credentials === undefined)
    throw broken(file, `${program} gives no JSON with a Username and a Secret for ${key}`, mend);
  return credentials;
}

function answerOf(stdout: string): Credentials | undefined {
  try {
    const { Username, Secret } = JSON.parse(stdout) as { Username?: unknown; Secret?: unknown };
    if (typeof Username !== 'string' || typeof Secret !== 'string') return undefined;
    return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch {
    return undefined;
  }
}

interface Ran {
  /** Why it could not be started. */
  readonly error?: unknown;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function runHelper(program: string, key: string): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: HELPER_MS });
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('error', reject).on('close', resolve);
      // A helper may end without reading.
      child.stdin.on('error', () => undefined).end(key);
    });
    return { code, stdout, stderr };
  } catch (error) {
    return { error, code: null, stdout, stderr };
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'no reason is given';

const broken = (file: string, why: string, mend: string, line?: number): ProblemError =>
  new ProblemError({
    code: 'docker-config',
    message: `docker's credentials can not be read: ${why}`,
    file,
    line,
    mend,
  });
