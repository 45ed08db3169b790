import { hashSync } from 'bcryptjs';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runOrThrow } from './docker.ts';
import { RegistryProxy, type Fault, type SeenRequest } from './registry-proxy.ts';

const GET_REGISTRY = fileURLToPath(new URL('../../../registry/get-registry.sh', import.meta.url));

/** How a registry is told to ask a token server. Source: distribution, docs/configuration.md, `auth`. */
export interface TokenAuth {
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** Path of the certificate that signs the tokens. */
  readonly rootcertbundle: string;
}

/** What a registry of the tests is like. */
export interface RegistryOptions {
  /** Password by name; nobody else may do anything. */
  readonly users?: Readonly<Record<string, string>>;
  readonly token?: TokenAuth;
  /** True where it is not said. */
  readonly deleteEnabled?: boolean;
  /** Where it keeps everything; a new one that `stop` deletes where it is not said. */
  readonly folder?: string;
}

/**
 * The real registry program on a free port of this machine, behind a proxy that records and can make it fail.
 * Whoever starts one stops it.
 */
export class TestRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly folder: string;
  readonly #own: boolean;
  readonly #program: ChildProcess;
  readonly #proxy: RegistryProxy;

  private constructor(folder: string, own: boolean, program: ChildProcess, proxy: RegistryProxy) {
    this.host = proxy.host;
    this.folder = folder;
    this.#own = own;
    this.#program = program;
    this.#proxy = proxy;
  }

  /** @throws Error with what the registry said when it does not start */
  static async start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const path = await runOrThrow(GET_REGISTRY, []);
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'registry-'));
    mkdirSync(folder, { recursive: true });
    const program = spawn(path, ['serve', writeConfig(folder, options)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
    });
    killAtExit(program);
    const proxy = await RegistryProxy.start(await portOf(program));
    return new TestRegistry(folder, options.folder === undefined, program, proxy);
  }

  /** The requests since the last `forget()`, oldest first. */
  requests(): readonly SeenRequest[] {
    return this.#proxy.requests();
  }

  forget(): void {
    this.#proxy.forget();
  }

  /** Makes it fail from now on, in one way, until `none`. @param afterBytes of an upload, for `dies-mid-push` */
  setFault(fault: Fault, afterBytes?: number): void {
    this.#proxy.setFault(fault, afterBytes);
  }

  async stop(): Promise<void> {
    await this.#proxy.stop();
    if (this.#program.exitCode === null) {
      const ended = new Promise((resolve) => this.#program.once('exit', resolve));
      this.#program.kill('SIGKILL');
      await ended;
    }
    if (this.#own) rmSync(this.folder, { recursive: true, force: true });
  }
}

function writeConfig(folder: string, { users, token, deleteEnabled = true }: RegistryOptions): string {
  const passwords = join(folder, 'htpasswd');
  if (users !== undefined)
    writeFileSync(
      passwords,
      Object.entries(users)
        .map(([name, password]) => `${name}:${hashSync(password, 4)}\n`)
        .join(''),
    );
  const auth = {
    ...(users && { htpasswd: { realm: 'test', path: passwords } }),
    ...(token && { token }),
  };
  const config = join(folder, 'config.yml');
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'info' },
      storage: {
        filesystem: { rootdirectory: join(folder, 'data') },
        delete: { enabled: deleteEnabled },
        maintenance: { uploadpurging: { enabled: false } },
      },
      http: { addr: '127.0.0.1:0', relativeurls: true },
      ...(Object.keys(auth).length > 0 && { auth }),
    }),
  );
  return config;
}

/** The port that it chose, of its log. */
function portOf(program: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    program.on('error', reject).on('exit', () => {
      reject(new Error(`the registry did not start:\n${log}`));
    });
    program.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // Read on, or it would stop at a full pipe.
      if (log.length < 64 * 1024) log += text;
      const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(log) ?? [];
      if (port !== undefined) resolve(Number(port));
    });
  });
}

function killAtExit(program: ChildProcess): void {
  const kill = (): void => void program.kill('SIGKILL');
  process.once('exit', kill);
  program.once('exit', () => process.off('exit', kill));
}
