import { ProblemError } from '@cp-whisperx-app/problem';
import type { Problem } from '@cp-whisperx-app/problem';

/** Where versions.txt stands, from the workspace root. */
export const versionsFile = 'libs/versions/versions.txt';

/** One `name==version  # remark` line. */
export interface Pin {
  /** Normalised, see `normalName`. */
  readonly name: string;
  readonly version: string;
  /** 1-based. */
  readonly line: number;
  readonly remark: string;
}

/** All that versions.txt says. */
export interface Versions {
  /** The file as it is, with LF: what uv gets as constraints. */
  readonly text: string;
  readonly pins: ReadonlyMap<string, Pin>;
  /** RFC 3339 moment; releases after it don't exist for the resolver. */
  readonly excludeNewer: string;
  /** `YYYYMMDDThhmmssZ`, as snapshot mirrors of Debian name their folders. */
  readonly debianSnapshot: string;
  /** `name:tag@sha256:…` that the base images stand on. */
  readonly root: string;
  /** `name:tag@sha256:…` that the install stages stand on. */
  readonly builder: string;
  /** Normalised names, sorted, of the packages that may be built from source. */
  readonly sdistOnly: readonly string[];
  /** Groups of normalised names that have one version in common, as the lines have them. */
  readonly coupled: readonly (readonly string[])[];
}

const imageRef = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/** The facts of versions.txt that stand once, and what their values look like. */
const facts: Readonly<Record<string, { readonly form: RegExp; readonly example: string }>> = {
  'exclude-newer': {
    form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    example: '2025-11-20T00:00:00Z',
  },
  'debian-snapshot': { form: /^\d{8}T\d{6}Z$/, example: '20251120T000000Z' },
  root: { form: imageRef, example: 'python:3.11-slim-bookworm@sha256:…' },
  builder: { form: imageRef, example: 'python:3.11-slim-bookworm@sha256:…' },
};
/** Facts that may be said of several packages, a line each. */
const lists: typeof facts = {
  'sdist-only': { form: /^[A-Za-z0-9][\w.-]* \S.*$/, example: 'docopt never had a wheel' },
  coupled: { form: /^[A-Za-z0-9][\w.-]*( [A-Za-z0-9][\w.-]*)+$/, example: 'torch torchaudio' },
};

/** One name for one distribution: PEP 503. */
export function normalName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Lines of a text, whatever ends them. */
export function lines(text: string): string[] {
  return text.replace(/\r\n?/g, '\n').split('\n');
}

/**
 * Reads versions.txt.
 * @param file how errors name it
 * @throws ProblemError with one problem for each malformed, unknown, repeated or missing line
 */
export function readVersions(text: string, file: string = versionsFile): Versions {
  const problems: Problem[] = [];
  const pins = new Map<string, Pin>();
  const found = new Map<string, string>();
  const said = new Map(Object.keys(lists).map((name): [string, Said[]] => [name, []]));

  const add = (code: string, message: string, line: number | undefined, mend: string) => {
    problems.push({ code, message, file, line, mend });
  };

  lines(text).forEach((raw, index) => {
    const line = index + 1;
    const content = raw.trim();
    const fact = /^#\s*([a-z][a-z-]*):\s+(.*)$/.exec(content);
    if (fact?.[1] !== undefined && fact[2] !== undefined) {
      const [, name, value] = fact;
      const { form, example } = lists[name] ?? facts[name] ?? {};
      if (form === undefined) {
        const known = Object.keys({ ...facts, ...lists }).join(', ');
        add(
          'unknown-fact',
          `"# ${name}:" is not known`,
          line,
          `use one of ${known}, or write the remark without the colon`,
        );
      } else if (!form.test(value)) {
        add(
          'malformed-fact',
          `"${value}" is not a value of ${name}`,
          line,
          `write it like "# ${name}: ${String(example)}"`,
        );
      } else if (name in lists) {
        said.get(name)?.push({ line, words: value.trim().split(' ') });
      } else if (found.has(name)) {
        add('repeated-fact', `${name} is said twice`, line, 'keep one of the two lines');
      } else {
        found.set(name, value);
      }
      return;
    }
    if (content === '' || content.startsWith('#')) return;

    const pin = /^([A-Za-z0-9][\w.-]*)==([0-9][\w.!+-]*)(?:\s+#\s*(.*))?$/.exec(content);
    if (pin?.[1] === undefined || pin[2] === undefined) {
      add('malformed-pin', `"${content}" is not a pin`, line, 'write it like "numpy==2.0.2  # reason"');
      return;
    }
    const name = normalName(pin[1]);
    const earlier = pins.get(name);
    if (earlier === undefined) pins.set(name, { name, version: pin[2], line, remark: pin[3] ?? '' });
    else
      add(
        'repeated-pin',
        `${name} is pinned on line ${String(earlier.line)} already`,
        line,
        'keep one of the two lines',
      );
  });

  for (const name of Object.keys(facts)) {
    if (!found.has(name) && !problems.some((problem) => problem.message.includes(name))) {
      add(
        'missing-fact',
        `${name} is not said`,
        undefined,
        `add a line like "# ${name}: ${String(facts[name]?.example)}"`,
      );
    }
  }
  if (!pins.has('uv')) add('missing-fact', 'uv is not pinned', undefined, 'add a line like "uv==0.9.10"');
  const coupled =
    said.get('coupled')?.map(({ line, words }) => ({ line, names: words.map(normalName) })) ?? [];
  problems.push(...coupled.flatMap((group, index) => apart(group, coupled.slice(0, index), pins, file)));
  if (problems.length > 0) throw new ProblemError(...problems);

  const fact = (name: string) => found.get(name) ?? '';
  return {
    text: lines(text).join('\n'),
    pins,
    excludeNewer: fact('exclude-newer'),
    debianSnapshot: fact('debian-snapshot'),
    root: fact('root'),
    builder: fact('builder'),
    sdistOnly: (said.get('sdist-only') ?? []).map(({ words: [name = ''] }) => normalName(name)).sort(),
    coupled: coupled.map(({ names }) => names),
  };
}

/** One line of a fact that may be said several times. */
interface Said {
  readonly line: number;
  readonly words: readonly string[];
}

interface Group {
  readonly line: number;
  readonly names: readonly string[];
}

/** What is wrong with a line `# coupled:`: a package of it that isn't pinned, is in two groups, or has another version. */
function apart(
  { line, names }: Group,
  earlier: readonly Group[],
  pins: ReadonlyMap<string, Pin>,
  file: string,
): Problem[] {
  const [first] = names.flatMap((name) => pins.get(name) ?? []);
  return names.flatMap((name): Problem[] => {
    const pin = pins.get(name);
    const bad = (code: string, message: string, mend: string, at = line) => [
      { code, message, file, line: at, mend },
    ];
    if (pin === undefined || first === undefined)
      return bad('coupled-unpinned', `${name} is coupled, and not pinned`, `add a line "${name}==…"`);
    if (earlier.some((group) => group.names.includes(name)))
      return bad('coupled-twice', `${name} is in two groups`, 'make one line of the two');
    return pin.version === first.version
      ? []
      : bad(
          'coupled-apart',
          `${name} is ${pin.version} and ${first.name} is ${first.version}, and they are coupled`,
          `npx nx run versions:update ${first.name}=…, which moves both; or write one version in both lines`,
          pin.line,
        );
  });
}

/** The pinned version of a package, which readVersions made sure of. */
export function uvVersion(versions: Versions): string {
  return versions.pins.get('uv')?.version ?? '';
}
