import { expand, pairArguments } from '@cp-whisperx-app/nx-images/api';
import type { Rule } from '../rule.ts';
import { chain, finalInstructions, finalLine, type Subject } from '../subject.ts';

const PREFIX = 'org.opencontainers.image.';
/** What a base says of itself would be wrong of another image. */
const OWN = ['title', 'description'];
const INHERITED = ['licenses', 'source'];

/**
 * An image says what it is, and its chain under which licence and from which sources. Source: OCI image specification,
 * "Annotations: pre-defined annotation keys"; labels are inherited.
 */
export const missingLabels: Rule = {
  name: 'missing-labels',
  reason:
    'labels are what a registry and an operator know of an image; those of a base are inherited, its title too',
  check: (subject, family) => {
    const own = labelsOf(subject);
    const all = new Set([subject, ...chain(subject, family)].flatMap((one) => [...labelsOf(one)]));
    const missing = [...OWN.filter((name) => !own.has(name)), ...INHERITED.filter((name) => !all.has(name))];
    if (missing.length === 0) return [];
    return [
      {
        file: subject.dockerfile.file,
        line: finalLine(subject),
        message: `there is no label ${missing.map((name) => PREFIX + name).join(', ')}`,
        mend: `add LABEL ${missing.map((name) => `${PREFIX}${name}="…"`).join(' ')} to the final stage`,
      },
    ];
  },
};

/** Those that hold something, without the prefix. */
function labelsOf(subject: Subject): ReadonlySet<string> {
  const escape = subject.dockerfile.directives.escape ?? '\\';
  const pairs = finalInstructions(subject, 'LABEL').flatMap(({ args }) => pairArguments(args, escape));
  const names = pairs.map((pair) => pair.map((word) => expand(word, new Map(), escape)));
  return new Set(
    names.flatMap(([name = '', value]) =>
      name.startsWith(PREFIX) && value ? [name.slice(PREFIX.length)] : [],
    ),
  );
}
