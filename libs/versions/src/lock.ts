import { ProblemError } from '@cp-whisperx-app/problem';
import { lines, normalName, versionsFile } from './versions.ts';

/** One locked distribution. */
export interface Distribution {
  /** Normalised. */
  readonly name: string;
  readonly version: string;
  /** `sha256:…`, in the order of the lock. */
  readonly hashes: readonly string[];
}

const sdistHeader = '# sdist:';

/**
 * Reads the distributions of a lock, or of what `uv pip compile --generate-hashes` prints.
 * @throws ProblemError at the first line that is no part of one, or a distribution without a hash
 */
export function readLock(text: string, file: string): Distribution[] {
  const found: { name: string; version: string; hashes: string[] }[] = [];
  const bad = (message: string, line?: number) =>
    new ProblemError({
      code: 'malformed-lock',
      message,
      file,
      line,
      mend: 'npx nx sync',
    });
  lines(text).forEach((raw, index) => {
    const content = raw.replace(/\\$/, '').trim();
    if (content === '' || content.startsWith('#')) return;
    const hash = /^--hash=(sha256:[0-9a-f]{64})$/.exec(content)?.[1];
    const [, name, version] = /^([A-Za-z0-9][\w.-]*)==([\w.!+-]+)$/.exec(content) ?? [];
    const last = found.at(-1);
    if (hash !== undefined && last !== undefined) last.hashes.push(hash);
    else if (name !== undefined && version !== undefined)
      found.push({ name: normalName(name), version, hashes: [] });
    else throw bad(`"${content}" is no part of a lock`, index + 1);
  });
  const naked = found.find(({ hashes }) => hashes.length === 0);
  if (naked !== undefined) throw bad(`${naked.name} has no hash`);
  return found;
}

/**
 * The text of a lock. A function of the distributions alone: images that resolve to the same have the same
 * bytes, and so share one Python layer. The line `# sdist: a b` names those that pip and uv must be told
 * to build (`--no-binary`); it is absent where there are none.
 */
export function formatLock(distributions: readonly Distribution[], sdistOnly: readonly string[]): string {
  const built = distributions.filter(({ name }) => sdistOnly.includes(name)).map(({ name }) => name);
  const header = [
    `# Written by \`npx nx sync\` from requirements.in and ${versionsFile}. Don't edit.`,
    ...(built.length > 0 ? [`${sdistHeader} ${built.join(' ')}`] : []),
  ];
  const body = distributions.map(({ name, version, hashes }) =>
    [`${name}==${version}`, ...hashes.map((hash) => `--hash=${hash}`)].join(' \\\n    '),
  );
  return [...header, ...body, ''].join('\n');
}

/** What an image adds: the distributions whose names the locks of its chain don't have. */
export function delta(resolved: readonly Distribution[], chain: readonly Distribution[]): Distribution[] {
  const below = new Set(chain.map(({ name }) => name));
  return resolved.filter(({ name }) => !below.has(name));
}

/** Splits by a name pattern in which `*` stands for any characters. */
export function split(
  distributions: readonly Distribution[],
  pattern: string,
): { part: Distribution[]; rest: Distribution[] } {
  const form = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
  const part = distributions.filter(({ name }) => form.test(name));
  return { part, rest: distributions.filter((one) => !part.includes(one)) };
}
