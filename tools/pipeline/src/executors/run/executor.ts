import { contextOf, ensureImages, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { selectStages } from '../../model/select.ts';
import { gpuArguments } from '../../run/arguments.ts';
import { engineGpus } from '../../run/engine.ts';
import { readOptions, resumeCommand, type GivenOptions } from '../../run/options.ts';
import { checkOutput, copyOutput, lastFile, runStages } from '../../run/run.ts';
import { checkSettings } from '../../run/settings.ts';
import { writeSummary } from '../../run/summary.ts';
import { readStages } from '../../workspace.ts';

/** Runs the pipeline on a film, each stage in its image; what is done and unchanged, the stages skip. */
export default function run(given: GivenOptions, nx: ExecutorContext): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const options = readOptions(given, nx.cwd);
    const stages = readStages(context.graph, readIn(nx.root));
    if (options.config !== undefined)
      checkSettings(
        readFileSync(options.config, 'utf8'),
        given.config ?? '',
        stages.map(({ name }) => name),
      );
    const pipeline = selectStages(stages, options);
    const last = lastFile(options.work, pipeline);
    if (options.output !== undefined) checkOutput(options.output, last);
    const order = pipeline.map(({ name }) => name);
    const ensured = await ensureImages(order, 'engine', context);
    const stop = stopOnSignals();
    const record = await runStages(pipeline, options, {
      id: `cp-whisperx-${randomBytes(4).toString('hex')}`,
      images: new Map(ensured.map(({ plan }) => [plan.name, plan.keyed])),
      user: process.getuid && process.getgid && `${process.getuid()}:${process.getgid()}`,
      gpu: gpuArguments(options.device, await engineGpus()),
      environment: new Set(Object.keys(process.env).filter((name) => process.env[name] !== '')),
      stop: stop.signal,
      say: context.say,
    });
    const whole = record.stages.every(({ state }) => state === 'done' || state === 'skipped');
    if (whole && options.output !== undefined) copyOutput(last, options.output);
    const page = await writeSummary(options.work, order, record);
    const here = (path: string): string => (path.startsWith(nx.cwd) ? relative(nx.cwd, path) : path);
    context.say(
      whole
        ? `done in ${record.seconds.toFixed(1)} s: ${here(options.output ?? last)}, ${here(page)}`
        : `what is done stays in ${here(options.work)}; to go on: ${resumeCommand(given, nx.projectName ?? '')}`,
    );
    return whole;
  });
}

/** Aborted when this process is asked to end: it does so when its container has ended. */
function stopOnSignals(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stop.abort();
    });
  return stop;
}

const readIn =
  (root: string) =>
  (path: string): string | undefined =>
    existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;
