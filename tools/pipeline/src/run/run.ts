import { ProblemError } from '@cp-whisperx-app/problem';
import { constants, copyFileSync, mkdirSync, renameSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { INSIDE, mainOutput, workFolders } from '../layout.ts';
import type { Pipeline, Stage } from '../model/pipeline.ts';
import type { RunRecord, StageRun } from '../run-record.ts';
import { stageArguments, type Container } from './arguments.ts';
import { runContainer } from './engine.ts';
import { StageLines } from './events.ts';
import { holdWork } from './lock.ts';
import type { RunOptions } from './options.ts';
import { peakBytes, writeRecord } from './records.ts';

/** What a run needs beside its options. */
export interface RunContext extends Omit<Container, 'name' | 'image'> {
  /** Begins the names of its containers. */
  readonly id: string;
  /** References of the stages' images, by stage. */
  readonly images: ReadonlyMap<string, string>;
  /** Aborted: the stage at work is stopped, and none comes after it. */
  readonly stop: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Runs the stages one after the other, up to the first that fails; `run.json` is right after each of them.
 * @returns the record, which says how each has ended
 * @throws ProblemError where the folders can't be made, or another run has them
 */
export async function runStages(
  pipeline: Pipeline,
  options: RunOptions,
  context: RunContext,
): Promise<RunRecord> {
  makeFolders(options.work, pipeline);
  const free = holdWork(options.work);
  try {
    return await runInOrder(pipeline, options, context);
  } finally {
    free();
  }
}

async function runInOrder(pipeline: Pipeline, options: RunOptions, context: RunContext): Promise<RunRecord> {
  const begun = new Date();
  const runs: StageRun[] = pipeline.map(({ name }) => ({ stage: name, state: 'waiting', seconds: 0 }));
  const record = (): RunRecord => ({
    film: basename(options.film),
    started: begun.toISOString(),
    seconds: secondsSince(begun.getTime()),
    stages: runs,
  });
  writeRecord(options.work, record());
  for (const [index, stage] of pipeline.entries()) {
    const say = (line: string): void => {
      context.say(`[${index + 1}/${pipeline.length}] ${stage.name}  ${outside(line, options)}`);
    };
    // Some take a while before their first word.
    say('starts');
    const run = await runStage(stage, options, { ...context, say });
    runs[index] = run;
    writeRecord(options.work, record());
    say(endLine(run));
    if (run.state === 'failed') break;
  }
  return record();
}

async function runStage(stage: Stage, options: RunOptions, context: RunContext): Promise<StageRun> {
  const name = `${context.id}-${stage.name}`;
  const image = context.images.get(stage.name) ?? stage.image;
  const lines = new StageLines(context.say);
  const begun = Date.now();
  const take = (line: string): void => {
    lines.take(line);
  };
  const code = await runContainer(
    name,
    stageArguments(stage, options, { ...context, name, image }),
    take,
    context.stop,
  );
  const end = context.stop.aborted ? { state: 'failed' as const, message: 'stopped' } : lines.end(code);
  const peak = end.state === 'done' ? peakBytes(options.work, stage) : undefined;
  return {
    stage: stage.name,
    ...end,
    seconds: secondsSince(begun),
    ...(peak === undefined ? {} : { peakBytes: peak }),
    image,
  };
}

/** What a stage says, with the paths of this machine in place of those in its container. Pure. */
export function outside(line: string, { film, work, config }: RunOptions): string {
  const places = [
    [`${INSIDE.film}/`, `${dirname(film)}/`],
    [`${INSIDE.work}/`, `${work}/`],
    ...(config === undefined ? [] : [[INSIDE.settings, config]]),
  ] as const;
  return places.reduce(
    (text, [inside, here]) => text.replaceAll(new RegExp(String.raw`(?<![\w./-])${inside}`, 'g'), () => here),
    line,
  );
}

/** The last line of a stage. Pure. */
export function endLine({ state, seconds, message = '' }: StageRun): string {
  if (state === 'done') return `done in ${seconds.toFixed(1)} s`;
  return `${state}: ${message}`;
}

const secondsSince = (begun: number): number => Math.round((Date.now() - begun) / 100) / 10;

/** Docker would make a missing folder, root's own. */
function makeFolders(work: string, pipeline: Pipeline): void {
  for (const folder of workFolders(pipeline))
    try {
      mkdirSync(join(work, folder), { recursive: true });
    } catch (error) {
      throw new ProblemError({
        code: 'work-folder',
        message: `the folder ${join(work, folder)} can't be made: ${(error as Error).message}`,
        mend: 'name another with --work',
      });
    }
}

/** The file that a run ends with, in its folder. */
export function lastFile(work: string, pipeline: Pipeline): string {
  const last = pipeline.at(-1);
  return last === undefined ? work : join(work, last.name, mainOutput(last));
}

/** @throws ProblemError where the file that a run ends with isn't of the kind that is wanted */
export function checkOutput(output: string, last: string): void {
  if (extname(output).toLowerCase() === extname(last).toLowerCase()) return;
  throw new ProblemError({
    code: 'output-kind',
    message: `the run ends with ${last}, which is no ${extname(output) || 'file without a suffix'}`,
    mend: `name a file with the suffix ${extname(last)}: --output ${basename(output, extname(output))}${extname(last)}`,
  });
}

/** Puts a copy of the last file where it is wanted, whole or not at all; a clone where the file system can. */
export function copyOutput(last: string, output: string): void {
  copyFileSync(last, `${output}.part`, constants.COPYFILE_FICLONE);
  renameSync(`${output}.part`, output);
}
