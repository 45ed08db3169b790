/** One line of a stage's standard error. */
export interface StageEvent {
  /** `plain`: not written by the stage's logging, but by docker, or by a program that has crashed. */
  readonly level: string;
  readonly message: string;
}

/** Reads a line as stagekit writes it with `--log-format json`. Pure. */
export function readEvent(line: string): StageEvent {
  try {
    const { level, message } = JSON.parse(line) as { level?: unknown; message?: unknown };
    if (typeof level === 'string' && typeof message === 'string') return { level, message };
  } catch {
    // It is a line like any other.
  }
  return { level: 'plain', message: line };
}

const SKIPPED = 'skipped: ';

/** Tells what a stage says as it says it, but for its last word, which belongs to how it ends. */
export class StageLines {
  readonly #say: (line: string) => void;
  #last: StageEvent | undefined;

  /** @param say takes each line, without the stage's name */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  take(line: string): void {
    const event = readEvent(line);
    if (event.message.trim() === '') return;
    this.#flush();
    this.#last = event;
    if (event.level !== 'error' && event.level !== 'plain' && !event.message.startsWith(SKIPPED))
      this.#flush();
  }

  /** How the stage has ended. @param code exit code of its container */
  end(code: number): { readonly state: 'done' | 'skipped' | 'failed'; readonly message?: string } {
    const last = this.#last?.message;
    if (code === 0 && last?.startsWith(SKIPPED) === true)
      return { state: 'skipped', message: last.slice(SKIPPED.length) };
    if (code === 0) {
      this.#flush();
      return { state: 'done' };
    }
    return { state: 'failed', message: `${last ?? unsaid(code)} (exit code ${code})` };
  }

  #flush(): void {
    if (this.#last !== undefined) this.#say(this.#last.message);
    this.#last = undefined;
  }
}

/** Why a stage ends without a word: a signal has ended it (128 + its number, as of SIGINT, SIGKILL, SIGTERM). */
const unsaid = (code: number): string =>
  ({ 130: 'it was stopped', 137: 'it was killed, as happens when memory runs out', 143: 'it was stopped' })[
    code
  ] ?? 'it has not said why';
