import { ProblemError } from '@cp-whisperx-app/problem';
import { parse, TomlError, type TomlTable } from 'smol-toml';

/**
 * Looks at a settings file before any stage does: each sees its own table alone, so none would miss a misspelled one.
 * @param stages names of all stages of the family
 * @throws ProblemError for what is no TOML, and for a table of no stage
 */
export function checkSettings(text: string, file: string, stages: readonly string[]): void {
  const tables = Object.entries(read(text, file))
    .filter(([, value]) => typeof value === 'object' && !Array.isArray(value))
    .map(([name]) => name);
  const unknown = tables.filter((name) => !stages.includes(name));
  if (unknown.length === 0) return;
  const lines = text.split('\n');
  throw new ProblemError(
    ...unknown.map((name) => {
      const at = lines.findIndex(
        (line) => /^\s*\[\s*["']?([^\]"'.]+?)["']?\s*[\].]/.exec(line)?.[1] === name,
      );
      return {
        code: 'settings-table',
        message: `there is no stage ${name}, so nothing would read its settings`,
        file,
        ...(at < 0 ? {} : { line: at + 1 }),
        mend: `name one of ${stages.join(', ')}`,
      };
    }),
  );
}

function read(text: string, file: string): TomlTable {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.split('\n');
    throw new ProblemError({
      code: 'settings-toml',
      message: message.replace(/^Invalid TOML document: /, 'this is no TOML: '),
      file,
      line: error.line,
      mend: 'write NAME = VALUE, text in quotes, under a line [STAGE] (https://toml.io)',
    });
  }
}
