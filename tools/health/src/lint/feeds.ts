import type { Instruction, Stage } from '@cp-whisperx-app/nx-images/api';
import { minimatch } from 'minimatch';
import { posix } from 'node:path';
import { installsPython, installsSystem, mentions, shellsOf } from './shell.ts';
import { instructionsOf, type Subject } from './subject.ts';

/** What a layer is made from, that which changes least often first. */
export const FEEDS = ['system', 'Python', 'shared code', 'data', 'script'] as const;

const [SYSTEM, PYTHON, SHARED, DATA, SCRIPT] = [0, 1, 2, 3, 4];

/** A layer of a stage: an index into FEEDS, and the line that makes it. */
export interface Fed {
  readonly feed: number;
  readonly line: number;
}

/** The layers of a stage, each with what feeds it through all stages between; without those of its base. */
export function layersOf(subject: Subject, stage: Stage): readonly Fed[] {
  const layers: Fed[] = [];
  const instructions = instructionsOf(subject, stage);
  for (const [index, instruction] of instructions.entries()) {
    const { keyword, line } = instruction;
    if (keyword === 'RUN') layers.push({ line, feed: feedOfRun(subject, stage, instruction, layers) });
    else if (keyword === 'COPY' || keyword === 'ADD')
      layers.push({ line, feed: feedOfCopy(subject, stage, line, instructions.slice(index + 1)) });
  }
  return layers;
}

/** A stage is as new as the newest thing in it. */
function feedOfStage(subject: Subject, index: number): number {
  const stage = subject.stages[index];
  if (stage === undefined) return SYSTEM;
  const below = stage.base.stage === undefined ? SYSTEM : feedOfStage(subject, stage.base.stage);
  return Math.max(below, ...layersOf(subject, stage).map(({ feed }) => feed));
}

function feedOfOrigin(subject: Subject, { from }: Pick<Stage['copies'][number], 'from'>): number {
  if (from?.stage !== undefined) return feedOfStage(subject, from.stage);
  return from !== undefined && subject.contexts.has(from.resolved) ? SHARED : SYSTEM;
}

function feedOfCopy(subject: Subject, stage: Stage, line: number, after: readonly Instruction[]): number {
  const copy = stage.copies.find((one) => one.line === line);
  if (copy === undefined) return SYSTEM;
  if (copy.from !== undefined) return feedOfOrigin(subject, copy);
  const { sources, destination } = copy;
  const local = sources.filter((source) => !/^(\w+:\/\/|git@)/.test(source));
  // A list that a later RUN installs from is fed by nothing but that list.
  const targets = local.map((source) =>
    /\/$/.test(destination) || sources.length > 1
      ? posix.join(destination, posix.basename(source))
      : destination,
  );
  const reader = after.find(
    (run) => run.keyword === 'RUN' && targets.every((target) => mentions(run.args, target)),
  );
  const feed = feedOfPaths(subject, local);
  const single = local.every((source) => subject.files.includes(plain(source)));
  return single && local.length > 0 && reader !== undefined
    ? Math.min(feed, installed(subject, stage, reader) ?? feed)
    : feed;
}

/** Fed by a system or a Python install, or undefined where a RUN does neither. */
function installed(subject: Subject, stage: Stage, run: Instruction): number | undefined {
  const texts = shellsOf(subject, stage, run).map(({ text }) => text);
  const takesLock = stage.mounts.some(
    ({ line, type, from, source = '' }) =>
      line === run.line && type === 'bind' && from === undefined && LOCK.test(source),
  );
  if (takesLock || texts.some(installsPython)) return PYTHON;
  return texts.some(installsSystem) ? SYSTEM : undefined;
}

/** A RUN is fed by what it installs, what it mounts, and what was copied before it where it names that. */
function feedOfRun(subject: Subject, stage: Stage, run: Instruction, before: readonly Fed[]): number {
  const mounts = stage.mounts.filter(({ line, type }) => line === run.line && type === 'bind');
  const own = mounts.filter(({ from }) => from === undefined);
  const known = installed(subject, stage, run);
  if (known !== undefined) {
    // All of the build context under an install makes it anew with each edit of the script.
    const whole = own.some(({ source = '' }) => plain(source) === '' && subject.files.some(isCode));
    return whole ? SCRIPT : known;
  }
  const read = stage.copies
    .filter(({ destination }) => destination !== '/' && run.args.includes(destination))
    .flatMap(({ line }) => before.filter((layer) => layer.line === line));
  return Math.max(
    SYSTEM,
    ...own.map(({ source = '' }) => feedOfPaths(subject, [source])),
    ...mounts.filter(({ from }) => from !== undefined).map((mount) => feedOfOrigin(subject, mount)),
    ...read.map(({ feed }) => feed),
  );
}

const LOCK =
  /(^|\/)(requirements[^/]*\.(lock|txt|in)|constraints[^/]*\.txt|uv\.lock|poetry\.lock|pyproject\.toml)$/;

const isCode = (path: string): boolean => /\.(py|sh|js|ts)$/.test(path);

/** A folder without code is data; a file by itself is the script, unless it is a lock. */
function feedOfPaths(subject: Subject, sources: readonly string[]): number {
  return Math.max(
    SYSTEM,
    ...sources.map((source) => {
      if (LOCK.test(source)) return PYTHON;
      const files = subject.files.filter((file) => takes(source, file));
      const folder = files.length > 0 && !files.includes(plain(source));
      return folder && !files.some(isCode) ? DATA : SCRIPT;
    }),
  );
}

const plain = (source: string): string => posix.join('/', source).slice(1).replace(/\/$/, '');

/** Whether a source of COPY, or of a mount, brings a file of the build context. */
export function takes(source: string, file: string): boolean {
  const path = plain(source);
  if (path === '' || file === path || file.startsWith(`${path}/`)) return true;
  return (
    /[*?[]/.test(path) &&
    (minimatch(file, path, { dot: true }) || minimatch(file, `${path}/**`, { dot: true }))
  );
}
