import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workspace } from '../engine.ts';
import { entriesOf, PAGE, unseen } from './page.ts';

/** An entry of the page, as a test speaks of it. */
export interface Reproduction {
  /** Asserts that what the page says one sees stands in this output. */
  readonly sees: (output: string) => void;
  /** The commands of the page that mend it, as they stand, for a shell. */
  readonly mend: () => string;
}

/**
 * A test that sees the error of one entry of docs/troubleshooting.md and applies its mend. It fails where it does not do
 * both.
 * @param as what stands in the place of names of the page: `asr` → `leaf-high`
 */
export function reproduces(
  id: string,
  as: () => Readonly<Record<string, string>>,
  body: (entry: Reproduction) => Promise<void>,
): void {
  test(id, async () => {
    const entry = entriesOf(readFileSync(join(workspace, PAGE), 'utf8')).find((one) => one.id === id);
    if (entry === undefined) throw new Error(`${PAGE} has no entry #${id}`);
    const adapted = (text: string): string =>
      Object.entries(as()).reduce((whole, [from, to]) => whole.replaceAll(from, to), text);
    const done = new Set<string>();
    await body({
      sees(output) {
        done.add('sees');
        expect(unseen(entry.see.map(adapted), output), output).toEqual([]);
      },
      mend() {
        done.add('mend');
        return adapted(entry.mend);
      },
    });
    expect([...done].sort()).toEqual(['mend', 'sees']);
  });
}
