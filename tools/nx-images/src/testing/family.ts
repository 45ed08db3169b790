import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { receiptPath, type Receipt } from '../receipt.ts';
import { dockerAt, run, runOrThrow, tagsOf, type Answer } from './docker.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const PLUGIN = '@cp-whisperx-app/nx-images';

const dockerfile = readFileSync(join(import.meta.dirname, 'family/images/base-one/Dockerfile'), 'utf8');

/** The root that the family stands on: the one that its Dockerfile names, or the one that is set in its place. */
export const ROOT = process.env['NX_IMAGES_ARG_ROOT'] ?? /^ARG ROOT=(.*)$/m.exec(dockerfile)?.[1] ?? '';

/** The images of the family, sorted. */
export const ALL: readonly string[] = ['base-one', 'base-three', 'base-two', 'leaf-high', 'leaf-low'];

/** What a run of `docker-build` over all images did. Names of projects, sorted. */
export interface BuildRun extends Answer {
  /** Whose task ran, rather than being restored from Nx's cache. */
  readonly tasks: readonly string[];
  /** For whom BuildKit built: an image, or `NAME.python` for its Python layer by itself. */
  readonly builds: readonly string[];
  /** Of these, where a `RUN` did its work, rather than coming from a cache. */
  readonly runs: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A workspace of five tiny images in a folder of its own, with names of its own, so that several can be at work
 * in one engine. It has the layout of this repository: the plugin is a part of it.
 *
 *     root ── base-one ─┬─ leaf-low      (both leaves copy from libs/shared)
 *                       └─ base-two ── base-three ── leaf-high
 */
export class Family {
  readonly root: string;
  /** Of the images' names: `nximages-0123abcd/`. */
  readonly prefix: string;
  /** The engine that it works with; that of the environment where it is not said. */
  readonly host: string | undefined;

  private constructor(root: string, prefix: string, host?: string) {
    this.root = root;
    this.prefix = prefix;
    this.host = host;
  }

  static async create(): Promise<Family> {
    const root = await mkdtemp(join(tmpdir(), 'nximages-'));
    const family = new Family(root, `nximages-${randomBytes(4).toString('hex')}/`);
    await cp(join(import.meta.dirname, 'family'), root, { recursive: true });
    for (const image of await readdir(join(root, 'images')))
      await family.edit(`images/${image}/Dockerfile`, (text) =>
        text.replace('FROM nximages/', `FROM ${family.prefix}`),
      );
    for (const file of ['.env', '.gitignore', 'tsconfig.base.json'])
      await cp(join(REPOSITORY, file), join(root, file));
    await cp(join(REPOSITORY, 'tools/nx-images'), join(root, 'tools/nx-images'), {
      recursive: true,
      filter: (path) => !/\/(dist|testing|corpus)$/.test(path),
    });
    await family.write('nx.json', await nxJson(`${family.prefix}{name}:{tag}`));
    await linkPackages(root);
    await family.git('init', '--quiet');
    await family.git('add', '--all');
    await family.git('commit', '--quiet', '--message=family');
    return family;
  }

  /** The same sources and names in another folder, as on another machine: of what is committed, and of nothing else. */
  async clone(host: string | undefined = this.host): Promise<Family> {
    const root = await mkdtemp(join(tmpdir(), 'nximages-'));
    await runOrThrow('git', ['clone', '--quiet', this.root, root]);
    await linkPackages(root);
    return new Family(root, this.prefix, host);
  }

  /** Takes away the images and the folder. */
  async dispose(): Promise<void> {
    try {
      await this.remove(await tagsOf(this.prefix, this.host));
    } finally {
      await rm(this.root, { recursive: true });
    }
  }

  /** Runs Nx as a person would, in the workspace. */
  nx(args: readonly string[], env?: Environment): Promise<Answer> {
    const command = [join(this.root, 'node_modules/.bin/nx'), ...args];
    return run(process.execPath, command, { cwd: this.root, env: this.environment(env) });
  }

  /** Runs what a person would type into a shell, in the workspace; the first command that fails ends it. */
  shell(script: string, env?: Environment): Promise<Answer> {
    const args = ['-euo', 'pipefail', '-c', script];
    return run('bash', args, { cwd: this.root, env: this.environment(env) });
  }

  /** `nx run-many -t docker-build`, of all images or of some. */
  async build({
    env,
    projects = [],
  }: { env?: Environment; projects?: readonly string[] } = {}): Promise<BuildRun> {
    await this.forgetLogs();
    const some = projects.length === 0 ? [] : [`--projects=${projects.join()}`];
    const answer = await this.nx(['run-many', '-t', 'docker-build', '--outputStyle=static', ...some], env);
    const lines = answer.output.matchAll(/^> nx run ([\w-]+):docker-build(.*)$/gm);
    const tasks = [...lines]
      .filter(([, , note]) => !/cache/.test(note ?? ''))
      .map(([, project]) => project ?? '');
    // Copies of what is there, by BuildKit, build nothing.
    const builds = (await this.logs()).filter((name) => !name.endsWith('.copy'));
    const logs = await Promise.all(builds.map((name) => this.read(`dist/images/${name}.log`)));
    const runs = builds.filter((_, index) => runsIn(logs[index] ?? ''));
    return { ...answer, tasks: [...new Set(tasks)].sort(), builds, runs };
  }

