import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { z } from 'zod';

const option = z.string().regex(/^--[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'is no option: write --name');
const source = z.string().regex(/^(film|[a-z0-9][\w.-]*\/\w[\w.-]*)$/, 'is neither film nor STAGE/FILE');
const fileName = z.string().regex(/^\w[\w.-]*$/, 'is no plain file name: letters, digits, _ . -');
const variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'is no environment variable: capitals, digits, _');

/** What `images/STAGE/stage.json` may say; `stage.schema.json` is this, for editors. */
export const STAGE_JSON = z.strictObject({
  $schema: z.string().optional(),
  inputs: z
    .record(
      option,
      z.union([source, z.array(source)], 'is neither film, nor STAGE/FILE, nor a list of STAGE/FILE'),
    )
    .describe(
      'Which option takes which file: "film", or STAGE/FILE. Of a list the first whose stage is there; none: no option.',
    ),
  outputs: z.record(option, fileName).describe('Which option is given the name of which file to write.'),
  models: z
    .boolean()
    .default(false)
    .describe('The volume of the models is on /models, and they may be fetched.'),
  network: z
    .boolean()
    .default(false)
    .describe('Its own work needs a network, also when models are not fetched.'),
  tokens: z.array(variable).default([]).describe('Environment variables handed over where they are set.'),
});

export type StageJson = z.output<typeof STAGE_JSON>;

/** Keys that lead to a place in the file, as `['inputs', '--input']`. */
type JsonPath = readonly (string | number)[];

/** A stage.json, and where in it what stands. */
export interface StageFile {
  /** Relative to the workspace root. */
  readonly file: string;
  readonly json: StageJson;
  /** 1-based line of a key or an item; of the nearest thing around it where it isn't there. */
  readonly lineOf: (path: JsonPath) => number;
}

/**
 * Reads a stage.json.
 * @param file named in problems
 * @throws ProblemError `stage-json` for each thing that is wrong in it, with its line
 */
export function readStageJson(text: string, file: string): StageFile {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
  const [first] = errors;
  if (first !== undefined || tree === undefined)
    throw new ProblemError({
      code: 'stage-json',
      message: `this is no JSON: ${first === undefined ? 'it is empty' : printParseErrorCode(first.error)}`,
      file,
      line: lineAt(first?.offset ?? 0),
      mend: 'write it as docs/add-a-stage.md says',
    });
  const lineOf = (path: JsonPath): number => lineAt(nodeAt(tree, path).offset);
  const read = STAGE_JSON.safeParse(JSON.parse(text));
  if (!read.success)
    throw new ProblemError(...read.error.issues.flatMap((issue) => explain(issue, file, lineOf)));
  return { file, json: read.data, lineOf };
}

/** The property at a path, with its name, or the item; else what is nearest around it. */
function nodeAt(tree: Node, path: JsonPath): Node {
  const found = findNodeAtLocation(tree, [...path]);
  if (found === undefined) return nodeAt(tree, path.slice(0, -1));
  return found.parent?.type === 'property' ? found.parent : found;
}

const MEND = `its keys are ${Object.keys(STAGE_JSON.shape)
  .filter((key) => key !== '$schema')
  .join(', ')} (docs/add-a-stage.md)`;

function explain(issue: z.core.$ZodIssue, file: string, lineOf: StageFile['lineOf']): Problem[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key));
  const problem = (at: JsonPath, message: string): Problem => ({
    code: 'stage-json',
    message: `${at.join('.')} ${message}`.trimStart(),
    file,
    line: lineOf(at),
    mend: MEND,
  });
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => problem([...path, key], 'is no key of stage.json'));
  if (issue.code === 'invalid_key') return [problem(path, issue.issues[0]?.message ?? issue.message)];
  if (issue.code === 'invalid_type' && nodeIsMissing(issue)) return [problem(path, 'is missing')];
  return [problem(path, issue.message.replace(/^Invalid input: /, 'is wrong: '))];
}

/** Zod says so of what isn't there only in its sentence. */
const nodeIsMissing = ({ message }: z.core.$ZodIssue): boolean => message.endsWith('received undefined');
