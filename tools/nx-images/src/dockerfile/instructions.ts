import { checkArguments, checkKeyword } from './check.ts';
import { readDirectives, type Directives } from './directives.ts';
import { readFlags, splitFlags, type Flag } from './flags.ts';
import { heredocsOf, takeHeredoc, type Heredoc, type TakeLine } from './heredoc.ts';
import { at, refuse } from './refuse.ts';
import { jsonStrings } from './words.ts';

/** A Dockerfile as its lines say; nothing is expanded. */
export interface Dockerfile {
  /** As given to parseDockerfile; problems name it. */
  readonly file: string;
  readonly directives: Directives;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  /** In upper case. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** What follows the flags: continued lines joined, unexpanded. */
  readonly args: string;
  /** 1-based, of the first line. */
  readonly line: number;
  /** 1-based, of the last line, heredocs included. */
  readonly endLine: number;
  readonly heredocs: readonly Heredoc[];
  /** What ONBUILD keeps for the stages that stand on this one. */
  readonly trigger?: Instruction;
}

/**
 * Reads a Dockerfile as BuildKit does (frontend/dockerfile/parser/parser.go).
 * @param file named in problems
 * @throws ProblemError with file and line, for what BuildKit refuses to parse
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const lines = text.replace(/^\uFEFF/, '').match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const directives = readDirectives(lines, file);
  const escape = directives.escape ?? '\\';
  let taken = 0;
  const take: TakeLine = () => (lines[taken] === undefined ? undefined : lines[taken++]);
  const instructions: Instruction[] = [];
  for (let first = take(); first !== undefined; first = take()) {
    const start = first.replace(/^\p{White_Space}+/u, '');
    if (start === '' || start.startsWith('#')) continue;
    const line = taken;
    const read = (): Instruction => {
      const instruction = readInstruction(joinLines(start, take, escape), line, take, escape);
      return { ...instruction, endLine: taken };
    };
    instructions.push(at(file, line, read));
  }
  checkOrder(file, instructions);
  return { file, directives, instructions };
}

/** A line and what continues it; comments and empty lines between are skipped. */
function joinLines(first: string, take: TakeLine, escape: string): string {
  const continued = escape === '`' ? /(^|[^`])`[ \t]*$/ : /(^|[^\\])\\[ \t]*$/;
  let joined = '';
  for (let line: string | undefined = first; line !== undefined; line = take()) {
    const text = line.replace(/[\r\n]+$/, '');
    if (line !== first && /^\p{White_Space}*(#|$)/u.test(text)) continue;
    joined += text.replace(continued, '$1');
    if (!continued.test(text)) break;
  }
  return joined;
}

function readInstruction(source: string, line: number, take: TakeLine, escape: string): Instruction {
  const [, word = '', rest = ''] = /^([^\t\v\f\r ]*)[\t\v\f\r ]*([^]*)$/.exec(source.trim()) ?? [];
  const keyword = word.toUpperCase();
  checkKeyword(keyword);
  const { words, args } = splitFlags(rest, escape);
  const flags = readFlags(keyword, words);
  checkArguments(keyword, flags, args, escape);
  if (keyword === 'ONBUILD') {
    const trigger = readInstruction(args, line, take, escape);
    if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.keyword))
      refuse(
        'onbuild',
        `ONBUILD can't keep ${trigger.keyword}`,
        'write it in the stage that is built on this one',
      );
    return { keyword, flags, args, line, endLine: line, heredocs: trigger.heredocs, trigger };
  }
  const opens = ['RUN', 'COPY', 'ADD'].includes(keyword) && jsonStrings(args) === undefined;
  const heredocs = opens ? heredocsOf(source).map((heredoc) => takeHeredoc(heredoc, take)) : [];
  return { keyword, flags, args, line, endLine: line, heredocs };
}

function checkOrder(file: string, instructions: readonly Instruction[]): void {
  const first = instructions.find(({ keyword }) => keyword !== 'ARG');
  at(file, first?.line ?? 1, () => {
    if (first === undefined) refuse('no-stage', 'there is no FROM', 'start with FROM image');
    else if (first.keyword !== 'FROM')
      refuse('no-stage', `${first.keyword} stands before the first FROM`, 'put FROM image above it');
  });
}
