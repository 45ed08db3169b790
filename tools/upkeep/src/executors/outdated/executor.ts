import { contextOf, lockedImages, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lookAt } from '../../outdated/look.ts';
import { outdatedMarkdown, outdatedText } from '../../outdated/report.ts';
import { askFamily, groupsOf } from '../../outdated/family.ts';
import { tell, type TellOptions } from '../../tell.ts';
import { newestReleases, readVersions, versionsFile } from '@cp-whisperx-app/versions';

interface Options extends TellOptions {
  readonly _?: readonly (string | number)[];
}

/** Tells newer versions of what is pinned, and what they would mean. A report: it never fails for what it finds. */
export default function outdated(
  { _: words = [], format = 'text', output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const { root } = nx;
    const { graph, say } = contextOf(nx);
    const images = lockedImages(graph, (path) => existsSync(join(root, path)));
    const text = readFileSync(join(root, versionsFile), 'utf8');
    const versions = readVersions(text);
    const asOf = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const newest = await newestReleases(root, [...versions.pins.keys()], asOf);
    const groups = groupsOf(versions, newest, words.map(String));
    say(
      `${groups.length} have a newer release; all locks are compiled as of today to see what those would change`,
    );
    const asks = await askFamily(root, images, graph, text, asOf);
    const packages = [];
    for (const group of groups) {
      const found = await lookAt(group, asks);
      const taken =
        found.couldTake === undefined ? 'none newer could be taken' : `could take ${found.couldTake}`;
      say(`    ${group.names.join(', ')} ${group.newest}: ${taken}`);
      packages.push(found);
    }
    const pins = words.length > 0 ? words.length : versions.pins.size;
    const report = { asOf, cutOff: versions.excludeNewer, pins, packages };
    const told = { text: outdatedText, json: JSON.stringify, markdown: outdatedMarkdown }[format];
    tell(told(report), output, root);
    return true;
  });
}
