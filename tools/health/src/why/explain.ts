import { OWN_CONTEXT, type BuildPlan, type KeyInputs } from '@cp-whisperx-app/nx-images/api';

/** An input of an image's key that is another now. */
export interface Move {
  /** What it is, as a person finds it: a path in the workspace, `build argument ROOT`. */
  readonly what: string;
  /** In short; undefined where it was not there. */
  readonly was?: string | undefined;
  /** In short; undefined where it is no more. */
  readonly now?: string | undefined;
  /** Where it is the key of a base: its name, and both keys. */
  readonly base?: { readonly name: string; readonly was: string; readonly now: string } | undefined;
}

/** Where the inputs of an image stand in the workspace. */
export type Folders = Pick<BuildPlan, 'dockerfile' | 'context' | 'folders'>;

/**
 * Compares all that a key was made from with all that one is made from now. Empty exactly where both make the same key. Pure.
 * @param folders of the image as it is now
 */
export function explain(recorded: KeyInputs, current: KeyInputs, folders: Folders): readonly Move[] {
  const contexts = new Set([...Object.keys(recorded.files), ...Object.keys(current.files)]);
  return [
    ...one('meaning of the key', `${recorded.schema}`, `${current.schema}`),
    ...one(folders.dockerfile, recorded.dockerfile, current.dockerfile),
    ...[...contexts].flatMap((context) => files(context, recorded, current, folders)),
    ...members((name) => `build argument ${name.replace(/^\d+\./, '')}`, recorded.args, current.args),
    ...one('platform', recorded.platform, current.platform),
    ...one('Dockerfile frontend', recorded.frontend, current.frontend),
    ...members((name) => `label ${name}`, recorded.labels, current.labels),
    ...externals(recorded.externals, current.externals),
    ...bases(recorded.bases, current.bases),
  ];
}

type Members = Readonly<Record<string, string>>;

const one = (what: string, was: string | undefined, now: string | undefined): Move[] =>
  was === now ? [] : [{ what, was: short(was), now: short(now) }];

const members = (what: (name: string) => string, was: Members, now: Members): Move[] =>
  namesOf(was, now).flatMap((name) => one(what(name), memberOf(was, name), memberOf(now, name)));

const namesOf = (was: Members, now: Members): string[] =>
  [...new Set([...Object.keys(was), ...Object.keys(now)])].sort();

/** A file may be called `constructor`. */
const memberOf = (members: Members, name: string): string | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined;

/** A context without files is not one that isn't there. */
function files(context: string, was: KeyInputs, now: KeyInputs, { context: own, folders }: Folders): Move[] {
  const folder = context === OWN_CONTEXT ? own : (folders[context] ?? context);
  const [before, after] = [was.files, now.files].map((all) =>
    Object.hasOwn(all, context) ? all[context] : undefined,
  );
  return [
    ...one(`build context ${folder}`, before && 'there', after && 'there'),
    ...members((path) => `${folder}/${path}`, before ?? {}, after ?? {}),
  ];
}

/** Where only their order is another, that is it. */
function externals(was: readonly string[], now: readonly string[]): Move[] {
  const gone = was.filter((pin) => !now.includes(pin));
  const come = now.filter((pin) => !was.includes(pin));
  const moves = Array.from({ length: Math.max(gone.length, come.length) }, (_, index) =>
    one('external image', gone[index], come[index]),
  ).flat();
  return moves.length > 0 ? moves : one('order of external images', was.join(', '), now.join(', '));
}

const bases = (was: Members, now: Members): Move[] =>
  namesOf(was, now).flatMap((name) => {
    const [before, after] = [memberOf(was, name), memberOf(now, name)];
    const base = before && after ? { name, was: before, now: after } : undefined;
    return one(`base ${name}`, before, after).map((move) => ({ ...move, base }));
  });

/** Longer values are cut: characters. */
const LONGEST = 60;

/** A hash by its first 12 digits; other values as they are, in one line. An empty one is seen. */
function short(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const hash = value.replace(/^((?:sha256:)?[0-9a-f]{12})[0-9a-f]{52}$/, '$1');
  const text = hash === '' ? '""' : hash.replace(/\s+/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
