import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import type { ImageFacts } from './image-facts.ts';
import type { StageFile } from './stage-json.ts';

/** What the folder of a stage says of it, before its inputs are looked up. */
export interface StageSource extends ImageFacts {
  /** Name of the folder and of the Nx project. */
  readonly name: string;
  /** Full name of the image, with tag. */
  readonly image: string;
  /** `gpu`: it takes a GPU where there is one. */
  readonly device: 'cpu' | 'gpu';
  readonly file: StageFile;
}

/** A file that an option takes: the film, or one of another stage. */
export interface StageInput {
  readonly option: string;
  /** Undefined: the film. */
  readonly from?: { readonly stage: string; readonly file: string };
}

/** A file that an option has the stage write. */
export interface StageOutput {
  readonly option: string;
  readonly file: string;
}

/** A stage with its place among the others. */
export interface Stage extends Omit<StageSource, 'file'> {
  readonly inputs: readonly StageInput[];
  readonly outputs: readonly StageOutput[];
  /** Stages whose files it reads, sorted. */
  readonly after: readonly string[];
  readonly models: boolean;
  readonly network: boolean;
  readonly tokens: readonly string[];
}

/** Stages in the order in which they run. */
export type Pipeline = readonly Stage[];

/** What makes the stages' folders, where files lie on a volume; no stage can have its name. */
export const FOLDERS = 'folders';

/**
 * Links every input of every stage, and orders the stages: by the longest way from the film, then by name.
 * @throws ProblemError with all problems found: unknown stage, unknown file, no --input, one file written twice, a cycle
 */
export function linkStages(sources: readonly StageSource[]): Pipeline {
  const byName = new Map(sources.map((source) => [source.name, source]));
  const problems = sources.flatMap((source) => [...inputProblems(source, byName), ...outputProblems(source)]);
  if (problems.length > 0) throw new ProblemError(...problems);
  const stages = new Map(sources.map((source) => [source.name, linkStage(source, byName)]));
  const depths = new Map<string, number>();
  const depthOf = (name: string, path: readonly string[]): number => {
    if (path.includes(name)) throw new ProblemError(cycle([...path.slice(path.indexOf(name)), name], byName));
    const after = stages.get(name)?.after ?? [];
    const depth =
      depths.get(name) ?? 1 + Math.max(0, ...after.map((other) => depthOf(other, [...path, name])));
    depths.set(name, depth);
    return depth;
  };
  return [...stages.values()]
    .map((stage) => ({ stage, depth: depthOf(stage.name, []) }))
    .sort((a, b) => a.depth - b.depth || (a.stage.name < b.stage.name ? -1 : 1))
    .map(({ stage }) => stage);
}

/** The file that an option takes where these stages are there: the film, or the first whose stage is there. */
export const resolveInput = (
  given: string | readonly string[],
  stages: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): string | undefined => [given].flat().find((text) => text === FILM || stages.has(stageOf(text)));

/** Whether a stage can't do without what an option takes. */
export const isNeeded = (option: string, given: string | readonly string[]): boolean =>
  typeof given === 'string' || option === '--input';

const FILM = 'film';
const stageOf = (text: string): string => text.slice(0, text.indexOf('/'));
const fileOf = (text: string): string => text.slice(text.indexOf('/') + 1);

type Sources = ReadonlyMap<string, StageSource>;

function linkStage({ file, ...source }: StageSource, byName: Sources): Stage {
  const { inputs, outputs, models, network, tokens } = file.json;
  const linked = Object.entries(inputs).flatMap(([option, given]): StageInput[] => {
    const text = resolveInput(given, byName);
    if (text === undefined) return [];
    return [text === FILM ? { option } : { option, from: { stage: stageOf(text), file: fileOf(text) } }];
  });
  return {
    ...source,
    inputs: linked,
    outputs: Object.entries(outputs).map(([option, name]) => ({ option, file: name })),
    after: [...new Set(linked.flatMap(({ from }) => from?.stage ?? []))].sort(),
    models,
    network,
    tokens,
  };
}

function inputProblems({ name, file }: StageSource, byName: Sources): Problem[] {
  const { inputs } = file.json;
  const at = (...path: string[]) => ({ file: file.file, line: file.lineOf(['inputs', ...path]) });
  const missing = Object.keys(inputs).includes('--input')
    ? []
    : [
        {
          code: 'no-input',
          message: `${name} has no --input`,
          ...at(),
          mend: 'say what --input takes: film, or STAGE/FILE',
        },
      ];
  const wrong = Object.entries(inputs).flatMap(([option, given]) => {
    if (isNeeded(option, given) && resolveInput(given, byName) === undefined)
      return {
        code: typeof given === 'string' ? 'unknown-stage' : 'no-input',
        message: `${option} of ${name} takes ${[given].flat().join(' or ')}, and there is no such stage`,
        ...at(option),
        mend: `name a file of one of ${[...byName.keys()].sort().join(', ')}; or remove ${name} too`,
      };
    return [given].flat().flatMap((text) => unknownFile(text, `${option} of ${name}`, at(option), byName));
  });
  return [...missing, ...wrong];
}

function unknownFile(
  text: string,
  who: string,
  place: Pick<Problem, 'file' | 'line'>,
  byName: Sources,
): Problem[] {
  const written = Object.values(byName.get(stageOf(text))?.file.json.outputs ?? { any: fileOf(text) });
  if (written.includes(fileOf(text))) return [];
  const message = `${who} takes ${text}, which ${stageOf(text)} does not write`;
  return [{ code: 'unknown-file', message, ...place, mend: `it writes ${written.join(', ')}` }];
}

function outputProblems({ name, file }: StageSource): Problem[] {
  const { inputs, outputs } = file.json;
  const problem = (code: string, message: string, path: string[], mend: string): Problem => ({
    ...{ code, message, mend },
    file: file.file,
    line: file.lineOf(path),
  });
  const options = Object.keys(outputs);
  const files = Object.values(outputs);
  return [
    ...(name === FOLDERS
      ? [problem('stage-name', `no stage can be named ${FOLDERS}`, [], 'rename its folder')]
      : []),
    ...(options.includes('--output')
      ? []
      : [problem('no-output', `${name} has no --output`, ['outputs'], 'say which file --output names')]),
    ...options.flatMap((option, index) => [
      ...(option in inputs
        ? [
            problem(
              'option-twice',
              `${option} is an input too`,
              ['outputs', option],
              'take it out of one of them',
            ),
          ]
        : []),
      ...(files.indexOf(files[index] ?? '') < index
        ? [
            problem(
              'file-twice',
              `${files[index] ?? ''} is written twice`,
              ['outputs', option],
              'name another file',
            ),
          ]
        : []),
    ]),
  ];
}

function cycle(path: readonly string[], byName: Sources): Problem {
  const [first = '', next = ''] = path;
  const source = byName.get(first);
  const option = Object.entries(source?.file.json.inputs ?? {}).find(([, given]) =>
    resolveInput(given, byName)?.startsWith(`${next}/`),
  );
  return {
    code: 'cycle',
    message: `these stages read from each other: ${path.join(' → ')}`,
    file: source?.file.file,
    line: source?.file.lineOf(['inputs', option?.[0] ?? '']),
    mend: 'let one of them read a file that is there before',
  };
}
