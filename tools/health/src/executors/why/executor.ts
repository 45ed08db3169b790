import { contextOf, task } from '@cp-whisperx-app/nx-images/api';
import type { ExecutorContext } from '@nx/devkit';
import { factsOf, knownOf } from '../../why/facts.ts';
import { whyText } from '../../why/text.ts';
import { verdictOf } from '../../why/verdict.ts';

/** Compares what an image was made from with what it would be made from now. Changes nothing. */
export default function why(_options: object, nx: ExecutorContext): Promise<{ success: boolean }> {
  return task(async () => {
    const context = contextOf(nx);
    const facts = await factsOf(nx.projectName ?? '', context);
    context.say(whyText(facts, verdictOf(facts, knownOf(context))));
    return true;
  });
}
