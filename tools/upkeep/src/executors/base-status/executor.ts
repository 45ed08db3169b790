import { contextOf, ensureImages, task } from '@cp-whisperx-app/nx-images/api';
import { readLock, versionsOf } from '@cp-whisperx-app/versions';
import type { ExecutorContext } from '@nx/devkit';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askRoot, askTorch } from '../../base-status/ask.ts';
import { costsOf } from '../../base-status/costs.ts';
import { readLifecycle } from '../../base-status/lifecycle.ts';
import { statusMarkdown, statusText } from '../../base-status/report.ts';
import { baseStatus } from '../../base-status/status.ts';
import { tagNow } from '../../base-status/tags.ts';
import { imagesOf, locksIn } from '../../places.ts';
import { tell, type TellOptions } from '../../tell.ts';

interface Options extends TellOptions {
  readonly months?: number;
}

/** Tells how old what all images stand on is, when it ends, and what moving it costs. A report: it never fails for that. */
export default function baseStatusOf(
  { months = 12, format = 'text', output }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const { graph } = context;
    const lifecycle = readLifecycle();
    const versions = versionsOf((path) => {
      const file = join(nx.root, path);
      return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    });
    const having = imagesHaving(locksIn(nx.root, graph));
    const [lowest] = graph.keys();
    const [withTorch] = having(/^torch$/);
    const asked = [lowest, withTorch].filter((name) => name !== undefined);
    const keyed = new Map(
      (await ensureImages(asked, 'engine', context)).map(({ plan }) => [plan.name, plan.keyed]),
    );
    const [root, builder] = await Promise.all([tagNow(versions.root), tagNow(versions.builder)]);
    const status = baseStatus(
      {
        versions,
        tags: { root, builder },
        root: await askRoot(keyed.get(lowest ?? '') ?? ''),
        torch: withTorch === undefined ? undefined : await askTorch(keyed.get(withTorch) ?? ''),
        lifecycle,
        costs: costsOf({
          root: nx.root,
          folders: new Map([...graph.values()].map(({ name, folder }) => [name, folder])),
          onCuda: [...new Set(having(/^(torch|nvidia-.*)$/).flatMap(imagesOf(graph)))],
        }),
      },
      new Date().toISOString().slice(0, 10),
      months,
    );
    const told = { text: statusText, json: JSON.stringify, markdown: statusMarkdown }[format];
    tell(told(status), output, nx.root);
    return true;
  });
}

/** The images in whose own lock there is a distribution of such a name. */
const imagesHaving =
  (locks: ReadonlyMap<string, string>) =>
  (name: RegExp): readonly string[] =>
    [...locks].flatMap(([file, text]) => {
      const [, image] = /([^/]+)\/requirements\.lock$/.exec(file) ?? [];
      return image !== undefined && readLock(text, file).some((one) => name.test(one.name)) ? [image] : [];
    });
