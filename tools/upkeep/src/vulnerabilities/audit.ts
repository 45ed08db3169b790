import { compare, lt, valid } from '@renovatebot/pep440';
import type { Allowance } from './allowed.ts';
import { ALLOWED_FILE } from './allowed.ts';
import { packageKey, type PlacedPackage } from './asked.ts';
import type { Hit } from './osv.ts';

/** A vulnerability of a package that the family has. */
export interface Vulnerability {
  readonly id: string;
  /** Its other names. */
  readonly aliases: readonly string[];
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
  /** Debian's packages that are installed of it. */
  readonly binaries?: readonly string[] | undefined;
  readonly places: readonly string[];
  /** Images that have it, from the lowest; none where only tools of this workspace do. */
  readonly images: readonly string[];
  /** CVSS base score, or `unknown`. */
  readonly severity: string;
  /** Lowest version that is told to mend it. */
  readonly fixed?: string | undefined;
  readonly summary: string;
  readonly link: string;
  readonly mend: string;
  /** Until when it is borne, and why. */
  readonly allowed?: { readonly until: string; readonly reason: string } | undefined;
}

/** What one audit found. */
export interface Audit {
  readonly schema: 1;
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly database: string;
  /** How many packages were looked up, by ecosystem. */
  readonly looked: Readonly<Record<string, number>>;
  readonly vulnerabilities: readonly Vulnerability[];
  /** Lines of the list that bear nothing any more. */
  readonly stale: readonly { readonly allowance: Allowance; readonly why: 'expired' | 'matches nothing' }[];
}

interface Found {
  readonly packages: readonly PlacedPackage[];
  readonly hits: readonly Hit[];
  readonly allowed: readonly Allowance[];
  /** The images that have what a place has: those with that lock or system layer, and those on them. */
  readonly imagesOf: (place: string) => readonly string[];
  readonly day: string;
  readonly database: string;
}

/** Joins what the scanner told with where the packages are and what is borne. Pure. */
export function audit({ packages, hits, allowed, imagesOf, day, database }: Found): Audit {
  const holds = allowed.filter(({ until }) => until >= day);
  const matches = ({ id, name }: Allowance, hit: Hit): boolean => hit.ids.includes(id) && hit.name === name;
  const vulnerabilities = hits.map((hit): Vulnerability => {
    const placed = packages.find((one) => packageKey(one) === packageKey(hit));
    const places = placed?.places ?? [];
    const images = [...new Set(places.flatMap(imagesOf))];
    const borne = holds.find((one) => matches(one, hit));
    const [id = '', ...aliases] = hit.ids;
    const fixed = lowestFix(hit);
    return {
      id,
      aliases,
      ecosystem: hit.ecosystem,
      name: hit.name,
      version: hit.version,
      binaries: placed?.binaries,
      places,
      images,
      severity: hit.severity === '' ? 'unknown' : hit.severity,
      fixed,
      summary: hit.summary,
      link: `https://osv.dev/vulnerability/${id}`,
      mend: mendOf(hit, fixed, places, images),
      allowed: borne && { until: borne.until, reason: borne.reason },
    };
  });
  const looked: Record<string, number> = {};
  for (const { ecosystem } of packages) looked[ecosystem] = (looked[ecosystem] ?? 0) + 1;
  return {
    schema: 1,
    day,
    database,
    looked,
    vulnerabilities: [...vulnerabilities].sort(worstFirst),
    stale: allowed.flatMap((allowance): Audit['stale'] => {
      if (!hits.some((hit) => matches(allowance, hit))) return [{ allowance, why: 'matches nothing' }];
      return allowance.until < day ? [{ allowance, why: 'expired' }] : [];
    }),
  };
}

/** What must be done something about. */
export const open = ({ vulnerabilities }: Audit): readonly Vulnerability[] =>
  vulnerabilities.filter(({ allowed }) => allowed === undefined);

/** The command that moves all packages of images which have a mended version, as one set. */
export function updateCommand(audited: Audit): string | undefined {
  const moves = new Map<string, string>();
  for (const { ecosystem, name, fixed, images } of open(audited)) {
    const known = moves.get(name);
    if (
      ecosystem === 'PyPI' &&
      fixed !== undefined &&
      images.length > 0 &&
      (known === undefined || lt(known, fixed))
    )
      moves.set(name, fixed);
  }
  if (moves.size === 0) return undefined;
  return `npx nx run versions:update ${[...moves].map(([name, fixed]) => `${name}=${fixed}`).join(' ')}`;
}

/**
 * The lowest version that all records say is mended: of PyPI, of each record the lowest above ours. Debian mends a release
 * in one place: the last told.
 */
function lowestFix({ ecosystem, version, fixes }: Hit): string | undefined {
  if (ecosystem !== 'PyPI') return fixes.flat().at(-1);
  const lowest = fixes.flatMap(
    (versions) => versions.filter((fix) => valid(fix) !== null && lt(version, fix)).sort(compare)[0] ?? [],
  );
  return lowest.sort(compare).at(-1);
}

function mendOf(
  { ecosystem, name, ids }: Hit,
  fixed: string | undefined,
  places: readonly string[],
  images: readonly string[],
): string {
  if (fixed === undefined)
    return `no version mends it: bear it until a day in ${ALLOWED_FILE} (${ids[0] ?? ''} ${name} YYYY-MM-DD why)`;
  if (ecosystem !== 'PyPI') return 'npx nx run versions:patch';
  if (images.length > 0) return `npx nx run versions:update ${name}=${fixed}`;
  return `compile ${places.join(', ')} again with ${name}>=${fixed}`;
}

const worstFirst = (left: Vulnerability, right: Vulnerability): number =>
  (Number(right.severity) || 0) - (Number(left.severity) || 0) ||
  left.name.localeCompare(right.name) ||
  left.id.localeCompare(right.id);
