import { locked, pipInstalls } from '../packages.ts';
import type { Rule } from '../rule.ts';
import { isBase, type Family, type Subject } from '../subject.ts';

/** What a family can afford once: torch with its siblings, and the wheels of the CUDA runtime. */
const ONCE = /^(torch|torchaudio|torchvision|nvidia-.+)$/;

/**
 * torch and the nvidia-* wheels stand in one layer of the family: that of the base image that asks for them, by name or by
 * `# part-of:`. In any other lock, and by pip in a RUN, they are a second copy beside it, or came in unseen. Source: the
 * family's design, "inheritance"; the wheels' sizes: 3 GB of downloads (docs/results.md).
 */
export const outsideItsLayer: Rule = {
  name: 'outside-its-layer',
  reason:
    'torch and the CUDA runtime are gigabytes: one base image asks for them, and what needs them stands on it',
  check: (subject, family) =>
    [
      ...locked(subject).map((one) => ({
        ...one,
        file: subject.lock?.file ?? '',
        without: `take out of requirements.in what needs ${one.name}; then npx nx sync`,
      })),
      ...pipInstalls(subject).map((one) => ({
        ...one,
        without: `take ${one.name} out of what pip installs`,
      })),
    ]
      .filter(({ name }) => ONCE.test(name))
      .flatMap(({ name, file, line, without }) => {
        const owners = [...family.values()].filter((one) => asksFor(one, name, family));
        if (owners[0] === subject) return [];
        const [owner] = owners;
        return [
          {
            file,
            line,
            message: `${name} comes in with ${subject.name}${owner === undefined ? ', and no base image asks for it' : `; its layer is that of ${owner.name}`}`,
            mend:
              owner === undefined
                ? `ask for ${name} in the requirements.in of a base image, and stand on that`
                : `stand on ${owner.image}, or ${without}`,
          },
        ];
      }),
};

/** Whether this is a base whose requirements.in names the package, or the part that it belongs to. */
function asksFor(subject: Subject, name: string, family: Family): boolean {
  const { requirements } = subject;
  if (requirements === undefined || !isBase(subject, family)) return false;
  const { direct, partOf } = requirements;
  return (
    direct.some((one) => one.name === name) ||
    (partOf !== undefined && new RegExp(`^${partOf.pattern.replaceAll('*', '.*')}$`).test(name))
  );
}
