import { expand, pairArguments } from '@cp-whisperx-app/nx-images/api';
import type { Rule } from '../rule.ts';
import { chain, finalInstructions, finalLine, finalStages, type Subject } from '../subject.ts';

/**
 * The image runs as an ordinary user, its own or that of its base chain. Source: Docker, "Building best practices: USER"; CIS Docker
 * Benchmark 4.1.
 */
export const rootAtTheEnd: Rule = {
  name: 'root-at-the-end',
  reason: 'what breaks out of a process of root is root; files that it writes to a volume belong to root',
  check: (subject, family) => {
    const last = finalInstructions(subject, 'USER').at(-1);
    const user = [subject, ...chain(subject, family)].map(userOf).find((one) => one !== undefined);
    // Who is root by name or number, whatever the group; nobody says who a root image runs as.
    if (user !== undefined && !/^(root|0+)?(:|$)/.test(user)) return [];
    return [
      {
        file: subject.dockerfile.file,
        line: last?.line ?? finalLine(subject),
        message:
          user === undefined ? 'no USER says who runs it, so it is root' : `it runs as root (USER ${user})`,
        mend: 'end the final stage with USER 1000:1000',
      },
    ];
  },
};

function userOf(subject: Subject): string | undefined {
  const escape = subject.dockerfile.directives.escape ?? '\\';
  const given = finalStages(subject).flatMap(({ args }) => args);
  const set = finalInstructions(subject, 'ENV').flatMap(({ args }) => pairArguments(args, escape));
  const known = new Map([...given.map(({ name, value = '' }) => [name, value] as const), ...set]);
  const last = finalInstructions(subject, 'USER').at(-1);
  return last && expand(last.args, known, escape);
}
