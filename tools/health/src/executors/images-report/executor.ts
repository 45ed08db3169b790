import { contextOf, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { assemble } from '../../report/assemble.ts';
import { collect } from '../../report/collect.ts';
import { PAGE, writePage } from '../../report/page/file.ts';
import { reportMarkdown, reportText } from '../../report/text.ts';

interface Options {
  readonly format?: 'text' | 'markdown';
}

/** Tells of all images what was recorded and where they are, and writes the page of it. Builds nothing. */
export default function imagesReport(
  { format = 'text' }: Options,
  nx: ExecutorContext,
): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const data = assemble(await collect(context));
    if (format === 'markdown') {
      context.say(reportMarkdown(data));
      return true;
    }
    writePage(nx.root, data);
    context.say(reportText(data, PAGE));
    return true;
  });
}
