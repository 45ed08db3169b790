import { contextOf, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { assemble } from '../../report/assemble.ts';
import { recorded } from '../../report/collect.ts';
import { treeOf, treeText } from '../../report/tree.ts';

interface Options {
  readonly format?: 'text' | 'json';
}

/** Shows which image stands on which, with what each adds where that was recorded. Needs no engine. */
export default function imagesTree(
  { format = 'text' }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(() => {
    const context = contextOf(nx);
    const { images } = assemble(recorded(context));
    const tree = treeOf(images);
    context.say(format === 'json' ? JSON.stringify(tree, null, 2) : treeText(tree));
    return Promise.resolve(true);
  });
}