  /** The projects whose `docker-build` Nx selects for what is changed since the last commit, sorted. */
  async affected(env?: Environment): Promise<readonly string[]> {
    const args = ['show', 'projects', '--affected', '--base=HEAD', '-t', 'docker-build', '--json'];
    const { code, stdout, output } = await this.nx(args, env);
    if (code !== 0) throw new Error(output);
    return (JSON.parse(stdout) as string[]).sort();
  }

  /** Full name of an image of the family: `base:one`, `leaf-low:key-…`. */
  image(name: string): string {
    return this.prefix + name;
  }

  /** Takes names of the family's images out of the engine, and the images when these were their last. */
  async remove(names: readonly string[]): Promise<void> {
    if (names.length > 0)
      await dockerAt(this.host)('rmi', '--force', ...names.map((name) => this.image(name)));
  }

  /** The tag of an image's content, as its receipt has its key: `base:key-0123456789ab`. */
  async keyed(name: string): Promise<string> {
    const { image, key } = await this.receipt(name);
    return `${image.slice(this.prefix.length).replace(/:.*/, '')}:key-${key.slice(0, 12)}`;
  }

  /** Both tags of an image. */
  async tags(name: string): Promise<readonly string[]> {
    const { image } = await this.receipt(name);
    return [image.slice(this.prefix.length), await this.keyed(name)];
  }

  async receipt(name: string): Promise<Receipt> {
    return JSON.parse(await this.read(receiptPath(name))) as Receipt;
  }

  async read(path: string): Promise<string> {
    return readFile(join(this.root, path), 'utf8');
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async edit(path: string, change: (text: string) => string): Promise<void> {
    await this.write(path, change(await this.read(path)));
  }

  async append(path: string, line: string): Promise<void> {
    await this.edit(path, (text) => `${text}${line}\n`);
  }

  git(...args: readonly string[]): Promise<string> {
    return runOrThrow('git', ['-c', 'user.name=test', '-c', 'user.email=test@localhost', ...args], {
      cwd: this.root,
    });
  }

  /** The sources as they were at first. */
  async restore(): Promise<void> {
    await this.git('reset', '--quiet', '--hard');
    await this.git('clean', '--quiet', '--force', '-d');
  }

  /** Without what this run of Nx or of a CI has set. */
  private environment(env?: Environment): Environment {
    const inherited = Object.keys(process.env).filter((name) =>
      /^NX_(?!IMAGES_ARG_)|^(CI|INPUT_.*)$/.test(name),
    );
    const scrubbed = Object.fromEntries(inherited.map((name) => [name, undefined]));
    const engine = this.host === undefined ? {} : { DOCKER_HOST: this.host };
    return { ...scrubbed, ...engine, ...env };
  }

  /** A build opens its log before BuildKit starts: a log is there for exactly the images that were built. */
  private async logs(): Promise<readonly string[]> {
    const files = await readdir(join(this.root, 'dist/images')).catch(() => []);
    return files.flatMap((file) => (file.endsWith('.log') ? [file.slice(0, -4)] : [])).sort();
  }

  private async forgetLogs(): Promise<void> {
    for (const name of await this.logs()) await rm(join(this.root, `dist/images/${name}.log`));
  }
}

/** Whether a log of BuildKit has a `RUN` that is done, and was not taken from a cache. */
function runsIn(log: string): boolean {
  const steps = [...log.matchAll(/^#(\d+) \[[^\]]*\] RUN /gm)].map(([, step]) => step);
  return steps.some((step) => new RegExp(`^#${step ?? ''} DONE `, 'm').test(log));
}

/** This repository's nx.json, for another family and without what only this repository has. */
async function nxJson(imageName: string): Promise<string> {
  const own = JSON.parse(await readFile(join(REPOSITORY, 'nx.json'), 'utf8')) as Record<string, unknown>;
  const plugins = [{ plugin: PLUGIN, options: { imageName } }];
  return JSON.stringify({ ...own, plugins, sync: undefined, targetDefaults: undefined }, null, 2);
}

/** Every package of the repository, but for the plugin, which is the workspace's own. */
async function linkPackages(root: string): Promise<void> {
  const modules = join(REPOSITORY, 'node_modules');
  const own = dirname(PLUGIN);
  await mkdir(join(root, 'node_modules', own), { recursive: true });
  for (const entry of await readdir(modules))
    if (entry !== own && !entry.startsWith('.'))
      await symlink(join(modules, entry), join(root, 'node_modules', entry));
  for (const entry of await readdir(join(modules, own)))
    if (join(own, entry) !== PLUGIN)
      await symlink(join(modules, own, entry), join(root, 'node_modules', own, entry));
  await symlink(join(modules, '.bin'), join(root, 'node_modules/.bin'));
  await symlink(join(root, 'tools/nx-images'), join(root, 'node_modules', PLUGIN));
}
