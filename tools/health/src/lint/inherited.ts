import { pairArguments } from '@cp-whisperx-app/nx-images/api';
import type { Placed } from './rule.ts';
import { chain, finalInstructions, type Family, type Subject } from './subject.ts';

/** BuildKit checks a file on empty bases, and so does not see what ENV of the base chain sets. */
export function variableSetBelow({ code, message }: Placed, subject: Subject, family: Family): boolean {
  const name = /undefined variable '\$(\w+)'/.exec(message)?.[1];
  if (code !== 'buildkit:UndefinedVar' || name === undefined) return false;
  return chain(subject, family).some((base) =>
    finalInstructions(base, 'ENV').some(({ args }) =>
      pairArguments(args, base.dockerfile.directives.escape ?? '\\').some(([set]) => set === name),
    ),
  );
}
