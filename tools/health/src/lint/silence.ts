import type { Placed } from './rule.ts';
import type { Source, Subject } from './subject.ts';

/** A comment that takes findings of one rule away from the instruction under it: `# lint: ignore=RULE why`. */
export interface Silence {
  readonly file: string;
  /** Of the comment. */
  readonly line: number;
  readonly rule: string;
  readonly reason: string;
}

/** The code of each finding about a silence; none of them can be silenced. */
export const SILENCE_RULES = {
  'silence-without-reason': 'who reads the line later must know whether the reason still holds',
  'silence-of-unknown-rule': 'a silence that names no rule hides nothing, and looks as if it did',
  'silence-of-nothing': 'a silence that is left behind hides the next mistake in that place',
  'foreign-silence': 'one way to silence, so that every silence has its reason and is counted',
} as const;

interface Read extends Silence {
  /** First and last line that it speaks of. */
  readonly over: readonly [first: number, last: number];
}

/**
 * Takes what is silenced from the findings, and adds what is wrong with the silences. Pure.
 * @param known the names of the family's rules
 */
export function applySilences(
  findings: readonly Placed[],
  subject: Subject,
  known: readonly string[],
): { readonly findings: readonly Placed[]; readonly silences: readonly Silence[] } {
  const silences = sourcesOf(subject).flatMap((source) => silencesIn(source, subject));
  const good = silences.filter(({ rule, reason }) => reason !== '' && isKnown(rule, known));
  const silenced = (finding: Placed): readonly Read[] => good.filter((silence) => covers(silence, finding));
  const used = new Set(findings.flatMap(silenced));
  const wrong = silences.flatMap((silence) => {
    const { file, line, rule, reason } = silence;
    const place = { file, line };
    if (!isKnown(rule, known))
      return finding(
        'silence-of-unknown-rule',
        place,
        `there is no rule "${rule}"`,
        'docs/lint.md has their names',
      );
    if (reason === '')
      return finding(
        'silence-without-reason',
        place,
        `${rule} is silenced and nothing says why`,
        `write # lint: ignore=${rule} and the reason`,
      );
    return used.has(silence)
      ? []
      : finding(
          'silence-of-nothing',
          place,
          `${rule} finds nothing in what stands under this`,
          'take the comment out',
        );
  });
  return {
    findings: [...findings.filter((one) => silenced(one).length === 0), ...wrong, ...foreign(subject)],
    silences: [...used].map(({ file, line, rule, reason }) => ({ file, line, rule, reason })),
  };
}

/** Rules of the two other linters are known by their form. */
const isKnown = (rule: string, known: readonly string[]): boolean =>
  known.includes(rule) || /^(hadolint:(DL|SC)\d{4}|buildkit:[A-Z]\w+)$/.test(rule);

const covers = ({ file, rule, over: [first, last] }: Read, finding: Placed): boolean =>
  finding.file === file && finding.code === rule && finding.line >= first && finding.line <= last;

/** The files of an image that people write and rules speak of. */
const sourcesOf = ({
  dockerfile,
  text,
  ignore,
  requirements,
  scripts,
  folder,
}: Subject): readonly Source[] => [
  { file: dockerfile.file, text },
  ...(ignore === undefined ? [] : [ignore]),
  ...(requirements === undefined ? [] : [requirements]),
  ...[...scripts].map(([path, script]) => ({ file: `${folder}/${path}`, text: script })),
];

function silencesIn({ file, text }: Source, { dockerfile }: Subject): readonly Read[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const [, rule, reason = ''] = /^\s*#\s*lint:\s*ignore=(\S*)(.*)$/.exec(line) ?? [];
    if (rule === undefined) return [];
    const next = lines.findIndex((other, at) => at > index && !/^\s*#/.test(other)) + 1;
    const instruction = dockerfile.instructions.find((one) => one.line === next);
    const last = file === dockerfile.file ? (instruction?.endLine ?? 0) : next;
    return [{ file, line: index + 1, rule, reason: reason.trim(), over: [next, last] as const }];
  });
}

/** What silences hadolint or BuildKit by themselves; both are run so that it does not. */
function foreign({ dockerfile: { file, directives }, text }: Subject): readonly Placed[] {
  return text.split('\n').flatMap((content, index) => {
    const hadolint = /^\s*#\s*hadolint\s+(global\s+)?ignore\s*=/.test(content);
    const buildkit =
      directives.check !== undefined &&
      /skip\s*=/.test(directives.check) &&
      /^\s*#\s*check\s*=/i.test(content);
    if (!hadolint && !buildkit) return [];
    const place = { file, line: index + 1 };
    const whose = hadolint ? 'hadolint' : 'BuildKit';
    return finding(
      'foreign-silence',
      place,
      `this comment is to silence ${whose}`,
      `write # lint: ignore=${whose.toLowerCase()}:RULE and the reason above the instruction`,
    );
  });
}

const finding = (
  code: keyof typeof SILENCE_RULES,
  place: Pick<Placed, 'file' | 'line'>,
  message: string,
  mend: string,
): readonly Placed[] => [{ code, reason: SILENCE_RULES[code], ...place, message, mend }];
