import { contextOf, ensureImages, task } from '@cp-whisperx-app/nx-images/api';
import { readLock } from '@cp-whisperx-app/versions';
import type { ExecutorContext } from '@nx/devkit';
import { tell, type TellOptions } from '../../tell.ts';
import { askedIn } from '../../unused/asked.ts';
import { judgeRequirement, judgeSystemPackage } from '../../unused/judge.ts';
import { lookInto, type Look } from '../../unused/look.ts';
import { unusedMarkdown, unusedText } from '../../unused/report.ts';
import { imagesOf, locksIn } from '../../places.ts';

/** Tells what images ask for and nothing uses. A report: it never fails for what it finds. */
export default function unused(
  { format = 'text', output }: TellOptions,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const { graph } = context;
    const asked = askedIn(nx.root, graph);
    const locks = locksIn(nx.root, graph);
    const above = imagesOf(graph);
    const looks = new Map<string, Look>();
    for (const { plan } of await ensureImages([...graph.keys()], 'engine', context)) {
      console.error(`looking into ${plan.name}`);
      const lock = `${plan.context}/requirements.lock`;
      const own = readLock(locks.get(lock) ?? '', lock).map(({ name }) => name);
      const system = asked.system
        .filter(({ image }) => above(image).includes(plan.name))
        .map(({ name }) => name);
      looks.set(plan.name, await lookInto(plan.name, plan.keyed, { own, system }));
    }
    const seen = (image: string): ReadonlyMap<string, Look> =>
      new Map([...looks].filter(([name]) => above(image).includes(name)));
    const judged = [
      ...asked.requirements.map((one) => judgeRequirement(one, seen(one.image))),
      ...asked.system.map((one) => judgeSystemPackage(one, seen(one.image))),
    ];
    const told = { text: unusedText, json: JSON.stringify, markdown: unusedMarkdown }[format];
    tell(told(judged), output, nx.root);
    return true;
  });
}
