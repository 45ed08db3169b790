import type { Problem } from '@cp-whisperx-app/problem';

/** What a rule found: `code` is the rule's name. */
export interface Finding extends Problem {
  /** Why the rule is. */
  readonly reason: string;
}
