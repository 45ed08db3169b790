import { ProblemError } from '@cp-whisperx-app/problem';
import { tagOf } from '../model/image-name.ts';
import type { BuildPlan } from '../plan/plan.ts';
import type { Registry } from './client.ts';
import { checkBase, findImage, type PublishedImage } from './images.ts';
import { repositoryIn } from './reference.ts';

/**
 * What the registries of a run have, each asked once for each thing. A registry that results need not go to may
 * fail: that is told once, and it is asked nothing more.
 */
export class Lookup {
  readonly registries: readonly Registry[];
  readonly #strict: boolean;
  readonly #warn: (line: string) => void;
  readonly #broken = new Set<Registry>();
  readonly #found = new Map<Registry, Map<string, Promise<PublishedImage | undefined>>>();

  /** @param strict a failure of the first is thrown, not told: results are wanted there */
  constructor(registries: readonly Registry[], strict: boolean, warn: (line: string) => void) {
    this.registries = registries;
    this.#strict = strict;
    this.#warn = warn;
  }

  /**
   * The image of a plan, standing on the base that the same registry has.
   * @throws ProblemError when strict
   */
  image(plan: BuildPlan, base: BuildPlan | undefined): Promise<PublishedImage | undefined> {
    return this.#first(async (registry) => {
      const [image, under] = await Promise.all([
        this.#find(registry, plan),
        base === undefined ? undefined : this.#find(registry, base),
      ]);
      if (image !== undefined && under !== undefined) checkBase(image, under, plan);
      return image;
    });
  }

  /** An image is there now that was not. */
  forget({ keyed }: BuildPlan): void {
    for (const found of this.#found.values()) found.delete(keyed);
  }

  /** `HOST/REPOSITORY:TAG` of a name of this family, in the first registry that has it. @throws ProblemError when strict */
  reference(name: string): Promise<string | undefined> {
    return this.#tagged(name, (registry) => referenceIn(registry, name));
  }

  /** `HOST/REPOSITORY@sha256:…` of the same. @throws ProblemError when strict */
  pinned(name: string): Promise<string | undefined> {
    return this.#tagged(
      name,
      ({ address }, digest) => `${address.host}/${repositoryIn(address, name)}@${digest}`,
    );
  }

  #tagged(name: string, textOf: (registry: Registry, digest: string) => string): Promise<string | undefined> {
    return this.#first(async (registry) => {
      const found = await registry.manifest(repositoryIn(registry.address, name), tagOf(name));
      return found && textOf(registry, found.digest);
    });
  }

  #find(registry: Registry, plan: BuildPlan): Promise<PublishedImage | undefined> {
    const known = this.#found.get(registry) ?? new Map<string, Promise<PublishedImage | undefined>>();
    this.#found.set(registry, known);
    const found = known.get(plan.keyed) ?? findImage(registry, plan);
    known.set(plan.keyed, found);
    return found;
  }

  async #first<T>(ask: (registry: Registry) => Promise<T | undefined>): Promise<T | undefined> {
    for (const registry of this.registries) {
      if (this.#broken.has(registry)) continue;
      try {
        const found = await ask(registry);
        if (found !== undefined) return found;
      } catch (error) {
        const needed = this.#strict && registry === this.registries[0];
        if (needed || !(error instanceof ProblemError)) throw error;
        this.#refuse(registry, error);
      }
    }
    return undefined;
  }

  /** A wrong image is no reason to ask for no other. */
  #refuse(registry: Registry, error: ProblemError): void {
    const wrongImage = error.problems.every(({ code }) =>
      /^registry-(image|key|base|wrong|not)-|^digest/.test(code),
    );
    if (this.#broken.has(registry)) return;
    if (!wrongImage) this.#broken.add(registry);
    const what = error.problems.map(({ message, mend }) => `${message}; ${mend}`).join('\n');
    this.#warn(`warning: ${what}\n  This run goes on without ${wrongImage ? 'it' : addressText(registry)}.`);
  }
}

/** How a registry is named in settings: `HOST[/PATH]`. */
export const addressText = ({ address: { host, prefix } }: Registry): string =>
  prefix === '' ? host : `${host}/${prefix}`;

/** `HOST/REPOSITORY:TAG` of a name in a registry. */
export const referenceIn = ({ address }: Registry, name: string): string =>
  `${address.host}/${repositoryIn(address, name)}:${tagOf(name)}`;
