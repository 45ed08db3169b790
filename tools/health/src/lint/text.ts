import { formatProblem } from '@cp-whisperx-app/problem';
import type { Finding } from '../finding.ts';
import type { LintRecord } from './lint.ts';

/** How findings are told: to people, to programs, or as annotations of a pull request. */
export type Format = 'text' | 'json' | 'github';

/** What a lint says. Pure. */
export function lintText(record: LintRecord, format: Format): string {
  if (format === 'json') return JSON.stringify(record, null, 2);
  const { findings } = record;
  return [
    ...findings.map(format === 'github' ? annotation : findingText),
    ...silenceLines(record),
    summary(record),
  ].join('\n');
}

/** `file:line: message (rule)`, why, and what mends it. */
function findingText(finding: Finding): string {
  const lines = formatProblem(finding).split('\n');
  return [...lines.slice(0, -1), `  reason: ${finding.reason}`, ...lines.slice(-1), ''].join('\n');
}

const silenceLines = ({ silences }: LintRecord): readonly string[] =>
  silences.map(({ file, line, rule, reason }) => `silenced ${file}:${line}: ${rule}: ${reason}`);

function summary({ name, findings, silences, linters, rules }: LintRecord): string {
  const held = `${count(findings.length, 'finding')} by ${count(linters.length, 'linter')}, ${count(silences.length, 'silence')}`;
  const others = linters.slice(1).join(' and ');
  return `${name}: ${held} (${rules.length} rules of the family, and those of ${others})`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;

/**
 * An annotation of a pull request. Source: GitHub, "Workflow commands: setting an error message"; what is escaped, and how:
 * actions/toolkit, packages/core/src/command.ts.
 */
function annotation({ code, file = '', line, message, reason, mend }: Finding): string {
  const place = [
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(code)}`,
  ];
  return `::error ${place.join(',')}::${data(`${message}\n${reason}\nmend: ${mend}`)}`;
}

const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
