import { ProblemError } from '@cp-whisperx-app/problem';
import { z } from 'zod';
import { packageKey, type Package } from './asked.ts';

const Range = z.object({
  type: z.string().default(''),
  events: z.array(z.record(z.string(), z.string())).default([]),
});
const Vulnerability = z.object({
  id: z.string(),
  summary: z.string().default(''),
  affected: z
    .array(
      z.object({
        package: z.object({ name: z.string(), ecosystem: z.string() }).optional(),
        ranges: z.array(Range).default([]),
      }),
    )
    .default([]),
});
const Answer = z.object({
  results: z
    .array(
      z.object({
        packages: z.array(
          z.object({
            package: z.object({ name: z.string(), version: z.string(), ecosystem: z.string() }),
            vulnerabilities: z.array(Vulnerability).default([]),
            groups: z
              .array(
                z.object({
                  ids: z.array(z.string()),
                  aliases: z.array(z.string()).nullish(),
                  max_severity: z.string().default(''),
                }),
              )
              .default([]),
          }),
        ),
      }),
    )
    .nullable(),
});

/** What the scanner says of one vulnerability of one package. Records of several sources on the same one are one hit. */
export interface Hit extends Package {
  /** All its names, that of the record first. */
  readonly ids: readonly string[];
  /** CVSS base score, `0.0` to `10.0`; empty where no record has one. */
  readonly severity: string;
  readonly summary: string;
  /** Of each record that names some: the versions that it says are mended, in its order. */
  readonly fixes: readonly (readonly string[])[];
}

/**
 * Packages with known vulnerabilities, looked up with ours: where none is told of one of them, the scanner is blind.
 * Sources: PYSEC-2014-8 and later ones; DSA-5532-1, mended in 3.0.11-1~deb12u2.
 */
const KNOWN: Readonly<Record<string, Omit<Package, 'ecosystem'>>> = {
  PyPI: { name: 'jinja2', version: '2.4.1' },
  'Debian:12': { name: 'openssl', version: '3.0.9-1' },
};

/**
 * The known vulnerable package of each ecosystem that is asked for.
 * @throws ProblemError for an ecosystem without one
 */
export const canaries = (packages: readonly Package[]): readonly Package[] =>
  [...new Set(packages.map(({ ecosystem }) => ecosystem))].map((ecosystem) => {
    const known = KNOWN[ecosystem];
    if (known !== undefined) return { ecosystem, ...known };
    throw new ProblemError({
      code: 'ecosystem-without-proof',
      message: `nothing shows that the scanner knows ${ecosystem}: no package of it with a known vulnerability is named here`,
      file: 'tools/upkeep/src/vulnerabilities/osv.ts',
      mend: 'name one in KNOWN, from https://osv.dev/list',
    });
  });

/**
 * What the scanner gets: a bill of materials in CycloneDX. Of the formats that it takes for both kinds, the one whose
 * ecosystems reach its local database; its own "custom lockfile" is looked up there as if it named commits. Pure.
 */
export const question = (packages: readonly Package[]): string =>
  JSON.stringify({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    components: [...packages, ...canaries(packages)].map((one) => ({
      type: 'library',
      name: one.name,
      version: one.version,
      purl: purlOf(one),
    })),
  });

/** Source: https://github.com/package-url/purl-spec, types pypi and deb. */
function purlOf({ ecosystem, name, version }: Package): string {
  const [kind = '', release = ''] = ecosystem.toLowerCase().split(':');
  const of = `${encodeURIComponent(name)}@${encodeURIComponent(version)}`;
  return kind === 'pypi' ? `pkg:pypi/${of}` : `pkg:deb/${kind}/${of}?distro=${kind}-${release}`;
}

/**
 * Reads what the scanner answered to the question on packages and their canaries, and makes sure that it has looked: each package is in its answer, and each ecosystem's
 * known vulnerability was found.
 * @throws ProblemError `scanner-answer`, `scanner-blind`
 */
export function readAnswer(text: string, packages: readonly Package[]): readonly Hit[] {
  const proofs = canaries(packages);
  const asked = [...packages, ...proofs];
  const { results } = parse(text);
  const answered = (results ?? []).flatMap(({ packages }) => packages);
  const looked = new Set(answered.map((one) => packageKey(one.package)));
  const lost = asked.filter((one) => !looked.has(packageKey(one)));
  if (lost.length > 0)
    throw new ProblemError({
      code: 'scanner-blind',
      message: `the scanner did not look up ${String(lost.length)} of ${String(asked.length)} packages: ${lost
        .slice(0, 3)
        .map(packageKey)
        .join(', ')}`,
      mend: 'see what it says: npx nx run images:audit-vulns --verbose',
    });
  const hits = answered.flatMap((one) => one.groups.map((group) => hitOf(one, group)));
  for (const proof of proofs) {
    if (hits.some((hit) => packageKey(hit) === packageKey(proof))) continue;
    throw new ProblemError({
      code: 'scanner-blind',
      message: `the scanner knows no vulnerability of ${packageKey(proof)}, which has some: its database of ${proof.ecosystem} is missing, empty or too old`,
      mend: 'give a whole one: https://osv-vulnerabilities.storage.googleapis.com/ECOSYSTEM/all.zip as DIR/osv-scalibr/ECOSYSTEM/all.zip, for PyPI and Debian',
    });
  }
  const ours = new Set(packages.map(packageKey));
  return hits.filter((hit) => ours.has(packageKey(hit)));
}

function parse(text: string): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(text));
  } catch (error) {
    throw new ProblemError({
      code: 'scanner-answer',
      message: `the scanner's answer can't be read: ${error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : ''}`,
      mend: 'npx nx run images:audit-vulns, with the version that tools/checks/osv-scanner.sh names',
    });
  }
}

type Answered = NonNullable<z.infer<typeof Answer>['results']>[number]['packages'][number];

function hitOf({ package: of, vulnerabilities }: Answered, group: Answered['groups'][number]): Hit {
  const records = vulnerabilities.filter(({ id }) => group.ids.includes(id));
  const fixes = records.map(({ affected }) =>
    affected
      .filter((one) => one.package?.name === of.name && one.package.ecosystem === of.ecosystem)
      // Of a GIT range the ends are commits.
      .flatMap(({ ranges }) => ranges.filter(({ type }) => type !== 'GIT'))
      .flatMap(({ events }) => events.flatMap(({ fixed }) => fixed ?? [])),
  );
  return {
    ...of,
    ids: [...new Set([...group.ids, ...(group.aliases ?? [])])],
    severity: group.max_severity,
    summary: records.find(({ summary }) => summary !== '')?.summary ?? '',
    fixes: fixes.filter((versions) => versions.length > 0),
  };
}
