import { posix } from 'node:path';
import type { LayerEntry, ListedDistribution } from './listing.ts';

/** Whether a file is of those that describe a distribution. Source: packaging.python.org, "Recording installed projects". */
export const isMetadata = (path: string): boolean =>
  /\.dist-info\/(METADATA|RECORD)$/.test(path) ||
  /\.egg-info(\/(PKG-INFO|installed-files\.txt))?$/.test(path);

/** A file that a RECORD lists: its path in the layer, and its hash where there is one: SHA-256 in base64url. */
interface Recorded {
  readonly path: string;
  readonly hash: string;
}

interface Described {
  readonly folder: string;
  readonly info: string;
  readonly name: string;
  readonly version: string;
  readonly files: readonly Recorded[];
}

/** The distributions of a layer, and what their packages brought. */
export interface Distributions {
  readonly listed: readonly ListedDistribution[];
  /** Whether a file is, byte for byte, one that a package brought. @param sha256 in base64url */
  readonly brought: (path: string, sha256: string) => boolean;
}

/**
 * The Python distributions of one layer. Where nothing records the files of one (Debian's packages), its bytes are those of
 * its metadata. A distribution inside another one (setuptools/_vendor) is a part of that. Pure.
 * @param texts of the files for which `isMetadata` is true, by path
 */
export function distributionsOf(
  texts: ReadonlyMap<string, string>,
  entries: readonly LayerEntry[],
): Distributions {
  const described = describe(texts);
  const claimed = new Set(
    described.flatMap(({ files, info }) =>
      files.map(({ path }) => path).filter((path) => !isWithin(path, info)),
    ),
  );
  const roots = described.filter(
    ({ folder, info }) =>
      !folder.endsWith('_vendor') && !claimed.has(`${info}/METADATA`) && !claimed.has(`${info}/PKG-INFO`),
  );
  const owners = new Map(roots.flatMap((one) => one.files.map(({ path }) => [path, one] as const)));
  const bytes = new Map<Described, number>();
  for (const { path, bytes: size } of entries) {
    const owner =
      owners.get(path) ?? owners.get(sourceOf(path)) ?? roots.find(({ info }) => isWithin(path, info));
    if (owner !== undefined) bytes.set(owner, (bytes.get(owner) ?? 0) + size);
  }
  const listed = roots.map((one) => ({
    name: one.name,
    version: one.version,
    folder: one.folder,
    bytes: bytes.get(one) ?? 0,
  }));
  const hashes = new Map(
    described.flatMap(({ files }) => files.map(({ path, hash }) => [path, hash] as const)),
  );
  return {
    listed: listed.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    brought: (path, sha256) => hashes.get(path) === sha256,
  };
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Of bytecode its source: `a/__pycache__/b.cpython-311.pyc` → `a/b.py`. */
const sourceOf = (path: string): string =>
  path.replace(/__pycache__\/([^/]+)\.cpython-\d+(\.opt-\d)?\.pyc$/, '$1.py');

function describe(texts: ReadonlyMap<string, string>): Described[] {
  return [...texts].flatMap(([path, text]) => {
    if (!/(\/(METADATA|PKG-INFO)|\.egg-info)$/.test(path)) return [];
    const info = /\.(dist|egg)-info$/.test(path) ? path : posix.dirname(path);
    const folder = posix.dirname(info);
    const named = /^([^-]+)-([^-]+)/.exec(posix.basename(info).replace(/\.(dist|egg)-info$/, '')) ?? [];
    const records = texts.get(`${info}/RECORD`);
    const legacy = texts.get(`${info}/installed-files.txt`);
    return {
      folder,
      info,
      name: (field(text, 'Name') ?? named[1] ?? posix.basename(info))
        .toLowerCase()
        .replaceAll(/[-_.]+/g, '-'),
      version: field(text, 'Version') ?? named[2] ?? '',
      files:
        records !== undefined
          ? readRecord(records, folder)
          : (legacy?.split('\n') ?? [])
              .filter((line) => line !== '')
              .map((line) => ({ path: inLayer(info, line), hash: '' })),
    };
  });
}

/** A field of the headers, which end at the first empty line. */
const field = (text: string, name: string): string | undefined =>
  new RegExp(`^${name}: *(.*?)\\s*$`, 'm').exec(text.split(/\r?\n\r?\n/, 1)[0] ?? '')?.[1];

/** Lines of `path,sha256=HASH,size`; a path with a comma or a quote is quoted as in CSV. */
function readRecord(text: string, folder: string): Recorded[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, quoted, plain, hash] = /^(?:"((?:[^"]|"")*)"|([^,]*)),(?:sha256=)?([^,]*),/.exec(line) ?? [];
    const path = quoted?.replaceAll('""', '"') ?? plain;
    return path === undefined || path === '' ? [] : [{ path: inLayer(folder, path), hash: hash ?? '' }];
  });
}

const inLayer = (folder: string, path: string): string => posix.join('/', folder, path).slice(1);
