import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { commandsOf, docCommands } from './docs-commands.ts';
import { NOT_RUN, RUN_BY } from './docs-coverage.ts';
import { claimProblem, matches, stale, uncovered } from './docs-rows.ts';
import { RUN_HERE } from './docs-run-here.ts';
import { workspace } from './engine.ts';
import { entriesOf, PAGE } from './troubleshooting/page.ts';

/** The lines of docs/troubleshooting.md that its own tests type. */
const mends = entriesOf(readFileSync(join(workspace, PAGE), 'utf8')).map(({ lines }) => lines);
const commands = docCommands(workspace).filter(
  ({ file, line }) => file !== PAGE || !mends.some(([first, last]) => line >= first && line <= last),
);
const patterns = [RUN_HERE, RUN_BY, NOT_RUN].flatMap((rows) => rows.map(([pattern]) => pattern));

describe('every command of the pages', () => {
  it('has something that runs it', () => {
    expect(uncovered(commands, patterns)).toEqual([]);
  });

  it('is still there for every row', () => {
    expect(stale(commands, patterns)).toEqual([]);
  });

  it.each(RUN_BY)('%s: %s runs it', (_pattern, file, holds) => {
    expect(claimProblem(workspace, file, holds)).toBeUndefined();
  });

  it('is counted', () => {
    const of = (rows: readonly (readonly [string, ...unknown[]])[]): number =>
      commands.filter(({ command }) => rows.some(([pattern]) => matches(pattern, command))).length;
    const [here, elsewhere] = [of(RUN_HERE), commands.length - of(RUN_HERE) - of(NOT_RUN)];
    console.log(
      `${commands.length} commands in the pages: ${here} typed by docs-commands.family.spec.ts, ${elsewhere} run by`,
    );
    console.log(`other tests and scripts, ${of(NOT_RUN)} not run:`);
    for (const [pattern, why] of NOT_RUN) console.log(`  ${pattern}: ${why}`);
    expect(commands.length).toBeGreaterThan(100);
  });
});

describe('what is a command', () => {
  test.each<[what: string, text: string, found: readonly string[]]>([
    ['an indented block', 'a\n\n    make x    # said\n    npx nx y\n', ['3 make x', '4 npx nx y']],
    ['a fenced block', '```sh\nmake x\n```\n', ['2 make x']],
    [
      'a line that goes on',
      '    docker run \\\n      image\n    make x\n',
      ['1 docker run image', '3 make x'],
    ],
    ['a quote that goes on', "    docker run -c '\n    a\n    b'\n", ["1 docker run -c ' a b'"]],
    ['settings before it', '    A=b C="d e" npx nx y\n', ['1 A=b C="d e" npx nx y']],
    ['settings alone', '    export A=b\n    A=b C=d\n', []],
    [
      'what runs something',
      '    tools=$(tools/checks/python-tools.sh)\n',
      ['1 tools=$(tools/checks/python-tools.sh)'],
    ],
    ['inline', 'type `npx nx y`, or `bench/cold.sh`', ['1 npx nx y', '1 bench/cold.sh']],
    ['inline in a table', '| a |\n|---|\n| `make x` |\n', ['3 make x']],
    ['inline, a name alone', 'with `docker`, `make`, `npx`', []],
    ['inline, a file', 'see `tools/ci/` and `bench/bench.mjs`', []],
    ['what is no command', '    FROM root\n    COPY a b\n\n```json\nmake x\n```\n', []],
  ])('%s', (_what, text, found) => {
    expect(commandsOf(text).map(({ line, command }) => `${line} ${command}`)).toEqual(found);
  });
});

describe('a row', () => {
  const command = 'npx nx run asr:docker-build';
  const page = [{ file: 'README.md', line: 7, command, text: command }];

  test.each([
    ['npx nx run asr:docker-build', true],
    ['npx nx run *:docker-build', true],
    ['npx nx run asr', false],
    ['npx.nx run asr:docker-build', false],
  ])('%s covers it: %s', (pattern, covers) => {
    expect(uncovered(page, [pattern])).toHaveLength(covers ? 0 : 1);
    expect(stale(page, [pattern])).toEqual(covers ? [] : [pattern]);
  });

  test('that is missing is told with file, line and what to do', () => {
    expect(uncovered(page, []).join()).toMatch(
      /^README\.md:7: nothing runs: npx nx run asr:docker-build\n {2}mend: /,
    );
  });

  test.each([
    ['tools/ci/ci.sh', 'nx sync:check', undefined],
    ['tools/ci/ci.sh', 'nx sync:chec', 'tools/ci/ci.sh has not: nx sync:chec'],
    ['tools/ci/no.sh', 'nx', 'tools/ci/no.sh is not there'],
    ['tools/family-tests/src/adapt.family.spec.ts', 'nx run-many -t docker-build', undefined],
  ])('claims that %s has "%s"', (file, holds, problem) => {
    expect(claimProblem(workspace, file, holds)).toBe(problem);
  });
});
