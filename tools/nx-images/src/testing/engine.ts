import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { dockerAt, runOrThrow } from './docker.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../engine/engine.sh');

/** How an engine keeps images. */
export type Store = 'containerd' | 'overlay2';

/** An engine of one's own, which stands for another machine. Whoever starts one stops it. */
export class Engine {
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  readonly docker: (...args: readonly string[]) => Promise<string>;
  readonly #home: string;

  private constructor(home: string) {
    this.#home = home;
    this.host = `unix://${home}/run/docker.sock`;
    this.docker = dockerAt(this.host);
  }

  /** One that has nothing but the local root and builder that the family is to stand on. */
  static async start(store: Store): Promise<Engine> {
    const home = await mkdtemp(join(tmpdir(), 'nximages-engine-'));
    await command('start', home, store);
    const engine = new Engine(home);
    await engine.loadRoots();
    return engine;
  }

  /** Brings the root and the builder from the usual engine. */
  async loadRoots(): Promise<void> {
    const names = localRoots();
    if (names.length === 0) return;
    const script = `docker save ${names.join(' ')} | docker --host ${this.host} load`;
    await runOrThrow('bash', ['-o', 'pipefail', '-c', script]);
  }

  /** Takes away all images but the root and the builder, and what builds left. */
  async empty(): Promise<void> {
    const list = await this.docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}@{{.ID}}');
    const gone = list.split('\n').flatMap((line) => {
      const [tag = '', id = ''] = line.split('@');
      return line === '' || localRoots().includes(tag) ? [] : [tag.endsWith(':<none>') ? id : tag];
    });
    if (gone.length > 0) await this.docker('rmi', '--force', ...gone);
    await this.docker('image', 'prune', '--force');
    await this.docker('buildx', 'prune', '--all', '--force');
  }

  async stop(): Promise<void> {
    await command('remove', this.#home);
  }
}

/** The root and the builder, where they are images of this machine alone. */
const localRoots = (): readonly string[] => [
  ...new Set(['NX_IMAGES_ARG_ROOT', 'NX_IMAGES_ARG_BUILDER'].flatMap((name) => process.env[name] ?? [])),
];

const command = (name: string, home: string, store: Store = 'containerd'): Promise<string> =>
  runOrThrow(PROGRAM, [name], { env: { ENGINE_PRIVATE: '1', ENGINE_HOME: home, ENGINE_STORE: store } });
