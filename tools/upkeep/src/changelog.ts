/** The file, from the workspace root. */
export const changelogFile = 'CHANGELOG.md';

const WIDTH = 140;
const SECTION = '## Unreleased';

/**
 * CHANGELOG.md with one more entry at the end of what is unreleased, every other line as it was; where there is no such
 * section, one is begun before the newest release. Pure.
 */
export function addEntry(changelog: string, entry: string): string {
  const lines = changelog.trimEnd().split('\n');
  const isHead = (line: string): boolean => line.startsWith('## ');
  if (!lines.includes(SECTION)) {
    const newest = lines.findIndex(isHead);
    lines.splice(newest < 0 ? lines.length : newest, 0, ...(newest < 0 ? [''] : []), SECTION);
  }
  const begin = lines.indexOf(SECTION) + 1;
  const next = lines.findIndex((line, index) => index >= begin && isHead(line));
  const [section, after] =
    next < 0 ? [lines.slice(begin), []] : [lines.slice(begin, next), lines.slice(next)];
  const entries = section.join('\n').trim();
  const whole = [...(entries === '' ? [] : [entries]), ...wrapped(entry)];
  return [...lines.slice(0, begin), '', ...whole, '', ...after].join('\n').trimEnd() + '\n';
}

/** A point of a list, its further lines indented. */
function wrapped(entry: string): readonly string[] {
  const lines = ['-'];
  for (const word of entry.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
