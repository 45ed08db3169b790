import { ProblemError } from '@cp-whisperx-app/problem';
import { editVersions, readVersions, syncPins, versionsFile } from '@cp-whisperx-app/versions';

/** What a patch day moves. */
export interface PatchPlan {
  /** `20251120T000000Z` */
  readonly snapshot: { readonly from: string; readonly to: string };
  /** `python:3.11-slim-bookworm@sha256:…` */
  readonly root: { readonly from: string; readonly to: string };
  /** Texts by path of what is another: versions.txt, and the Dockerfiles that repeat its pins. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * versions.txt and the Dockerfiles with another snapshot date and another root. The builder stays: Python layers stand on
 * it, and so nothing is installed again. Pure.
 * @param day `2026-11-28`
 * @param root the whole pin, undefined where it stays
 * @throws ProblemError `bad-day`, `nothing-to-patch`; and what readVersions says of a root that is no pin
 */
export function planPatch(
  text: string,
  dockerfiles: ReadonlyMap<string, string>,
  { day, root, today }: { readonly day: string; readonly root: string | undefined; readonly today: string },
): PatchPlan {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(Date.parse(day)) || day > today)
    throw new ProblemError({
      code: 'bad-day',
      message: `"${day}" is no day up to today, and the archive of Debian is had by day`,
      mend: `npx nx run versions:patch --date ${today}`,
    });
  const before = readVersions(text);
  const snapshot = `${day.replaceAll('-', '')}T000000Z`;
  const facts = { 'debian-snapshot': snapshot, root: root ?? before.root };
  const edited = editVersions(text, { facts });
  const after = readVersions(edited);
  if (edited === text)
    throw new ProblemError({
      code: 'nothing-to-patch',
      message: `the snapshot date is ${snapshot} already, and the root stays`,
      file: versionsFile,
      mend: 'name another day (--date), or another root (--root)',
    });
  const files = [...dockerfiles].map(([path, file]) => [path, syncPins(file, after), file] as const);
  return {
    snapshot: { from: before.debianSnapshot, to: after.debianSnapshot },
    root: { from: before.root, to: after.root },
    texts: new Map([
      [versionsFile, edited],
      ...files.flatMap(([path, now, then]) => (now === then ? [] : [[path, now] as const])),
    ]),
  };
}
