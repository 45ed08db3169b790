import { variableSetBelow } from './inherited.ts';
import { check, type Placed } from './rule.ts';
import { RULES } from './rules/index.ts';
import { withoutRepeats } from './same.ts';
import { applySilences, type Silence } from './silence.ts';
import type { Family, Subject } from './subject.ts';

/** What was looked for in one image and what was found: `dist/lint/NAME.json`. */
export interface LintRecord {
  readonly schema: 1;
  readonly name: string;
  readonly dockerfile: string;
  readonly linters: readonly string[];
  /** Of the family; the others have their own. */
  readonly rules: readonly string[];
  readonly findings: readonly Placed[];
  /** Of those that silence something. */
  readonly silences: readonly Silence[];
}

/** Name of the linter that the rules of the family are. */
export const OWN = 'family';

/**
 * Judges an image: the family's rules, what other linters found, and the silences. Pure.
 * @param others name of a linter → its findings
 */
export function lint(
  subject: Subject,
  family: Family,
  others: ReadonlyMap<string, readonly Placed[]>,
): LintRecord {
  const rules = RULES.map(({ name }) => name);
  const foreign = [...others.values()]
    .flat()
    .filter((finding) => !variableSetBelow(finding, subject, family));
  const all = withoutRepeats([...check(RULES, subject, family), ...foreign]);
  const { findings, silences } = applySilences(all, subject, rules);
  return {
    schema: 1,
    name: subject.name,
    dockerfile: subject.dockerfile.file,
    linters: [OWN, ...others.keys()],
    rules,
    findings: findings.toSorted(
      (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line,
    ),
    silences,
  };
}
