import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import {
  accessSync,
  constants,
  createWriteStream,
  mkdirSync,
  statSync,
  writeFileSync,
  type WriteStream,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { containerOptions, copyFile, LOGS, type BuildJob } from './build-job.ts';
import { removeImages } from './docker.ts';
import type { BuildPlan } from '../plan/plan.ts';
import { secretVariable } from '../options.ts';
import { explainBuildFailure, foreignRoot } from './failures.ts';
import { ProgressReader } from './progress.ts';

/** What came of a run of BuildKit. */
export interface Built {
  readonly seconds: number;
  /** Of the manifest that was pushed; undefined when none was. */
  readonly digest?: string | undefined;
}

/** Builds images, each in a process of its own. One can be started before it is known what it will build. */
export class Builder {
  readonly #root: string;
  #ready: Worker | undefined;

  /** @param root absolute path of the workspace */
  constructor(root: string) {
    this.#root = root;
  }

  /** Starts a process for the next build: it loads while the caller finds out what is to be built. */
  prepare(): void {
    this.#ready ??= startWorker(this.#root);
  }

  /** Ends a process that was prepared and not used. */
  close(): void {
    this.#ready?.kill();
    this.#ready = undefined;
  }

  /**
   * Runs a job; the bases it names must be there.
   * @param say takes one readable line of progress at a time; the whole log goes to dist/images/NAME[.STAGE|.copy].log
   * @throws ProblemError with the cause, the failing line and its last output; secret-missing before anything is built
   */
  async build(job: BuildJob, say: (line: string) => void): Promise<Built> {
    const { plan } = job;
    // A copy and an image on a Python layer that is there mount none.
    if (job.to.copyOf === undefined && job.python === undefined) requireSecrets(this.#root, plan);
    const started = performance.now();
    if (job.to.copyOf !== undefined) {
      mkdirSync(join(this.#root, LOGS), { recursive: true });
      writeFileSync(join(this.#root, copyFile(plan)), `FROM ${job.to.copyOf}\n`);
    }
    const child = this.#ready ?? startWorker(this.#root);
    this.#ready = undefined;
    const options = containerOptions(job, this.#root);
    child.stdin.write(
      `${JSON.stringify({ options, context: { root: this.#root, projectName: plan.name } })}\n`,
    );
    const log = openLog(join(this.#root, logFile(job)));
    const kept: string[] = [];
    const progress = new ProgressReader();
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        kept.push(line);
        log.write(`${line}\n`);
        const shown = progress.read(line);
        if (shown !== undefined) say(shown);
      });
    }
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    log.end();
    const text = kept.join('\n');
    if (code !== 0) throw new ProblemError(explainBuildFailure(text, plan));
    const foreign = foreignRoot(text, plan);
    if (foreign !== undefined) {
      // Under its key a wrong image would be a hit for ever.
      if (job.to.place === 'engine') await removeImages([plan.keyed, plan.image]);
      throw new ProblemError(foreign);
    }
    const digest = /pushing manifest for \S+@(sha256:[0-9a-f]{64}) .*done$/m.exec(text)?.[1];
    return { seconds: (performance.now() - started) / 1000, digest };
  }
}

/** nx-container leaves out a file that is not there, and the build would go on without it. */
function requireSecrets(root: string, { name, dockerfile, secrets }: BuildPlan): void {
  for (const [id, file] of Object.entries(secrets)) {
    if (isReadable(resolve(root, file))) continue;
    const variables = `${secretVariable(id)}${id === 'ca' ? ' or SSL_CERT_FILE' : ''}`;
    throw new ProblemError({
      code: 'secret-missing',
      message: `${name} was not built: ${file}, which it may read as the secret "${id}", is no file that can be read`,
      file: dockerfile,
      mend: `correct ${variables}, or take it out of the environment, .env.local or nx.json (docs/build.md)`,
    });
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return !statSync(file).isDirectory();
  } catch {
    return false;
  }
}

type Worker = ChildProcessByStdio<Writable, Readable, Readable>;

/** The worker ends with all that it started when its standard input closes, so also when this process dies. */
function startWorker(root: string): Worker {
  const file = createRequire(join(root, 'package.json')).resolve('@cp-whisperx-app/nx-images/build-worker');
  const child = spawn(process.execPath, [file], {
    cwd: root,
    env: workerEnvironment(process.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const stop = (): void => {
    child.stdin.destroy();
  };
  // A task's process outlives Nx when Nx alone is stopped; it learns of it by the channel between them.
  process.once('disconnect', stop);
  child.once('close', () => process.off('disconnect', stop));
  return child;
}

/** Of the build of an image itself; by itself of its Python layer, and of a copy. */
function logFile({ plan: { name }, python, to }: BuildJob): string {
  const stage = to.place === 'registry' && to.stage;
  const part = to.copyOf === undefined ? stage && (python === undefined ? stage : `${stage}.copy`) : 'copy';
  return `${LOGS}/${name}${part ? `.${part}` : ''}.log`;
}

function openLog(file: string): WriteStream {
  mkdirSync(dirname(file), { recursive: true });
  return createWriteStream(file);
}

/** nx-container lets `INPUT_*` override every option; such a variable would build another image than planned. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'));
  return { ...Object.fromEntries(kept), BUILDKIT_PROGRESS: 'plain', BUILDX_METADATA_PROVENANCE: 'disabled' };
}
