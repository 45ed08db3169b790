import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../testing/docker.ts';
import { Family } from '../../testing/family.ts';

/** The projects, each with one task. */
export const PROJECTS: readonly string[] = ['five', 'four', 'one', 'six', 'three', 'two'];

/** What a run of all tasks did. Names of projects, sorted. */
export interface TasksRun {
  readonly code: number | null;
  readonly output: string;
  /** Whose task ran. */
  readonly ran: readonly string[];
  /** Whose task came from the remote cache. */
  readonly remote: readonly string[];
  /** The lines of this plugin. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A workspace with this plugin and some small tasks that need no engine; clones of it are as those of git. */
export class Tasks {
  readonly #family: Family;
  readonly #clones: string[] = [];

  private constructor(family: Family) {
    this.#family = family;
  }

  static async create(): Promise<Tasks> {
    const family = await Family.create();
    for (const name of PROJECTS) {
      const output = `dist/tasks/${name}`;
      const command = `mkdir -p ${output} && cp tasks/${name}/in.txt ${output}/out.txt && echo made ${name}`;
      const inputs = ['{projectRoot}/in.txt', { externalDependencies: [] }];
      const outputs = [`{workspaceRoot}/${output}`];
      const work = { executor: 'nx:run-commands', cache: true, inputs, outputs, options: { command } };
      await family.write(`tasks/${name}/in.txt`, `the text of ${name}\n`);
      await family.write(`tasks/${name}/project.json`, JSON.stringify({ name, targets: { work } }));
    }
    await addSlow(family);
    return new Tasks(family);
  }

  /** A folder with the sources alone: no cache, no outputs. */
  async clone(): Promise<string> {
    const from = this.#family.root;
    const root = await mkdtemp(join(tmpdir(), 'nximages-clone-'));
    this.#clones.push(root);
    await cp(from, root, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => ![join(from, '.nx'), join(from, 'dist')].includes(path),
    });
    const plugin = join(root, 'node_modules/@cp-whisperx-app/nx-images');
    await rm(plugin);
    await symlink(join(root, 'tools/nx-images'), plugin);
    return root;
  }

  async dispose(): Promise<void> {
    for (const root of this.#clones) {
      await this.nx(root, ['daemon', '--stop']);
      await rm(root, { recursive: true, force: true });
    }
    await this.#family.dispose();
  }

  /** Runs all tasks, or those of some projects. */
  async work(root: string, env: Environment, projects: readonly string[] = PROJECTS): Promise<TasksRun> {
    const args = ['run-many', '-t', 'work', `--projects=${projects.join()}`, '--outputStyle=static'];
    const { code, output } = await this.nx(root, args, env);
    const lines = [...output.matchAll(/^> nx run ([\w-]+):work *(.*)$/gm)];
    const those = (wanted: RegExp): readonly string[] =>
      [...new Set(lines.flatMap(([, name = '', note = '']) => (wanted.test(note) ? [name] : [])))].sort();
    const warnings = output.match(/^nx-images: .*$/gm) ?? [];
    return { code, output, ran: those(/^$/), remote: those(/remote cache/), warnings };
  }

  /** The pattern of the images' names. */
  async imageName(): Promise<string> {
    const { plugins } = JSON.parse(await this.#family.read('nx.json')) as {
      plugins: { options: { imageName: string } }[];
    };
    return plugins[0]?.options.imageName ?? '';
  }

  /** What the daemon of a clone printed. */
  daemonLog(root: string): Promise<string> {
    return readFile(join(root, '.nx/workspace-data/d/daemon.log'), 'utf8');
  }

  nx(root: string, args: readonly string[], env?: Environment) {
    const inherited = Object.keys(process.env).filter((name) => /^(NX_|CI$)/.test(name));
    const scrubbed = Object.fromEntries(inherited.map((name) => [name, undefined]));
    const command = [join(root, 'node_modules/.bin/nx'), ...args];
    return run(process.execPath, command, { cwd: root, env: { ...scrubbed, ...env } });
  }
}

/** `after-slow` waits for `slow`, which nothing keeps and which takes some seconds. */
async function addSlow(family: Family): Promise<void> {
  const run = (command: string) => ({ executor: 'nx:run-commands', options: { command } });
  const slow = { work: { ...run('sleep 4'), cache: false } };
  const after = {
    work: {
      ...run('echo after'),
      cache: true,
      inputs: [],
      dependsOn: [{ projects: ['slow'], target: 'work' }],
    },
  };
  await family.write('tasks/slow/project.json', JSON.stringify({ name: 'slow', targets: slow }));
  await family.write('tasks/after-slow/project.json', JSON.stringify({ name: 'after-slow', targets: after }));
}
