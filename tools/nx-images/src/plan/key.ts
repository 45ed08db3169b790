import { createHash } from 'node:crypto';
import { pinOf } from '../model/image-name.ts';

/** Plain JSON data. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** SHA-256 in lower-case hex. */
export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

/**
 * JSON with one spelling for one value: members sorted by UTF-16 code unit, no white space
 * (RFC 8785 for the strings and integers that occur here).
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value as { [name: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${canonicalJson(item)}`).join(',')}}`;
}

/** Under this name `KeyInputs.files` has the build context itself. */
export const OWN_CONTEXT = '';

/** Everything an image is made from. Two images with equal inputs are the same image. */
export interface KeyInputs {
  /** Moves when the meaning of these members does. */
  readonly schema: 1;
  /** SHA-256 of the Dockerfile. */
  readonly dockerfile: string;
  /** Files of the build context and of each named context: path → SHA-256 of the content, or `link:TARGET`. */
  readonly files: { readonly [context: string]: { readonly [path: string]: string } };
  /** Global build arguments in effect; a pinned reference is reduced to its pin. */
  readonly args: { readonly [name: string]: string };
  readonly platform: string;
  /** The `# syntax=` frontend, or `builtin`. */
  readonly frontend: string;
  /** Labels that the build adds, but for the one that holds the key. */
  readonly labels: { readonly [name: string]: string };
  /** Pins of external images. */
  readonly externals: readonly string[];
  /** Keys of the internal images it is made from, by project name. */
  readonly bases: { readonly [image: string]: string };
}

/** The image key: 64 hex digits. A function of sources alone. */
export const imageKey = (inputs: KeyInputs): string => sha256(canonicalJson(inputs as unknown as Json));

/** The content tag of a key: `key-` and its first 12 hex digits. */
export const keyTag = (key: string): string => `key-${key.slice(0, 12)}`;

/** The value of a build argument as it enters a key. Where a thing is fetched from is no input: a mirror's root is the same root, a mirror is set or not. */
export function withoutPlace(name: string, value: string): string {
  if (name.endsWith('_MIRROR')) return value === '' ? '' : 'set';
  return pinOf(value) ?? value;
}
