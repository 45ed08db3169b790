import { contextOf, lockedImages, task } from '@cp-whisperx-app/nx-images/api';
import { versionsFile } from '@cp-whisperx-app/versions';
import type { ExecutorContext } from '@nx/devkit';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { changelogFile } from '../../changelog.ts';
import { recordChange, runImages } from '../../finish.ts';
import { uncommitted, undoCommand } from '../../git.ts';
import { replaceFiles } from '../../replace-files.ts';
import { namesOf } from '../../update/affected.ts';
import { entryOf, subjectOf } from '../../update/entry.ts';
import { planUpdate } from '../../update/plan.ts';

interface Options {
  readonly _?: readonly (string | number)[];
  readonly cutOff?: string;
  readonly plan?: boolean;
  readonly commit?: boolean;
}

/** Moves packages to other versions, the whole way: versions.txt, locks, images, tests, changelog, commit. */
export default function update(
  { _: words = [], cutOff: excludeNewer, plan: only = false, commit = false }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const { root } = nx;
    const { graph, say } = contextOf(nx);
    const images = lockedImages(graph, (path) => existsSync(join(root, path)));
    if ((await uncommitted(root, [versionsFile])).length > 0)
      say(`${versionsFile} has edits that are not committed: they stay, and what is locked follows them too`);
    const wanted = { words: words.map(String), excludeNewer, now: new Date(), say };
    const { moves, cutOff, texts, affected } = await planUpdate(root, images, graph, wanted);
    if (only) {
      say('nothing is changed: --plan');
      return true;
    }
    const changed = replaceFiles(root, texts);
    const change = { root, changed, images: namesOf(affected), say };
    say(`    the files are changed; to undo it: ${undoCommand(changed)}`);
    say('4/6 build');
    say(`    built in ${(await runImages(change, 'docker-build')).toFixed(0)} s`);
    say('5/6 test');
    say(`    tested in ${(await runImages(change, 'docker-test')).toFixed(0)} s`);
    say(`6/6 ${changelogFile}`);
    await recordChange(change, entryOf(moves, cutOff, affected), subjectOf(moves, cutOff), commit);
    return true;
  });
}
