import type { Dockerfile, Instruction, Stage } from '@cp-whisperx-app/nx-images/api';
import type { readRequirements } from '@cp-whisperx-app/versions';

type Requirements = ReturnType<typeof readRequirements>;

/** A file that a rule finds fault with; its path is from the workspace root. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** What the rules look at: one image, as its sources say, with no build argument given. */
export interface Subject {
  /** Of its folder and its project. */
  readonly name: string;
  readonly folder: string;
  /** Full name with tag. */
  readonly image: string;
  readonly text: string;
  readonly dockerfile: Dockerfile;
  readonly stages: readonly Stage[];
  /** The image of the family under the final stage. */
  readonly base: string | undefined;
  /** References that are images of the family. */
  readonly family: ReadonlySet<string>;
  /** References that are folders of the workspace. */
  readonly contexts: ReadonlySet<string>;
  /** Paths of the build context, as .dockerignore leaves them. */
  readonly files: readonly string[];
  /** Texts of the programs among them, by path in the build context. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly ignore: Source | undefined;
  readonly requirements: (Source & Requirements) | undefined;
  readonly lock: Source | undefined;
}

/** All images by name. */
export type Family = ReadonlyMap<string, Subject>;

/** The base chain of an image: the one under it, the one under that, and so on. */
export function chain({ base }: Subject, family: Family): readonly Subject[] {
  const under = base === undefined ? undefined : family.get(base);
  return under === undefined ? [] : [under, ...chain(under, family)];
}

/** The final stage and what it stands on in its own file, the lowest first. */
export function finalStages({ stages }: Subject): readonly Stage[] {
  const found: Stage[] = [];
  for (let stage = stages.at(-1); stage !== undefined; stage = stages[stage.base.stage ?? -1])
    found.unshift(stage);
  return found;
}

/** The instructions of a stage, its FROM first. */
export function instructionsOf({ dockerfile, stages }: Subject, stage: Stage): readonly Instruction[] {
  const end = stages[stage.index + 1]?.line ?? Infinity;
  return dockerfile.instructions.filter(({ line }) => line >= stage.line && line < end);
}

/** Instructions of one kind in the final stage and under it, in their order. */
export const finalInstructions = (subject: Subject, keyword: string): readonly Instruction[] =>
  finalStages(subject)
    .flatMap((stage) => instructionsOf(subject, stage))
    .filter((instruction) => instruction.keyword === keyword);

/** The line of the final FROM. */
export const finalLine = ({ stages }: Subject): number => stages.at(-1)?.line ?? 1;

/** Whether another image of the family stands on it. */
export const isBase = ({ name }: Subject, family: Family): boolean =>
  [...family.values()].some(({ base }) => base === name);

/** An image that a Dockerfile takes from a registry, by the line that asks for it. */
export interface External {
  readonly reference: string;
  readonly line: number;
}

/** Every image of all stages that is neither of the family nor a folder. */
export function externalsOf({ stages, family, contexts }: Subject): readonly External[] {
  return imagesOf(stages).filter(({ reference }) => !family.has(reference) && !contexts.has(reference));
}

/** What stages take from outside of the file. */
export const imagesOf = (stages: readonly Stage[]): readonly External[] =>
  stages.flatMap((stage) =>
    [
      { from: stage.base, line: stage.line },
      ...[...stage.copies, ...stage.mounts].map(({ from, line }) => ({ from, line })),
    ].flatMap(({ from, line }) => (from?.kind === 'image' ? [{ reference: from.resolved, line }] : [])),
  );
