/**
 * Turns BuildKit's plain progress into the lines a person wants: when a step of the Dockerfile that may take
 * long begins, and for each step how it ended.
 */
export class ProgressReader {
  readonly #steps = new Map<string, string>();

  /** The line to show for a line of BuildKit's, if any. */
  read(line: string): string | undefined {
    const [, vertex, text] = /^#(\d+) (.*)$/.exec(line) ?? [];
    if (vertex === undefined || text === undefined) return undefined;
    const step = this.#steps.get(vertex);
    if (step === undefined) return this.#begin(vertex, text);
    const [, outcome] = /^(CACHED|DONE [\d.]+s|ERROR)\b/.exec(text) ?? [];
    if (outcome === undefined) return undefined;
    this.#steps.delete(vertex);
    return `${outcome.replace('DONE ', '').padStart(8)}  ${step}`;
  }

  #begin(vertex: string, text: string): string | undefined {
    if (!/^(\[(?!internal|auth|context )|exporting to)/.test(text)) return undefined;
    const plain = text.replaceAll(/--(mount|link|ch(own|mod))(=\S+)?\s+/g, '').replaceAll(/\s+/g, ' ');
    const step = plain.length > 90 ? `${plain.slice(0, 89)}…` : plain;
    this.#steps.set(vertex, step);
    return /RUN |^exporting to/.test(step) ? `     ...  ${step}` : undefined;
  }
}

/** A `RUN` step of a build. */
interface RunStep {
  /** Its stage's name, or the one that BuildKit gives; undefined where there is only one stage. */
  readonly stage: string | undefined;
  /** To its end. BuildKit begins some that it then calls off, as the layer that copies from them is in its cache. */
  readonly ran: boolean;
}

/** The `RUN` steps in a log of BuildKit's plain progress; one may be told again and again. Pure. */
export const runSteps = (log: string): readonly RunStep[] =>
  [...log.matchAll(/^#(\d+) \[(?:(\S+) +)?\d+\/\d+\] RUN /gm)].map(([, vertex = '', stage]) => ({
    stage,
    ran: new RegExp(`^#${vertex} DONE `, 'm').test(log) && !new RegExp(`^#${vertex} CACHED$`, 'm').test(log),
  }));

/** Whether the install step ran in a build, by its log: a `RUN` of the stage `deps`. Pure. */
export const installRan = (log: string): boolean =>
  runSteps(log).some(({ stage, ran }) => stage === 'deps' && ran);
