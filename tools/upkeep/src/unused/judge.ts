import type { Look } from './look.ts';

/** Why something is there, the strongest reason first. */
export type Why = 'imported' | 'called' | 'linked' | 'named' | 'needed' | 'optional' | 'unused';

/** What an image asks for by name. */
export interface Asked {
  readonly image: string;
  readonly name: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** One of them, and what uses it. */
export interface Judged extends Asked {
  readonly why: Why;
  /** At most three uses: who, and where. */
  readonly uses: readonly string[];
}

type Looks = ReadonlyMap<string, Look>;

/**
 * Judges a line of requirements.in by the images that have it: their code imports it, or names it in a string (a plugin, a
 * dynamic import), or another distribution requires it, always or for one of its extras.
 * @param looks the image that asks, and those on it
 */
export function judgeRequirement(asked: Asked, looks: Looks): Judged {
  const { name } = asked;
  const found = [...looks].map(([image, look]) => {
    const modules = ownModules(name, look);
    const inModules = (dotted: string): boolean =>
      modules.some((module) => dotted === module || dotted.startsWith(`${module}.`));
    return {
      imported: usesIn(image, look.imports, inModules),
      named: usesIn(image, look.strings, (text) => text === name || inModules(text)),
      needed: requirers(name, look, false),
      optional: requirers(name, look, true),
    };
  });
  return judged(asked, found, ['imported', 'named', 'needed', 'optional']);
}

/**
 * Judges a Debian package that an image installs by name: code runs its programs, a distribution links or names its
 * libraries, or another package depends on it.
 * @param looks the image that asks, and those on it
 */
export function judgeSystemPackage(asked: Asked, looks: Looks): Judged {
  const found = [...looks].map(([image, look]) => {
    const { programs = [], used_by = [], needed_by = [] } = look.system[asked.name] ?? {};
    return {
      called: usesIn(image, look.strings, (text) => programs.includes(text.replace(/^.*\//, ''))),
      linked: used_by,
      needed: needed_by.map((other) => `${other} depends on it`),
    };
  });
  return judged(asked, found, ['called', 'linked', 'needed']);
}

function judged<T extends Why>(
  asked: Asked,
  found: readonly Readonly<Record<T, readonly string[]>>[],
  order: readonly T[],
): Judged {
  for (const why of order) {
    const uses = [...new Set(found.flatMap((one) => one[why]))];
    if (uses.length > 0) return { ...asked, why, uses: uses.slice(0, 3) };
  }
  return { ...asked, why: 'unused', uses: [] };
}

/** The dotted names that are a distribution's alone: of a namespace that several share, the second part too. */
function ownModules(name: string, { distributions }: Look): readonly string[] {
  const top = (module: string): string => module.replace(/\..*$/, '');
  const others = new Set(
    Object.entries(distributions)
      .filter(([other]) => other !== name)
      .flatMap(([, { modules }]) => modules.map(top)),
  );
  const modules = distributions[name]?.modules ?? [];
  return modules
    .map((module) => (others.has(top(module)) ? module : top(module)))
    .filter((module) => !others.has(module));
}

const usesIn = (
  image: string,
  places: Readonly<Record<string, readonly string[]>>,
  matches: (text: string) => boolean,
): readonly string[] =>
  Object.entries(places).flatMap(([text, where]) =>
    matches(text) ? where.slice(0, 1).map((place) => `${image}: ${place}`) : [],
  );

const requirers = (name: string, { distributions }: Look, optional: boolean): readonly string[] =>
  Object.entries(distributions).flatMap(([other, { needs }]) => {
    const extra = needs[name];
    if (other === name || extra === undefined || (extra !== '') !== optional) return [];
    return [optional ? `${other}[${extra}] asks for it` : `${other} needs it`];
  });
