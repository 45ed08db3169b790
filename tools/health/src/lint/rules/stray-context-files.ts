import { takes } from '../feeds.ts';
import type { Found, Rule } from '../rule.ts';
import type { Source, Subject } from '../subject.ts';

/** What no image needs, wherever in a build context, and its own page. */
const NEVER =
  /^README\.md$|(^|\/)(tests?|\.git|\.github|\.venv|venv|node_modules|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache)\/|(^|\/)(\.env(\..*)?|[^/]+\.(pem|key|p12|pfx|pyc)|id_(rsa|dsa|ecdsa|ed25519)|\.DS_Store|\.netrc)$/;

/**
 * The build context is what a COPY or a mount takes, and nothing that never belongs into an image. Source: Docker, "Build context:
 * .dockerignore files"; the family's rule: each file of the context is in the image's key.
 */
export const strayContextFiles: Rule = {
  name: 'stray-context-files',
  reason:
    'each file of the build context is sent, can be copied by mistake, and makes the image anew when it changes',
  check: (subject) => {
    const { ignore, files, folder } = subject;
    if (ignore === undefined)
      return [
        {
          file: `${folder}/.dockerignore`,
          line: 1,
          message: 'there is no .dockerignore, so that the whole folder is the build context',
          mend: `write ${folder}/.dockerignore: a line *, then a line !NAME for each file that is copied`,
        },
      ];
    const never = files.filter((file) => NEVER.test(file));
    const unused = files.filter((file) => !never.includes(file) && !isTaken(subject, file));
    return [
      ...found(ignore, never, 'never belongs into an image'),
      ...found(ignore, unused, 'is in the build context and nothing takes it'),
    ];
  },
};

const isTaken = ({ stages }: Subject, file: string): boolean =>
  stages.some(
    ({ copies, mounts }) =>
      copies.some(
        ({ from, sources }) => from === undefined && sources.some((source) => takes(source, file)),
      ) ||
      mounts.some(
        ({ type, from, source }) => type === 'bind' && from === undefined && takes(source ?? '', file),
      ),
  );

/** One finding for all files that a line of .dockerignore lets in. */
function found(ignore: Source, files: readonly string[], what: string): readonly Found[] {
  const lines = files.map((file) => lineFor(ignore, file));
  return [...new Set(lines)].map((line) => {
    const [first = '', ...more] = files.filter((_, index) => lines[index] === line);
    return {
      file: ignore.file,
      line,
      message: `${first}${more.length === 0 ? '' : `, with ${more.length} more,`} ${what}`,
      mend: `leave it out in ${ignore.file}`,
    };
  });
}

/** The last line that lets a file in, or else the first that says anything. */
function lineFor({ text }: Source, file: string): number {
  const lines = text.split('\n').map((line) => line.trim());
  const last = lines.findLastIndex((line) => line.startsWith('!') && takes(line.slice(1), file));
  return Math.max(last < 0 ? lines.findIndex((line) => line !== '' && !line.startsWith('#')) : last, 0) + 1;
}
