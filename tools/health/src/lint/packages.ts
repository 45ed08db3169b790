import { normalName } from '@cp-whisperx-app/versions';
import type { Family, Subject } from './subject.ts';

/** A package of a lock, by the line that pins it. */
export interface Locked {
  /** Normalised. */
  readonly name: string;
  readonly line: number;
}

/** The packages of an image's own lock. */
export const locked = ({ lock }: Subject): readonly Locked[] =>
  (lock?.text.split('\n') ?? []).flatMap((text, index) => {
    const name = /^([A-Za-z0-9][\w.-]*)==/.exec(text)?.[1];
    return name === undefined ? [] : [{ name: normalName(name), line: index + 1 }];
  });

/** The images whose own lock has a package. */
export const heldBy = (name: string, family: Family): readonly Subject[] =>
  [...family.values()].filter((subject) => locked(subject).some((one) => one.name === name));
