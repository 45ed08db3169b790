import { normalName } from './versions.ts';

/** What becomes of versions.txt. */
export interface Edit {
  /** By normalised name. */
  readonly pins?: ReadonlyMap<string, string>;
  readonly facts?: Readonly<Partial<Record<'exclude-newer' | 'debian-snapshot' | 'root', string>>>;
}

/**
 * versions.txt with other versions and facts, every other byte as it was: remarks stay in their column. A remark says
 * `design` where the version is the one that the design asks for; so a version that leaves the design's gets
 * `deviates (…)` with room for a reason, and one that comes back to it gets `design`. Names that aren't in the text
 * change nothing. Pure.
 */
export function editVersions(text: string, { pins = new Map(), facts = {} }: Edit): string {
  return text
    .split('\n')
    .map((line) => {
      const [, said, name = ''] = /^(#\s*([a-z][a-z-]*):\s+)/.exec(line) ?? [];
      const fact = (facts as Readonly<Record<string, string | undefined>>)[name];
      if (said !== undefined) return fact === undefined ? line : said + fact + end(line);
      const pin = /^(\s*([\w.-]+)==)(\S+?)(?:(\s+)#\s*([^\r]*))?\r?$/.exec(line);
      const version = pins.get(normalName(pin?.[2] ?? ''));
      if (pin === null || version === undefined || version === pin[3]) return line;
      const [, before = '', , former = '', blanks, remark] = pin;
      if (blanks === undefined || remark === undefined) return before + version + end(line);
      const column = before.length + former.length + blanks.length;
      const moved = `${before}${version} `.padEnd(column);
      return `${moved}# ${remarkOf(remark, former, version)}${end(line)}`;
    })
    .join('\n');
}

const end = (line: string): string => (line.endsWith('\r') ? '\r' : '');

/** What `editVersions` writes where a reason belongs. */
export const noReason = 'moved; the reason belongs here';

function remarkOf(remark: string, former: string, version: string): string {
  if (remark === 'design') return `deviates (${former}): ${noReason}`;
  const [, design] = /^deviates \((\S+)\)/.exec(remark) ?? [];
  return design === version ? 'design' : remark;
}
