import { ProblemError } from '@cp-whisperx-app/problem';
import { lines, normalName } from './versions.ts';

/** One line of a requirements.in. */
export interface Requirement {
  /** Normalised, without extras. */
  readonly name: string;
  /** `name[extras]specifier` as written, without blanks around operators. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
}

/** What one requirements.in asks for. */
export interface Requirements {
  readonly direct: readonly Requirement[];
  /**
   * From `# part-of: base-ml nvidia-*`: this image's lock is that part of what the other image, which stands on
   * it, resolves to; the other one's lock is the rest.
   */
  readonly partOf?: { readonly image: string; readonly pattern: string };
}

const requirementForm = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(\[[\w.,-]+\])?((?:[<>=!~]=?=?[\w.*+!]+,?)*)$/;

/**
 * Reads a requirements.in: a name a line (a specifier is allowed, a version belongs in versions.txt), remarks,
 * and at most one `# part-of:`.
 * @throws ProblemError for every line that is neither
 */
export function readRequirements(text: string, file: string): Requirements {
  const direct: Requirement[] = [];
  let partOf: Requirements['partOf'];
  const problems = lines(text).flatMap((raw, index) => {
    const line = index + 1;
    if (/^#\s*part-of:/.test(raw)) {
      const [, image, pattern] = /^# part-of: ([\w.-]+) ([a-z0-9*-]+)\s*$/.exec(raw) ?? [];
      if (image === undefined || pattern === undefined) {
        return [
          {
            code: 'malformed-requirement',
            message: `"${raw}" can't be read`,
            file,
            line,
            mend: 'write it like "# part-of: base-ml nvidia-*"',
          },
        ];
      }
      partOf = { image, pattern };
      return [];
    }
    const content = raw
      .replace(/(^|\s)#.*/, '')
      .replace(/\s*([<>=!~,]+)\s*/g, '$1')
      .trim();
    if (content === '') return [];
    const name = requirementForm.exec(content)?.[1];
    if (name === undefined) {
      const mend = `write a package's name alone; its version goes into libs/versions/versions.txt`;
      return [
        {
          code: 'malformed-requirement',
          message: `"${raw.trim()}" is not a requirement`,
          file,
          line,
          mend,
        },
      ];
    }
    direct.push({ name: normalName(name), text: content, line });
    return [];
  });
  if (partOf !== undefined && direct[0] !== undefined) {
    problems.push({
      code: 'malformed-requirement',
      message: `${direct[0].text} stands beside "# part-of:"`,
      file,
      line: direct[0].line,
      mend: `move it to images/${partOf.image}/requirements.in`,
    });
  }
  if (problems.length > 0) throw new ProblemError(...problems);
  return partOf === undefined ? { direct } : { direct, partOf };
}
