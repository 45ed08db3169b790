import { stagesFor, type Arg, type Dockerfile, type Stage } from '../dockerfile/index.ts';

/** An image, a named context or a folder that a Dockerfile takes something from. */
export interface Reference {
  readonly reference: string;
  readonly line: number;
}

/** What one stage of a Dockerfile is made from, all stages under it included. */
export interface StageInputs {
  /** The instructions, as they are written. */
  readonly text: string;
  /** What the arguments of its stages hold. */
  readonly args: readonly (readonly [name: string, value: string])[];
  readonly references: readonly Reference[];
  /** Paths of the build context that it copies or mounts, as written. */
  readonly paths: readonly string[];
}

/** The inputs of the stage of that name; undefined when there is none. */
export function stageInputs(
  { instructions }: Dockerfile,
  stages: readonly Stage[],
  text: string,
  name: string,
): StageInputs | undefined {
  const target = stages.findLast((stage) => stage.name === name);
  if (target === undefined) return undefined;
  const indexes = stagesFor(stages, target.index);
  const chosen = stages.filter(({ index }) => indexes.has(index));
  const lines = text.split('\n');
  const froms = instructions.filter(({ keyword }) => keyword === 'FROM').map(({ line }) => line);
  const written = instructions.filter(({ line }) => {
    const index = froms.findLastIndex((from) => from <= line);
    return indexes.has(index);
  });
  return {
    text: written.map(({ line, endLine }) => lines.slice(line - 1, endLine).join('\n')).join('\n'),
    args: chosen.flatMap(({ args }) => argsOf(args)),
    references: chosen.flatMap(referencesOf),
    paths: chosen.flatMap(({ copies, mounts }) => [
      ...copies.flatMap(({ from, sources }) => (from === undefined ? sources : [])),
      ...mounts.flatMap(({ type, from, source }) =>
        type === 'bind' && from === undefined ? [source ?? ''] : [],
      ),
    ]),
  };
}

/** The arguments that hold something, with what they hold. */
export const argsOf = (args: readonly Arg[], prefix = ''): (readonly [string, string])[] =>
  args.flatMap(({ name, value }) => (value === undefined ? [] : [[`${prefix}${name}`, value] as const]));

/** What a stage needs from outside of the file. */
export function referencesOf(stage: Stage): readonly Reference[] {
  const base = stage.base.kind === 'image' ? [{ reference: stage.base.resolved, line: stage.line }] : [];
  const others = [...stage.copies, ...stage.mounts].flatMap(({ from, line }) =>
    from?.kind === 'image' ? [{ reference: from.resolved, line }] : [],
  );
  return [...base, ...others];
}
