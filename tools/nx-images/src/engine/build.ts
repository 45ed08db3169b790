import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { BuildPlan } from '../plan/plan.ts';
import { explainBuildFailure } from './failures.ts';
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

/**
 * Builds the image of a plan into the engine; its bases must be there.
 * @param builder name of the engine's own builder
 * @param say takes one readable line of progress at a time; the whole log goes to dist/images/NAME.log
 * @returns seconds
 * @throws ProblemError with the cause, the failing line and its last output
 */
export async function buildImage(
  plan: BuildPlan,
  root: string,
  builder: string,
  say: (line: string) => void,
): Promise<number> {
  const started = performance.now();
  const logFile = join(root, `dist/images/${plan.name}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const options = containerOptions(plan, root, builder);
  const request = JSON.stringify({ options, context: { root, projectName: plan.name } });
  const worker = createRequire(join(root, 'package.json')).resolve('@cp-whisperx-app/nx-images/build-worker');
  const child = spawn(process.execPath, [worker, request], {
    cwd: root,
    env: workerEnvironment(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  if (code !== 0) throw new ProblemError(explainBuildFailure(kept.join('\n'), plan));
  return (performance.now() - started) / 1000;
}

/** nx-container lets `INPUT_*` override every option; such a variable would build another image than planned. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'));
  return { ...Object.fromEntries(kept), BUILDKIT_PROGRESS: 'plain', BUILDX_METADATA_PROVENANCE: 'disabled' };
}
