import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { BuildPlan } from '../plan/plan.ts';
import { removeImages } from './docker.ts';
import { explainBuildFailure, foreignRoot } from './failures.ts';
import { ProgressReader } from './progress.ts';

/**
 * Options of nx-container's build executor for a plan. Pure.
 * @param builder the engine's own: any other sees no image that was built here
 */
export function containerOptions(
  plan: BuildPlan,
  root: string,
  builder: string,
): Readonly<Record<string, unknown>> {
  const pairs = (values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const place = (target: string): string => (target.includes('://') ? target : join(root, target));
  return {
    quiet: true,
    builder,
    context: join(root, plan.context),
    file: join(root, plan.dockerfile),
    tags: [plan.keyed, plan.image],
    platforms: [plan.platform],
    'build-contexts': Object.entries(plan.buildContexts).map(([name, target]) => `${name}=${place(target)}`),
    'build-args': pairs(plan.buildArgs),
    labels: pairs(plan.labels),
    'secret-files': pairs(plan.secrets),
    provenance: 'false',
    // Compressing layers for an engine on the same machine costs a minute an image and saves nothing there.
    outputs: ['type=image,compression=uncompressed,unpack=true'],
  };
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
   * Builds the image of a plan into the engine; its bases must be there.
   * @param builder name of the engine's own builder
   * @param say takes one readable line of progress at a time; the whole log goes to dist/images/NAME.log
   * @returns seconds
   * @throws ProblemError with the cause, the failing line and its last output
   */
  async build(plan: BuildPlan, builder: string, say: (line: string) => void): Promise<number> {
    const started = performance.now();
    const child = this.#ready ?? startWorker(this.#root);
    this.#ready = undefined;
    const options = containerOptions(plan, this.#root, builder);
    child.stdin.write(
      `${JSON.stringify({ options, context: { root: this.#root, projectName: plan.name } })}\n`,
    );
    const log = openLog(join(this.#root, `dist/images/${plan.name}.log`));
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
    const problem =
      code === 0 ? foreignRoot(kept.join('\n'), plan) : explainBuildFailure(kept.join('\n'), plan);
    // Under its key a wrong image would be a hit for ever.
    if (problem !== undefined && code === 0) await removeImages([plan.keyed, plan.image]);
    if (problem !== undefined) throw new ProblemError(problem);
    return (performance.now() - started) / 1000;
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

function openLog(file: string): WriteStream {
  mkdirSync(dirname(file), { recursive: true });
  return createWriteStream(file);
}

/** nx-container lets `INPUT_*` override every option; such a variable would build another image than planned. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'));
  return { ...Object.fromEntries(kept), BUILDKIT_PROGRESS: 'plain', BUILDX_METADATA_PROVENANCE: 'disabled' };
}
