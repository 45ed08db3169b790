import { contextOf, dockerfilesOf, optionsOf, readReceipt, task } from '@cp-whisperx-app/nx-images/api';
import type { Receipt } from '@cp-whisperx-app/nx-images/api';
import { versionsFile, versionsOf } from '@cp-whisperx-app/versions';
import type { ExecutorContext } from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changelogFile } from '../../changelog.ts';
import { recordChange, runImages, type Change } from '../../finish.ts';
import { undoCommand } from '../../git.ts';
import { layersText } from '../../patch/layers.ts';
import { checkLogs } from '../../patch/logs.ts';
import { planPatch } from '../../patch/plan.ts';
import { releaseImages } from '../../patch/release.ts';
import { rootNow } from '../../patch/root.ts';
import { replaceFiles } from '../../replace-files.ts';

interface Options {
  readonly date?: string;
  readonly root?: string;
  readonly keepRoot?: boolean;
  readonly commit?: boolean;
}

/** Puts all images on today's Debian packages and root; fails where that installs a Python package again. */
export default function patch(
  { date, root: given, keepRoot = false, commit = false }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const { root, projectGraph, nxJsonConfiguration } = nx;
    const { graph, say } = contextOf(nx);
    const names = [...graph.keys()];
    const today = new Date().toISOString().slice(0, 10);
    const read = (path: string): string => readFileSync(join(root, path), 'utf8');
    const dockerfiles = new Map(dockerfilesOf(projectGraph).map((path) => [path, read(path)]));
    const pinned = versionsOf(read);

    say(`1/6 ${versionsFile}`);
    const newRoot = keepRoot ? undefined : await rootNow(pinned.root, given);
    const plan = planPatch(read(versionsFile), dockerfiles, { day: date ?? today, root: newRoot, today });
    say(`    debian-snapshot ${plan.snapshot.from} → ${plan.snapshot.to}`);
    say(`    root ${plan.root.from === plan.root.to ? 'stays' : `${plan.root.from} → ${plan.root.to}`}`);
    const standIn = optionsOf(nxJsonConfiguration).buildArgs['ROOT'];
    if (standIn !== undefined) say(`    images of this machine stand on ${standIn} in its place`);

    const before = new Map(names.map((name) => [name, receiptOf(root, name)]));
    const changed = replaceFiles(root, plan.texts);
    const change: Change = { root, changed, images: names, say };
    say(`2/6 pins: ${changed.filter((path) => path !== versionsFile).join(', ')}`);
    say(`    the files are changed; to undo it: ${undoCommand(changed)}`);

    say(`3/6 build: all ${names.length}, on the new system layer`);
    const since = Date.now();
    const building = await runImages(change, 'docker-build');

    say('4/6 layers');
    const logs = checkLogs(root, since);
    const patched = names.map((name) => {
      const after = receiptOf(root, name);
      const layers = { before: before.get(name)?.layers, after: after?.layers ?? [] };
      return { name, ...layers, seconds: after?.build?.seconds };
    });
    say(layersText(patched));
    say(
      '    what was there before, Python packages, shared code and scripts, was put on the new layers as it was',
    );
    say(`    ${logs} builds in ${building.toFixed(0)} s, and no install step ran in any of them`);

    say('5/6 test');
    say(`    tested in ${(await runImages(change, 'docker-test')).toFixed(0)} s`);

    say(`6/6 ${changelogFile}, release`);
    const moved = `debian-snapshot ${plan.snapshot.to}${plan.root.from === plan.root.to ? '' : `, root ${plan.root.to}`}`;
    await recordChange(change, `Patch day: ${moved}, under all images.`, `Patch day: ${moved}`, commit);
    await releaseImages(change, optionsOf(nxJsonConfiguration).registry);
    return true;
  });
}

function receiptOf(root: string, name: string): Receipt | undefined {
  const receipt = readReceipt(root, name);
  return receipt === undefined || 'wrong' in receipt ? undefined : receipt;
}
