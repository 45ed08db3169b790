import { normalName } from '@cp-whisperx-app/versions';
import { pipPackages, shellsOf } from './shell.ts';
import { instructionsOf, type Family, type Source, type Subject } from './subject.ts';

/** A package, by the line that pins it or installs it. */
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

/** What the stages that are needed tell pip to install, by the RUN or the program that says so. */
export const pipInstalls = (subject: Subject): readonly (Locked & Pick<Source, 'file'>)[] =>
  subject.stages
    .filter(({ needed }) => needed)
    .flatMap((stage) =>
      instructionsOf(subject, stage)
        .filter(({ keyword }) => keyword === 'RUN')
        .flatMap((run) => shellsOf(subject, stage, run))
        .flatMap(({ file, line, text }) => pipPackages(text).map((name) => ({ name, file, line }))),
    );

/** The images whose own lock has a package. */
export const heldBy = (name: string, family: Family): readonly Subject[] =>
  [...family.values()].filter((subject) => locked(subject).some((one) => one.name === name));
