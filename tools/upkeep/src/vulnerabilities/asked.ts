import { ProblemError } from '@cp-whisperx-app/problem';
import { readLock } from '@cp-whisperx-app/versions';

/** A package whose vulnerabilities are asked for. */
export interface Package {
  /** As OSV names it: `PyPI`, `Debian:12`. */
  readonly ecosystem: string;
  /** Of PyPI as PEP 503 has it, of Debian the *source* package: that is what OSV's records name. */
  readonly name: string;
  readonly version: string;
}

/** One, and where it is. */
export interface PlacedPackage extends Package {
  /** Locks, or images whose system layer has it. */
  readonly places: readonly string[];
  /** Of Debian: the binary packages that are installed of it. */
  readonly binaries?: readonly string[];
}

/**
 * The distributions of locks, each once, with all locks that have them.
 * @param locks text by path from the workspace root
 * @throws ProblemError for a lock that can't be read, or where there is none at all
 */
export function lockedPackages(locks: ReadonlyMap<string, string>): readonly PlacedPackage[] {
  const found = [...locks].flatMap(([file, text]) =>
    readLock(text, file).map(({ name, version }) => ({ ecosystem: 'PyPI', name, version, places: [file] })),
  );
  if (found.length === 0)
    throw new ProblemError({
      code: 'nothing-to-audit',
      message: 'no lock names a package, so nothing would be looked up',
      mend: 'npx nx sync',
    });
  return merged(found);
}

/** What `dpkg-query` and os-release of an image say. */
export interface DebianAnswer {
  readonly image: string;
  /** Lines of `DPKG_FORMAT`, after a line with the VERSION_ID. */
  readonly text: string;
}

/** What is asked of dpkg-query: binary package, state, source package and its version, with tabs between. */
export const DPKG_FORMAT =
  '${binary:Package}\\t${db:Status-Abbrev}\\t${source:Package}\\t${source:Version}\\n';

/**
 * The source packages of what is installed in images.
 * @throws ProblemError for an image that isn't Debian or tells no package
 */
export function debianPackages(answers: readonly DebianAnswer[]): readonly PlacedPackage[] {
  return merged(answers.flatMap(readAnswer));
}

function readAnswer({ image, text }: DebianAnswer): PlacedPackage[] {
  const [system = '', ...lines] = text.trim().split('\n');
  const [, release] = /^debian (\d+)$/.exec(system) ?? [];
  const packages = lines.map((line) => line.split('\t'));
  if (release === undefined || packages.length === 0 || packages.some((fields) => fields.length !== 4))
    throw new ProblemError({
      code: 'unknown-system',
      message: `${image} is "${system}" with ${String(packages.length)} packages, and not a Debian whose packages are known`,
      mend: `stand on a Debian image, and see what this says: docker run --rm --entrypoint dpkg-query IMAGE --show`,
    });
  return packages
    .filter(([, state = '']) => state.startsWith('ii'))
    .map(([binary = '', , name = '', version = '']) => ({
      ecosystem: `Debian:${release}`,
      name,
      version,
      places: [image],
      binaries: [binary.replace(/:.*$/, '')],
    }));
}

function merged(packages: readonly PlacedPackage[]): readonly PlacedPackage[] {
  const byKey = new Map<string, PlacedPackage>();
  for (const one of packages) {
    const known = byKey.get(packageKey(one));
    const both = (ours: readonly string[] = [], theirs: readonly string[] = []): readonly string[] =>
      [...new Set([...ours, ...theirs])].sort();
    byKey.set(packageKey(one), {
      ...one,
      places: both(known?.places, one.places),
      ...(one.binaries === undefined ? {} : { binaries: both(known?.binaries, one.binaries) }),
    });
  }
  return [...byKey.values()];
}

/** One text for one package in one version. */
export const packageKey = ({ ecosystem, name, version }: Package): string =>
  `${ecosystem} ${name} ${version}`;
