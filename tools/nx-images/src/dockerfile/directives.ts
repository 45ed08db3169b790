import { at, refuse } from './refuse.ts';

/** What the comments at the top of a Dockerfile say to its reader. */
export interface Directives {
  /** The frontend image. */
  readonly syntax?: string;
  /** `\` or a backtick. */
  readonly escape?: string;
  /** The settings of BuildKit's own lint. */
  readonly check?: string;
}

/**
 * Reads the directives: `# name=value` lines before anything else, even an empty line or another comment.
 * @throws ProblemError for a directive given twice or an escape that is neither `\` nor a backtick
 */
export function readDirectives(lines: readonly string[], file: string): Directives {
  const found: { syntax?: string; escape?: string; check?: string } = {};
  for (const [index, line] of lines.entries()) {
    const [, key = '', value = ''] = /^\s*#\s*([a-z][a-z0-9]*)\s*=\s*(.+?)\s*$/i.exec(line) ?? [];
    const name = key.toLowerCase();
    if (name !== 'syntax' && name !== 'escape' && name !== 'check') break;
    at(file, index + 1, () => {
      if (found[name] !== undefined)
        refuse('directive', `the directive ${name} stands twice`, 'keep one of them');
      if (name === 'escape' && !/^[\\`]$/.test(value))
        refuse('directive', `"${value}" can't be the escape character`, 'write # escape=` or # escape=\\');
    });
    found[name] = name === 'syntax' ? value.replace(/ .*/, '') : value;
  }
  return found;
}
