/** What is wrong, where, and what mends it. Errors of this project are values of this shape. */
export interface Problem {
  /** Stable kebab-case name, e.g. `base-without-digest`. */
  readonly code: string;
  /** One sentence: what is wrong. */
  readonly message: string;
  /** Path relative to the workspace root. */
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
  /** The command or edit that mends it. */
  readonly mend: string;
}

/** Carries one or more problems out of code that can't go on. Its message is the formatted problems. */
export class ProblemError extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

/** Lines a person can act on: `file:line: message (code)`, what more the message has, and `  mend: …`. */
export function formatProblem({ code, message, file, line, mend }: Problem): string {
  const where = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${String(line)}: `;
  const [first, ...more] = message.split('\n');
  return [`${where}${first ?? ''} (${code})`, ...more, `  mend: ${mend}`].join('\n');
}
