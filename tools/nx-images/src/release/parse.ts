import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { isReference } from '../dockerfile/index.ts';
import { parseRegistry } from '../registry/reference.ts';
import { servicesOf, type Release } from './release.ts';

/** What a member is to be. */
interface Rule {
  readonly what: string;
  readonly optional?: true;
  readonly fits: (value: unknown) => boolean;
}
type Rules = Readonly<Record<string, Rule>>;
type Members = Readonly<Record<string, unknown>>;
/** Names from the outermost object inwards. */
type Path = readonly string[];
/** A path, or the name of a service, and what is wrong there. */
type Wrong<At> = readonly (readonly [at: At, message: string])[];

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (what: string, pattern: RegExp): Rule => ({
  what,
  fits: (value) => typeof value === 'string' && pattern.test(value),
});

const reference = (what: string): Rule => ({
  what,
  fits: (value) => typeof value === 'string' && isReference(value) && /:[^:/@]+$/.test(value),
});

const FILE: Rules = {
  'x-release': { what: 'the release', fits: isMembers },
  services: { what: 'the services', fits: isMembers },
};

/** Of a release's name: it is that of a file too. */
export const RELEASE_NAME = /^[A-Za-z0-9][\w.+-]{0,99}$/;

const RELEASE: Rules = {
  schema: { what: '1', fits: (value) => value === 1 },
  name: text('a name of letters, digits, ".", "_", "+", "-"', RELEASE_NAME),
  created: {
    what: 'a time in ISO 8601, UTC',
    fits: (value) =>
      typeof value === 'string' && /^\d{4}-.*Z$/.test(value) && !Number.isNaN(Date.parse(value)),
  },
  revision: text('a commit, 40 or 64 hex digits', /^([0-9a-f]{40}|[0-9a-f]{64})$/),
  dirty: { what: 'true', optional: true, fits: (value) => value === true },
  registry: { what: 'HOST[:PORT][/PATH]', fits: isRegistry },
  images: { what: 'images', fits: (value) => isMembers(value) && Object.keys(value).length > 0 },
};

const IMAGE: Rules = {
  image: reference('a name with a tag'),
  key: text('a key, 64 hex digits', /^[0-9a-f]{64}$/),
  digest: text('sha256: and 64 hex digits', /^sha256:[0-9a-f]{64}$/),
  size: { what: 'bytes', fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0 },
  base: { ...text('the name of an image', /^/), optional: true },
  python: { ...reference('a name with a tag'), optional: true },
};

/**
 * The release that a file holds.
 * @param file for messages
 * @throws ProblemError with all that is wrong: release-not-json, release-schema, release-file, release-contradiction
 */
export function parseRelease(content: string, file: string): Release {
  const value = parseJson(content, file);
  const problem = (path: Path, code: string, message: string): Problem => ({
    code,
    message,
    file,
    line: lineOf(content, path),
    mend: MEND,
  });
  const throwAll = (problems: readonly Problem[]): void => {
    if (problems.length > 0) throw new ProblemError(...problems);
  };
  const check = (members: unknown, rules: Rules, path: Path): readonly Problem[] =>
    wrongMembers(members, rules, path).map(([at, message]) => problem(at, 'release-file', message));
  throwAll(check(value, FILE, []));
  const { 'x-release': stated, services } = value as { 'x-release': Members; services: Members };
  if (stated['schema'] !== 1)
    throwAll([
      {
        ...problem(
          ['x-release', 'schema'],
          'release-schema',
          `its schema is ${JSON.stringify(stated['schema'])}, not 1`,
        ),
        mend: 'use the version of this plugin that wrote it, or write the release anew',
      },
    ]);
  throwAll(check(stated, RELEASE, ['x-release']));
  const images = Object.entries(stated['images'] as Members);
  throwAll(
    images.flatMap(([name, image]) => [
      ...(SERVICE_NAME.test(name)
        ? []
        : [problem(['x-release', 'images'], 'release-file', `"${name}" is no name of an image`)]),
      ...check(image, IMAGE, ['x-release', 'images', name]),
    ]),
  );
  const release = stated as unknown as Release;
  throwAll(
    Object.keys(release.images).flatMap((name) => {
      const wrong = wrongBase(release, name);
      return wrong === undefined
        ? []
        : [problem(['x-release', 'images', name, 'base'], 'release-contradiction', wrong)];
    }),
  );
  throwAll(
    contradictions(services, servicesOf(release)).map(([name, message]) =>
      problem(['services', name], 'release-contradiction', message),
    ),
  );
  return release;
}

const MEND =
  'take the file as it was written (git checkout), or write the release anew: npx nx run images:release';

/** Names that Compose takes for services. */
const SERVICE_NAME = /^[A-Za-z0-9][\w.-]*$/;

function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const [, stated] = /at position (\d+)/.exec(words) ?? [];
    const end = content.trimEnd().length;
    // What is cut off has its fault at the end, or at none.
    const position = Math.min(end, stated === undefined ? end : Number(stated));
    const cut = position === end || /Unterminated/.test(words);
    throw new ProblemError({
      code: 'release-not-json',
      message: cut ? 'it is cut off' : 'it is no JSON',
      file,
      line: content.slice(0, position).split('\n').length,
      mend: MEND,
    });
  }
}

function wrongMembers(value: unknown, rules: Rules, path: Path): Wrong<Path> {
  const shown = path.at(-1) ?? 'the file';
  if (!isMembers(value)) return [[path, `${shown} is no object`]];
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(rules, name));
  return [
    ...unknown.map((name): Wrong<Path>[number] => [
      [...path, name],
      `${shown} has "${name}", which no release has`,
    ]),
    ...Object.entries(rules).flatMap(([name, { what, optional, fits }]): Wrong<Path> => {
      if (!Object.hasOwn(value, name)) return optional === true ? [] : [[path, `${shown} has no "${name}"`]];
      return fits(value[name]) ? [] : [[[...path, name], `"${name}" of ${shown} is not ${what}`]];
    }),
  ];
}

function wrongBase({ images }: Release, name: string): string | undefined {
  const seen = new Set([name]);
  for (let base = images[name]?.base; base !== undefined; base = images[base]?.base) {
    if (!Object.hasOwn(images, base)) return `${name} stands on ${base}, which is no image of the release`;
    if (seen.has(base)) return `${name} stands on itself`;
    seen.add(base);
  }
  return undefined;
}

function contradictions(stated: Members, right: ReturnType<typeof servicesOf>): Wrong<string> {
  const names = [...new Set([...Object.keys(right), ...Object.keys(stated)])];
  return names.flatMap((name): Wrong<string> => {
    const expected = Object.hasOwn(right, name) ? right[name] : undefined;
    if (expected === undefined) return [[name, `the service ${name} is no image that a release pins`]];
    if (!Object.hasOwn(stated, name)) return [[name, `there is no service ${name}`]];
    if (JSON.stringify(stated[name]) === JSON.stringify(expected)) return [];
    return [[name, `the service ${name} is not {"image": "${expected.image}"}, as x-release has it`]];
  });
}

function isRegistry(value: unknown): boolean {
  try {
    return typeof value === 'string' && parseRegistry(value).host !== '';
  } catch {
    return false;
  }
}

/** The line of a member, as near as it can be found: 1-based. */
function lineOf(content: string, path: Path): number {
  let at = 0;
  for (const name of path) {
    const found = content.indexOf(`${JSON.stringify(name)}:`, at);
    if (found === -1) break;
    at = found;
  }
  return content.slice(0, at).split('\n').length;
}
