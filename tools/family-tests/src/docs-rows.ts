import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DocCommand } from './docs-commands.ts';

/** Whether a command is of a pattern, in which `*` stands for any text. Pure. */
export function matches(pattern: string, command: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(command);
}

/** Commands of which no pattern is, told with their place and what to do. Pure. */
export function uncovered(commands: readonly DocCommand[], patterns: readonly string[]): readonly string[] {
  return commands
    .filter(({ command }) => !patterns.some((pattern) => matches(pattern, command)))
    .map(
      ({ file, line, command }) =>
        `${file}:${line}: nothing runs: ${command}\n  mend: name in docs-coverage.ts what runs it, or add it to docs-run-here.ts`,
    );
}

/** Patterns that no command is of. Pure. */
export const stale = (commands: readonly DocCommand[], patterns: readonly string[]): readonly string[] =>
  patterns.filter((pattern) => !commands.some(({ command }) => matches(pattern, command)));

/**
 * What is wrong with the claim that `file` runs a command whose words are `holds`: the file is missing, or has not
 * these words one after the other. Quotes, commas and brackets don't count, as arguments stand in lists.
 */
export function claimProblem(root: string, file: string, holds: string): string | undefined {
  if (!existsSync(join(root, file))) return `${file} is not there`;
  return words(readFileSync(join(root, file), 'utf8')).includes(words(holds))
    ? undefined
    : `${file} has not: ${holds}`;
}

const words = (text: string): string =>
  ` ${text
    .replace(/\.\.\.|\$\{(\w+)\}|\$/g, ' $1 ')
    .replace(/['"`,()[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()} `;
