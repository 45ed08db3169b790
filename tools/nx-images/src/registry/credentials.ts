import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What docker has for a registry: a name with its password, or a token to get other tokens with. */
export type Credentials =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/** How docker calls Docker Hub in its files. */
const HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_MS = 20_000;

/**
 * What `docker login HOST` left: in `$DOCKER_CONFIG/config.json` (`~/.docker`), or in the credential helper that it names.
 * Source: github.com/docker/cli, cli/config/configfile and cli/config/credentials.
 * @throws ProblemError `docker-config`
 */
export async function credentialsFor(host: string): Promise<Credentials | undefined> {
  const file = join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
  const { auths = {}, credHelpers = {}, credsStore } = readConfig(file);
  const key = host === 'docker.io' ? HUB_KEY : host;
  const helper = credHelpers[key] ?? credHelpers[host] ?? credsStore;
  if (helper) return askHelper(helper, key, file);
  const entry = auths[key] ?? Object.entries(auths).find(([name]) => hostOf(name) === hostOf(key))?.[1];
  if (entry?.identitytoken) return { identityToken: entry.identitytoken };
  if (!entry?.auth) return undefined;
  const [, username, password] = /^([^:]+):(.*)$/s.exec(Buffer.from(entry.auth, 'base64').toString()) ?? [];
  if (username === undefined || password === undefined)
    throw broken(file, `its "auth" for ${host} is not the base64 of NAME:PASSWORD`, `docker login ${host}`);
  return { username, password };
}

function readConfig(file: string): DockerConfig {
  if (!existsSync(file)) return {};
  try {
    const config: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return config;
  } catch (error) {
    throw broken(file, error instanceof Error ? error.message : String(error), `mend or delete ${file}`);
  }
  throw broken(file, 'it is no JSON object', `mend or delete ${file}`);
}

/** Old docker clients wrote `https://HOST/v1/`. */
const hostOf = (key: string): string => key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');

/** Source: github.com/docker/docker-credential-helpers, README.md, "Development". */
async function askHelper(name: string, key: string, file: string): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const { code, output } = await runHelper(program, key);
  if (code !== 0) {
    if (/credentials not found/i.test(output)) return undefined;
    const words = output.replace(/\s+/g, ' ').trim().slice(0, 200);
    throw broken(file, `${program} fails for ${key}: ${words}`, `echo ${key} | ${program} get`);
  }
  try {
    const { Username, Secret } = JSON.parse(output) as { Username: string; Secret: string };
    return Username === '<token>' ? { identityToken: Secret } : { username: Username, password: Secret };
  } catch {
    // What it printed may hold a password.
    throw broken(file, `${program} gives no JSON for ${key}`, `echo ${key} | ${program} get`);
  }
}

function runHelper(
  program: string,
  key: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: HELPER_MS });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => {
      resolve({ code: 127, output: error.message });
    });
    child.on('close', (code) => {
      resolve({ code, output: code === 0 ? stdout : stdout + stderr });
    });
    // A helper may end without reading.
    child.stdin.on('error', () => undefined).end(key);
  });
}

const broken = (file: string, why: string, mend: string): ProblemError =>
  new ProblemError({
    code: 'docker-config',
    message: `docker's credentials can not be read: ${why}`,
    file,
    mend,
  });
