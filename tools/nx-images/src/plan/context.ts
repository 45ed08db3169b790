import dockerignore from '@balena/dockerignore';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './key.ts';

// The package's types say `export default`; what it exports is the function itself.
const createIgnore = dockerignore as unknown as typeof dockerignore.default;

/**
 * The files of a build context as its .dockerignore leaves them: path with `/` → SHA-256 of the content, or
 * `link:TARGET` for a symbolic link. Modes, times and empty folders don't enter: a checkout doesn't keep them.
 * @param folder absolute path
 * @param dockerfile name of a Dockerfile in it, whose own `NAME.dockerignore` goes before .dockerignore
 */
export function contextFiles(folder: string, dockerfile?: string): Readonly<Record<string, string>> {
  const rules = readIgnore(folder, dockerfile);
  const ignored = createIgnore({ ignorecase: false }).add(rules);
  const files = new Map<string, string>();
  // A folder is entered even when ignored: a later `!` rule can bring a file of it back.
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(inner);
      else if (ignored.ignores(inner)) continue;
      else if (entry.isSymbolicLink()) files.set(inner, `link:${readlinkSync(join(folder, inner))}`);
      else if (entry.isFile()) files.set(inner, sha256(readFileSync(join(folder, inner))));
    }
  };
  visit('');
  return Object.fromEntries(files);
}

function readIgnore(folder: string, dockerfile: string | undefined): string {
  for (const name of [...(dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`]), '.dockerignore']) {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return '';
}
