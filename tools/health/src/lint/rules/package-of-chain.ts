import { locked, pipInstalls } from '../packages.ts';
import type { Found, Rule } from '../rule.ts';
import { chain, type Subject } from '../subject.ts';

/**
 * No package that a base has comes in a second time: by the image's own lock, by a version of its own in requirements.in, or by pip in
 * a RUN. Its bare name in requirements.in is no finding: that says what the script imports, and the delta lock leaves it to the base.
 * Source: the family's design, "common dependencies": one copy of a package on a chain.
 */
export const packageOfChain: Rule = {
  name: 'package-of-chain',
  reason:
    'a package stands once on a chain; a second copy costs its bytes again and hides the version that was tested',
  check: (subject, family) => {
    const below = [...chain(subject, family)].reverse();
    const holders = new Map(below.flatMap((base) => locked(base).map(({ name }) => [name, base] as const)));
    const installed = pipInstalls(subject).map((one) => ({
      ...one,
      mend: `take ${one.name} out of what pip installs`,
    }));
    return [...asked(subject), ...installed].flatMap(({ name, ...place }) => {
      const base = holders.get(name);
      return base === undefined ? [] : [{ ...place, message: `${name} is in ${base.name} already` }];
    });
  },
};

type Asked = Omit<Found, 'message'> & { readonly name: string };

/** What the own lock holds, told where requirements.in names it, and what that names with a version. */
function asked(subject: Subject): readonly Asked[] {
  const { requirements, lock } = subject;
  const direct = requirements?.direct ?? [];
  const own = locked(subject);
  const named = direct
    .filter(({ name, text }) => /[<>=!~]/.test(text) || own.some((one) => one.name === name))
    .map(({ name, line }) => ({
      ...{ name, line, file: requirements?.file ?? '' },
      mend: `take ${name} out, or its version; then npx nx sync`,
    }));
  const others = own
    .filter(({ name }) => !direct.some((one) => one.name === name))
    .map(({ name, line }) => ({ name, line, file: lock?.file ?? '', mend: 'npx nx sync' }));
  return [...named, ...others];
}
