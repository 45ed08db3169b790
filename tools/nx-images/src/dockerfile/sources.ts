import { pathArguments } from './arguments.ts';
import type { Flag } from './flags.ts';
import type { Instruction } from './instructions.ts';
import { expand } from './lex.ts';
import { readMount, type MountFields } from './mounts.ts';
import { originOf, type Origin } from './origin.ts';
import { refuse } from './refuse.ts';

/** COPY or ADD; paths have their variables replaced by what the Dockerfile itself defines. */
export interface Copy {
  readonly keyword: 'COPY' | 'ADD';
  /** Absent: the build context. */
  readonly from?: Origin;
  readonly flags: readonly Flag[];
  readonly sources: readonly string[];
  readonly destination: string;
  /** The names of the files whose text stands in the Dockerfile itself. */
  readonly heredocs: readonly string[];
  readonly line: number;
}

/** A `RUN --mount=`. */
export interface Mount extends Omit<MountFields, 'from'> {
  readonly from?: Origin;
  readonly line: number;
}

/** What an instruction sees. */
export interface Scope {
  /** The index of its stage. */
  readonly stage: number;
  /** The names of all stages of the file, by index. */
  readonly names: readonly (string | undefined)[];
  readonly env: ReadonlyMap<string, string>;
  readonly escape: string;
}

/** @throws ProblemError without a place, for a `--from` that BuildKit refuses */
export function readCopy(keyword: Copy['keyword'], instruction: Instruction, scope: Scope): Copy {
  const { flags, args, heredocs, line } = instruction;
  const { env, escape } = scope;
  const from = flagValue(flags, 'from');
  if (from !== undefined && expand(from, new Map(), escape) !== from)
    refuse('from-variable', '--from takes no variable', 'name a stage after it: FROM ${IMAGE} AS name');
  const index = /^[+-]?\d+$/.test(from ?? '') ? Number(from) : undefined;
  const { sources, destination } = pathArguments(args);
  return {
    keyword,
    ...(from !== undefined && { from: sourceOf(from, scope, index) }),
    flags,
    sources: sources.map((path) => expand(path, env, escape)),
    destination: expand(destination, env, escape),
    heredocs: heredocs.map(({ name }) => name),
    line,
  };
}

/** @throws ProblemError without a place, for a mount that BuildKit refuses */
export function readMounts({ flags, line }: Instruction, scope: Scope): readonly Mount[] {
  const values = flags.filter(({ name }) => name === 'mount').map(({ value }) => value);
  return values.map((value) => {
    const { from, ...fields } = readMount(value, (word) => expand(word, scope.env, scope.escape));
    return { ...fields, ...(from !== undefined && { from: sourceOf(from, scope) }), line };
  });
}

/** The stage of that index, or the last of that name in any case, else an image or a named context. */
function sourceOf(from: string, { stage, names }: Scope, index?: number): Origin {
  const found = index ?? names.lastIndexOf(from.toLowerCase());
  if (index === undefined && found < 0) return originOf(from, from, undefined);
  if (found < 0 || found >= names.length)
    refuse('stage-order', `there is no stage ${from}`, 'name a stage above');
  if (found >= stage)
    refuse('stage-order', `stage "${from}" must stand above the stage that uses it`, 'move it up');
  return originOf(from, from, found);
}

/** The value of a flag; an empty one counts as none. */
export const flagValue = (flags: readonly Flag[], wanted: string): string | undefined =>
  flags.find(({ name }) => name === wanted)?.value || undefined;
