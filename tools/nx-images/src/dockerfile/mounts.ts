import { posix } from 'node:path';
import { refuse } from './refuse.ts';

/** One `RUN --mount=…`, its variables replaced. */
export interface MountFields {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  /** A stage's name, an image or a named context. */
  readonly from?: string;
  readonly source?: string;
  readonly target?: string;
  /** Of a secret, a cache or an agent; BuildKit's own where the Dockerfile gives none. */
  readonly id?: string;
  /** Of a secret: the variable that holds it. */
  readonly env?: string;
  readonly sharing?: string;
  readonly required: boolean;
  readonly readonly: boolean;
}

const ALIASES: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
};

const TRUE = /^(1|t|T|true|TRUE|True)$/;
const TYPE = /^(bind|cache|tmpfs|secret|ssh)$/;
const BOOLEAN = /^(1|t|T|true|TRUE|True|0|f|F|false|FALSE|False)$/;

/** What the value of each key must be. */
const KEYS: Readonly<Record<string, RegExp>> = {
  type: TYPE,
  // A variable in `from` would hide an edge: BuildKit refuses it.
  from: /^([^$]*\$?)$/,
  source: /^/,
  target: /^/,
  id: /^/,
  env: /^/,
  readonly: BOOLEAN,
  readwrite: BOOLEAN,
  required: BOOLEAN,
  sharing: /^(shared|private|locked)$/,
  size: /^-?\d+(\.\d*)?( ?[kmgtp](i?b)?| ?b)?$/i,
  mode: /^[0-7]+$/,
  uid: /^\d+$/,
  gid: /^\d+$/,
};

/** The keys that only mounts of some types have. */
const ONLY: Readonly<Record<string, readonly string[]>> = {
  required: ['secret', 'ssh'],
  size: ['tmpfs'],
  sharing: ['cache'],
  mode: ['secret', 'ssh', 'cache'],
  uid: ['secret', 'ssh', 'cache'],
  gid: ['secret', 'ssh', 'cache'],
};

/**
 * Reads the value of a `--mount` flag.
 * @param expand replaces the variables of a value
 * @throws ProblemError for what BuildKit refuses
 */
export function readMount(text: string, expand: (word: string) => string): MountFields {
  const fields = new Map<string, string>();
  for (const field of csvFields(text)) {
    const [name = '', raw] = /^([^=]*)(?:=([^]*))?$/.exec(field)?.slice(1) ?? [];
    const key = ALIASES[name.toLowerCase()] ?? name.toLowerCase();
    const legal = KEYS[key];
    if (legal === undefined) return refuseMount(`has no key "${name}"`);
    const wordless = raw === undefined && legal === BOOLEAN;
    if (raw === undefined && !wordless) return refuseMount(`"${name}" lacks its value`);
    const value = wordless ? 'true' : key === 'from' ? (raw ?? '') : expand(raw ?? '');
    const plain = key === 'type' || key === 'sharing' ? value.toLowerCase() : value;
    if (!legal.test(plain)) return refuseMount(`can't have ${name}=${value}`);
    fields.delete(key);
    fields.set(key, plain);
    // These two, unlike the others, must stand after the type.
    if (key === 'required' || key === 'size') checkType(key, fields.get('type') ?? 'bind');
  }
  return mountOf(fields);
}

function mountOf(fields: ReadonlyMap<string, string>): MountFields {
  const type = (fields.get('type') ?? 'bind') as MountFields['type'];
  for (const key of fields.keys()) checkType(key, type);
  const given = (key: string): string | undefined => fields.get(key) || undefined;
  const [from, source, target, env] = [given('from'), given('source'), given('target'), given('env')];
  if (type === 'secret' && from !== undefined) return refuseMount('of type secret has no from');
  if (type === 'secret' && source !== undefined && given('id') !== undefined)
    return refuseMount('of type secret has id or source, not both');
  const id = given('id') ?? defaultId(type, source, target);
  if (type === 'secret' && id === undefined) return refuseMount('of type secret needs an id or a target');
  const sharing = given('sharing');
  return {
    type,
    ...(from !== undefined && { from }),
    ...(source !== undefined && { source }),
    ...(target !== undefined && { target }),
    ...(id !== undefined && { id }),
    ...(env !== undefined && { env }),
    ...(sharing !== undefined && { sharing }),
    required: TRUE.test(fields.get('required') ?? ''),
    readonly: isReadonly(type, fields),
  };
}

function checkType(key: string, type: string): void {
  if (ONLY[key]?.includes(type) === false) refuseMount(`of type ${type} has no ${key}`);
}

/** The last of readonly and readwrite decides; else caches and tmpfs are writable. */
function isReadonly(type: string, fields: ReadonlyMap<string, string>): boolean {
  const last = [...fields].findLast(([key]) => key === 'readonly' || key === 'readwrite');
  if (last === undefined) return type !== 'cache' && type !== 'tmpfs';
  return (last[0] === 'readonly') === TRUE.test(last[1]);
}

function defaultId(type: string, source: string | undefined, target: string | undefined): string | undefined {
  if (type === 'ssh') return 'default';
  if (type === 'cache') return posix.normalize(target ?? '.').replace(/(.)\/$/, '$1');
  return type === 'secret'
    ? (source ?? (target === undefined ? undefined : posix.basename(target)))
    : undefined;
}

const refuseMount = (what: string): never =>
  refuse('mount', `--mount ${what}`, 'write --mount=type=…,key=value,…');

/** Splits at commas; a field in double quotes may hold commas, and `""` for a quote. */
function csvFields(text: string): readonly string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  const fields: string[] = [];
  for (let separator = ','; separator === ',';) {
    const found = field.exec(text);
    if (found === null || text === '') return refuseMount(`"${text}" is no list of key=value`);
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    separator = found[3] ?? '';
  }
  return fields;
}
