import type { Versions } from '@cp-whisperx-app/versions';
import type { RootFacts, TorchFacts } from './ask.ts';
import { coverage } from './gpus.ts';
import { LIFECYCLE_FILE, type Lifecycle } from './lifecycle.ts';
import type { TagNow } from './tags.ts';

/** `over`: past its end. `look`: decide something this year. `unknown`: could not be asked. */
export type Level = 'ok' | 'look' | 'over' | 'unknown';

/** One line of the report. */
export interface Line {
  readonly level: Level;
  readonly what: string;
  readonly now: string;
  readonly source?: string | undefined;
}

/** What a move would rebuild. */
export interface Cost {
  readonly what: string;
  readonly images: readonly string[];
  /** Bytes that a cold build of these fetches, from their size.json; undefined where none was measured. */
  readonly download?: number | undefined;
  readonly remark: string;
}

/** What a base status tells. */
export interface BaseStatus {
  readonly schema: 1;
  readonly day: string;
  readonly lines: readonly Line[];
  readonly costs: readonly Cost[];
}

interface Facts {
  readonly versions: Pick<Versions, 'root' | 'builder' | 'debianSnapshot' | 'excludeNewer'>;
  readonly tags: { readonly root: TagNow; readonly builder: TagNow };
  readonly root: RootFacts;
  /** Absent where no image has torch. */
  readonly torch?: TorchFacts | undefined;
  readonly lifecycle: Lifecycle;
  readonly costs: readonly Cost[];
}

/** Older than this many days, a date is to be moved: half a year, of which a patch day each month leaves five over. */
const OLD = 180;
const YEAR = 365;

/**
 * Judges the facts. Pure.
 * @param day today, `YYYY-MM-DD`
 * @param months how long before an end it is told
 */
export function baseStatus(facts: Facts, day: string, months: number): BaseStatus {
  const { versions, tags, torch, lifecycle, costs } = facts;
  return {
    schema: 1,
    day,
    lines: [
      tagLine('root', versions.root, tags.root),
      tagLine('builder', versions.builder, tags.builder),
      ageLine('debian-snapshot', versions.debianSnapshot.replace(/^(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3'), day),
      ageLine('exclude-newer', versions.excludeNewer.slice(0, 10), day),
      ...endLines(facts.root.python, facts.root.pythonVersion, lifecycle, day, months),
      ...endLines(facts.root.system, '', lifecycle, day, months),
      ...(torch === undefined ? [] : torchLines(torch, lifecycle)),
      checkedLine(lifecycle, day),
    ],
    costs,
  };
}

function tagLine(what: string, pin: string, now: TagNow): Line {
  const [reference = '', pinned = ''] = pin.split('@');
  if ('unknown' in now)
    return { level: 'unknown', what, now: `${reference} could not be asked: ${now.unknown}` };
  if (now.digest === pinned) return { level: 'ok', what, now: `${reference} is what is pinned` };
  return {
    level: 'look',
    what,
    now: `${reference} is ${short(now.digest)} now, pinned is ${short(pinned)}${what === 'root' ? ': npx nx run versions:patch' : ''}`,
  };
}

const short = (digest: string): string => digest.slice(0, 19);

function ageLine(what: string, date: string, day: string): Line {
  const age = daysBetween(date, day);
  return { level: age > OLD ? 'look' : 'ok', what, now: `${date}, ${String(age)} days old` };
}

function endLines(
  what: string,
  version: string,
  { ends }: Lifecycle,
  day: string,
  months: number,
): readonly Line[] {
  const known = ends.filter((end) => end.what === what);
  const full = version === '' ? what : `${what} (${version})`;
  if (known.length === 0)
    return [{ level: 'unknown', what: full, now: `its ends are not noted: add them to ${LIFECYCLE_FILE}` }];
  return known.map(({ until, of, source }) => {
    const left = daysBetween(day, until);
    const level = left < 0 ? 'over' : left <= (months * YEAR) / 12 ? 'look' : 'ok';
    const now = left < 0 ? `${of} ended ${until}` : `${of} until ${until}, ${String(left)} days left`;
    return { level, what: full, now, source };
  });
}

function torchLines({ version, cuda, flags }: TorchFacts, { drivers, gpus }: Lifecycle): readonly Line[] {
  const full = drivers.full[cuda];
  const lowest = drivers.lowest[cuda.replace(/\..*/, '')];
  const runs = coverage(flags, gpus.generations);
  const names = (how: string): string =>
    runs
      .filter(({ runs: so }) => so === how)
      .map(({ name, example }) => (how === 'no' ? `${name} (${example})` : name))
      .join(', ');
  const [no, partly] = [names('no'), names('partly')];
  return [
    {
      level: lowest === undefined ? 'unknown' : 'ok',
      what: `CUDA ${cuda}`,
      now:
        lowest === undefined
          ? `its drivers are not noted: add them to ${LIFECYCLE_FILE}`
          : `runs with driver ${lowest} and newer${full === undefined ? '' : `, made for ${full}`}`,
      source: drivers.source,
    },
    {
      level: no === '' ? 'ok' : 'look',
      what: `torch ${version}`,
      now: [
        `built for ${flags}: runs on ${names('yes')}`,
        ...(partly === '' ? [] : [`on some of ${partly}`]),
        ...(no === '' ? [] : [`not on ${no}`]),
      ].join('; '),
      source: gpus.source,
    },
  ];
}

function checkedLine({ checked }: Lifecycle, day: string): Line {
  const age = daysBetween(checked, day);
  const old = age > YEAR;
  return {
    level: old ? 'look' : 'ok',
    what: 'these ends',
    now: `held against their sources on ${checked}${old ? `: do it again, and write the day into ${LIFECYCLE_FILE}` : ''}`,
  };
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
