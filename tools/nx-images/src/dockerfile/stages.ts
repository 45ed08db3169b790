import { argArguments, fromArguments, pairArguments } from './arguments.ts';
import type { Dockerfile, Instruction } from './instructions.ts';
import { expand } from './lex.ts';
import { originOf, type Origin } from './origin.ts';
import { normalizePlatform, platformArgs } from './platform.ts';
import { at } from './refuse.ts';
import { flagValue, readCopy, readMounts, type Copy, type Mount } from './sources.ts';

export interface StageOptions {
  readonly buildArgs: ReadonlyMap<string, string>;
  /** The target's, as `linux/amd64`. */
  readonly platform: string;
}

export interface Stages {
  /** The ARGs before the first FROM. */
  readonly globalArgs: readonly Arg[];
  /** In the order of the file; the last is the target. */
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly index: number;
  /** In lower case. */
  readonly name?: string;
  readonly base: Origin;
  /** Of `FROM --platform=`, its variables replaced. */
  readonly platform?: string;
  readonly line: number;
  readonly args: readonly Arg[];
  readonly copies: readonly Copy[];
  readonly mounts: readonly Mount[];
  /** Whether the target is made from it; BuildKit loads no base of a stage that isn't needed. */
  readonly needed: boolean;
}

export interface Arg {
  readonly name: string;
  /** As the Dockerfile has it. */
  readonly default?: string;
  /** What it holds after the line; absent where nobody gives it a value. */
  readonly value?: string;
  readonly line: number;
}

/** Where ARG and ENV find values. `env` is what they set. */
interface Variables {
  readonly env: Map<string, string>;
  /** The global ARGs, for a stage. */
  readonly outer: ReadonlyMap<string, string>;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly escape: string;
}

type Head = Pick<Stage, 'index' | 'name' | 'base' | 'platform' | 'line'>;

/**
 * The stages of a Dockerfile as BuildKit sees them (frontend/dockerfile/dockerfile2llb/convert.go).
 * @throws ProblemError with file and line: blank or illegal base, wrong platform, a stage used before it is
 * there, an illegal mount, a variable that `${X:?}` demands
 */
export function readStages(dockerfile: Dockerfile, { buildArgs, platform }: StageOptions): Stages {
  const { file, directives, instructions } = dockerfile;
  const escape = directives.escape ?? '\\';
  const [preamble, ...sections] = sectionsOf(instructions);
  const names = sections.map(([from]) => fromArguments(from?.args ?? '').name);
  const env = new Map(platformArgs(platform, names.at(-1)));
  for (const [name, value] of env) env.set(name, buildArgs.get(name) ?? value);
  const global: Variables = { env, outer: new Map(), buildArgs, escape };
  const globalArgs = (preamble ?? []).flatMap((arg) => at(file, arg.line, () => declare(arg, global)));

  const envs: Map<string, string>[] = [];
  const stages: Omit<Stage, 'needed'>[] = [];
  for (const [index, [from, ...body]] of sections.entries()) {
    if (from === undefined) continue;
    const head = at(file, from.line, () => readFrom(from, index, names, global));
    const base = head.base.stage ?? -1;
    const local: Variables = { ...global, env: new Map(envs[base]), outer: env };
    const args: Arg[] = [];
    const copies: Copy[] = [];
    const mounts: Mount[] = [];
    const triggers = sections[base]?.flatMap(({ trigger }) => trigger ?? []) ?? [];
    for (const instruction of [...triggers, ...body])
      at(file, instruction.line, () => {
        const { keyword } = instruction;
        const scope = { stage: index, names, env: local.env, escape };
        if (keyword === 'ARG') args.push(...declare(instruction, local));
        else if (keyword === 'ENV') setEnv(instruction, local);
        else if (keyword === 'RUN') mounts.push(...readMounts(instruction, scope));
        else if (keyword === 'COPY' || keyword === 'ADD') copies.push(readCopy(keyword, instruction, scope));
      });
    envs.push(local.env);
    stages.push({ ...head, args, copies, mounts });
  }
  const needed = stagesFor(stages, stages.length - 1);
  return { globalArgs, stages: stages.map((stage) => ({ ...stage, needed: needed.has(stage.index) })) };
}

/** What stands before the first FROM, then each FROM with what follows it. */
function sectionsOf(instructions: readonly Instruction[]): readonly (readonly Instruction[])[] {
  const sections: Instruction[][] = [[]];
  for (const instruction of instructions)
    if (instruction.keyword === 'FROM') sections.push([instruction]);
    else sections.at(-1)?.push(instruction);
  return sections;
}

/** Runs an ARG: a build argument wins over the default, the default over the global ARG. */
function declare({ args, line }: Instruction, { env, outer, buildArgs, escape }: Variables): readonly Arg[] {
  return argArguments(args, escape).map((arg) => {
    const own = (): string | undefined =>
      arg.default === undefined ? outer.get(arg.name) : expand(arg.default, env, escape);
    const given = buildArgs.get(arg.name) ?? own();
    if (given !== undefined) env.set(arg.name, given);
    const value = env.get(arg.name);
    return { ...arg, line, ...(value !== undefined && { value }) };
  });
}

/** Runs an ENV: all its pairs see the variables as they were before it. */
function setEnv({ args }: Instruction, { env, escape }: Variables): void {
  const pairs = pairArguments(args, escape).map((pair) => pair.map((word) => expand(word, env, escape)));
  for (const [name = '', value = ''] of pairs) env.set(name, value);
}

function readFrom(
  { flags, args, line }: Instruction,
  index: number,
  names: readonly (string | undefined)[],
  { env, escape }: Variables,
): Head {
  const { base: raw, name } = fromArguments(args);
  const resolved = expand(raw, env, escape);
  // Unlike --from, FROM finds a stage in lower case only, and the last above.
  const above = names.slice(0, index).lastIndexOf(resolved);
  const base = originOf(raw, resolved, above < 0 ? undefined : above);
  const flag = flagValue(flags, 'platform');
  const platform = flag === undefined ? undefined : normalizePlatform(expand(flag, env, escape));
  return {
    index,
    ...(name !== undefined && { name }),
    base,
    ...(platform !== undefined && { platform }),
    line,
  };
}

/** Indexes of the stages that one of them is made from, itself among them. */
export function stagesFor(stages: readonly Omit<Stage, 'needed'>[], target: number): ReadonlySet<number> {
  const needed = new Set<number>();
  const visit = (origin: Pick<Origin, 'stage'> | undefined): void => {
    const stage = stages[origin?.stage ?? -1];
    if (stage === undefined || needed.has(stage.index)) return;
    needed.add(stage.index);
    visit(stage.base);
    for (const { from } of [...stage.copies, ...stage.mounts]) visit(from);
  };
  visit({ stage: target });
  return needed;
}
