import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProblemError } from '@cp-whisperx-app/problem';
import { expect, test } from 'vitest';
import { parseDockerfile, readStages, type Instruction } from './index.ts';
import { ILLEGAL } from './testing/illegal.ts';

const linesOf = (text: string): readonly string[] =>
  parseDockerfile(text, 'Dockerfile').instructions.map(
    ({ line, endLine, keyword, args }) => `${String(line)}-${String(endLine)} ${keyword} ${args}`,
  );

test.each<[what: string, text: string, lines: readonly string[]]>([
  ['keywords in any case, tabs', 'from\tscratch\n\tRun\ttrue \n', ['1-1 FROM scratch', '2-2 RUN true']],
  ['a byte order mark', '\uFEFFFROM scratch', ['1-1 FROM scratch']],
  ['CRLF', 'FROM \\\r\n scratch\r\n\r\nRUN a\r\n', ['1-2 FROM scratch', '4-4 RUN a']],
  ['continuations', 'FROM a\nRUN b \\\n  c\\\nd\n', ['1-1 FROM a', '2-4 RUN b   cd']],
  ['comments and empty lines inside', 'FROM a\nRUN b \\\n# x\n\n  # y\n c\n', ['1-1 FROM a', '2-6 RUN b  c']],
  ['blanks after the backslash', 'FROM \\ \t\na\n', ['1-2 FROM a']],
  [
    'two backslashes continue nothing',
    'FROM a\nRUN b\\\\\nRUN c\n',
    ['1-1 FROM a', '2-2 RUN b\\\\', '3-3 RUN c'],
  ],
  ['an open last line', 'FROM a\nRUN b \\', ['1-1 FROM a', '2-2 RUN b']],
  ['a lone backslash first', '\\\nFROM a\n', ['1-2 FROM a']],
  ['a # that is no comment', 'FROM a\nRUN b # c\n', ['1-1 FROM a', '2-2 RUN b # c']],
  ['backtick as escape', '# escape=`\nFROM `\na\\\nRUN b\n', ['2-3 FROM a\\', '4-4 RUN b']],
  ['a heredoc', 'FROM a\nRUN <<E\nFROM b\nE\nRUN c', ['1-1 FROM a', '2-4 RUN <<E', '5-5 RUN c']],
])('%s', (_what, text, lines) => {
  expect(linesOf(text)).toEqual(lines);
});

test.each([
  ['# syntax=docker/dockerfile:1 extra\n#escape = `', { syntax: 'docker/dockerfile:1', escape: '`' }],
  ['# Check = skip=all;error=true', { check: 'skip=all;error=true' }],
  ['# comment\n# escape=`', {}],
  ['\n# escape=`', {}],
  ['# unknown=1\n# escape=`', {}],
])('directives of %j', (text, directives) => {
  expect(parseDockerfile(`${text}\nFROM a\n`, 'Dockerfile').directives).toEqual(directives);
});

const only = (line: string): Instruction | undefined =>
  parseDockerfile(`FROM a\n${line}\n`, 'Dockerfile').instructions[1];

test.each<[line: string, flags: readonly string[], args: string]>([
  ['COPY --from=a --link b c', ['from=a', 'link=true'], 'b c'],
  ['COPY --link=FALSE "--chown=1 2" b c', ['link=false'], '"--chown=1 2" b c'],
  [
    "RUN --mount='type=cache,target=/a b' --mount=target=/\\ c d",
    ['mount=type=cache,target=/a b', 'mount=target=/ c'],
    'd',
  ],
  ['RUN -- --network=none', [], '--network=none'],
  ['RUN -x --network=none', [], '-x --network=none'],
  ['COPY --from= b c', ['from='], 'b c'],
])('flags of %s', (line, flags, args) => {
  const instruction = only(line);
  expect(instruction?.flags.map(({ name, value }) => `${name}=${value}`)).toEqual(flags);
  expect(instruction?.args).toBe(args);
});

test.each<[text: string, heredocs: readonly object[]]>([
  ['RUN <<E\n$a\nE', [{ name: 'E', expand: true, chomp: false, content: '$a\n' }]],
  ['COPY <<"E F" /x\na\nE F', [{ name: 'E F', expand: false, chomp: false, content: 'a\n' }]],
  ['ADD <<-E /x\n\t\ta\n b\n\tE', [{ name: 'E', expand: true, chomp: true, content: 'a\n b\n' }]],
  [
    'RUN 3<<A 4<<B c\n1\nA\nB',
    [
      { name: 'A', expand: true, chomp: false, content: '1\n' },
      { name: 'B', expand: true, chomp: false, content: '' },
    ],
  ],
  ['RUN << E\nE', [{ name: 'E', expand: true, chomp: false, content: '' }]],
  ['ONBUILD RUN <<E\na\nE', [{ name: 'E', expand: true, chomp: false, content: 'a\n' }]],
  ['RUN echo "<<E"', []],
  ["RUN echo '<<E", []],
  ['RUN echo <<<E', []],
  ['RUN ["a", "<<E"]', []],
  ['CMD <<E', []],
  ['ENV A=<<E', []],
])('heredocs of %j', (text, heredocs) => {
  expect(only(text)?.heredocs).toEqual(heredocs);
});

test('ONBUILD holds what it keeps', () => {
  expect(only('ONBUILD copy --from=b c d')?.trigger).toMatchObject({
    keyword: 'COPY',
    flags: [{ name: 'from', value: 'b' }],
    args: 'c d',
  });
});

test.each(ILLEGAL)('$name is refused', ({ text, code, line }) => {
  const read = (): unknown =>
    readStages(parseDockerfile(text, 'a/Dockerfile'), { buildArgs: new Map(), platform: 'linux/amd64' });
  expect(problemsOf(read)).toMatchObject([
    { code, file: 'a/Dockerfile', line, mend: expect.stringMatching(/./) as string },
  ]);
});

function problemsOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof ProblemError ? error.problems : error;
  }
}

const CORPUS = join(import.meta.dirname, 'corpus');

test.each(readdirSync(CORPUS))('%s reads the same with CRLF', (name) => {
  const text = readFileSync(join(CORPUS, name), 'utf8').replaceAll('\r\n', '\n');
  const without = (instructions: readonly Instruction[]): unknown =>
    instructions.map(({ keyword, flags, args, line, endLine }) => ({ keyword, flags, args, line, endLine }));
  expect(without(parseDockerfile(text.replaceAll('\n', '\r\n'), name).instructions)).toEqual(
    without(parseDockerfile(text, name).instructions),
  );
});
