import type { Finding } from '../finding.ts';
import type { Family, Subject } from './subject.ts';

/** What a rule says of one place; the rule itself adds its name and its reason. */
export interface Found {
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly mend: string;
}

/** One rule of the family. */
export interface Rule {
  /** As the file that holds it. */
  readonly name: string;
  readonly reason: string;
  /** Pure. */
  readonly check: (subject: Subject, family: Family) => readonly Found[];
}

/** A finding that has a place, as a silence needs it. */
export interface Placed extends Finding {
  readonly file: string;
  readonly line: number;
}

/** What the rules find in an image. Pure. */
export const check = (rules: readonly Rule[], subject: Subject, family: Family): readonly Placed[] =>
  rules.flatMap(({ name, reason, check }) =>
    check(subject, family).map((found) => ({ code: name, reason, ...found })),
  );
