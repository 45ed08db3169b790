import { ProblemError } from '@cp-whisperx-app/problem';
import type { Read } from './files.ts';
import { readRequirements } from './requirements.ts';
import type { Requirements } from './requirements.ts';

/** An image as far as its lock goes. */
export interface LockedImage {
  readonly name: string;
  /** From the workspace root, e.g. `images/asr`. */
  readonly folder: string;
  /** Name of the image it stands on; absent where that is the root image. */
  readonly base?: string | undefined;
}

/** What one lock is made from, by name. */
export interface LockPlan {
  /** The lock's path from the workspace root. */
  readonly lock: string;
  /** The image's name, or that of a tool's lock. */
  readonly name: string;
  /** File of the requirements. */
  readonly source: string;
  readonly requirements: Requirements;
  /** Plans of the base chain, outermost base first. */
  readonly chain: readonly LockPlan[];
}

/** Packages that build the sdist-only ones. */
export const buildRequirements = ['setuptools'];

/** Locks that belong to no image: what installs, and what builds the sdist-only packages. */
const toolLocks: Readonly<Record<string, readonly string[]>> = { uv: ['uv'], build: buildRequirements };

/** Path of uv's own lock. */
export const uvLock = 'libs/installer/uv.lock';

/**
 * Plans of all locks, bases before children, the tools' locks first.
 * @param read text of a file by its path from the workspace root; undefined where there is none
 * @throws ProblemError where a requirements.in is missing or malformed, a base is unknown or stands on itself, or a
 * `# part-of:` names an image that doesn't stand directly on the one that says so
 */
export function planLocks(images: readonly LockedImage[], read: Read): LockPlan[] {
  const byName = new Map(images.map((image) => [image.name, image]));
  const plans = new Map<string, LockPlan>();

  const plan = (image: LockedImage, above: readonly string[]): LockPlan => {
    const done = plans.get(image.name);
    if (done !== undefined) return done;
    const source = `${image.folder}/requirements.in`;
    const base = image.base === undefined ? undefined : byName.get(image.base);
    if (image.base !== undefined && (base === undefined || above.includes(image.name))) {
      const message =
        base === undefined
          ? `${image.name} stands on ${image.base}, which is not there`
          : `${image.name} stands on itself`;
      throw new ProblemError({
        code: 'unknown-base',
        message,
        file: `${image.folder}/Dockerfile`,
        mend: 'name another base in its FROM',
      });
    }
    const basePlan = base === undefined ? undefined : plan(base, [...above, image.name]);
    const text = read(source);
    if (text === undefined) {
      const mend = `create ${source}; it may hold nothing but a remark`;
      throw new ProblemError({
        code: 'missing-requirements',
        message: `${image.name} has no requirements.in`,
        file: source,
        mend,
      });
    }
    const made: LockPlan = {
      lock: `${image.folder}/requirements.lock`,
      name: image.name,
      source,
      requirements: readRequirements(text, source),
      chain: basePlan === undefined ? [] : [...basePlan.chain, basePlan],
    };
    plans.set(image.name, made);
    return made;
  };

  for (const image of images) plan(image, []);
  for (const { name, source, requirements } of plans.values()) {
    const whole = requirements.partOf?.image;
    if (whole !== undefined && plans.get(whole)?.chain.at(-1)?.name !== name) {
      const message = `${name} says that it is part of ${whole}, which doesn't stand directly on it`;
      throw new ProblemError({
        code: 'unknown-whole',
        message,
        file: source,
        mend: `name an image whose FROM is ${name}`,
      });
    }
  }
  const tools = Object.entries(toolLocks).map(([tool, asked]): LockPlan => {
    const lock = `libs/installer/${tool}.lock`;
    const requirements = readRequirements(asked.join('\n'), lock);
    return { lock, name: `${tool}.lock`, source: lock, requirements, chain: [] };
  });
  return [...tools, ...plans.values()];
}

/** The plan of the image that this one's lock is a part of. */
export function wholeOf(plan: LockPlan, plans: readonly LockPlan[]): LockPlan | undefined {
  const image = plan.requirements.partOf?.image;
  return image === undefined ? undefined : plans.find(({ name }) => name === image);
}
