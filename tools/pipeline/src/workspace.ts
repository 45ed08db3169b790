import { tagOf, type ImageGraph } from '@cp-whisperx-app/nx-images/api';
import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { imageFacts } from './model/image-facts.ts';
import type { StageSource } from './model/pipeline.ts';
import { readStageJson } from './model/stage-json.ts';

/** The tag of images that stand on the CUDA libraries. */
const GPU_TAG = 'cuda';

/**
 * The stages of a workspace: its images that have a stage.json. The others are bases, or images for something else.
 * @param read gives the text of a file of the workspace, undefined where there is none
 * @throws ProblemError with all that is wrong in any stage.json
 */
export function readStages(
  graph: ImageGraph,
  read: (path: string) => string | undefined,
): readonly StageSource[] {
  const problems: Problem[] = [];
  const stages = [...graph.values()].flatMap(({ name, folder, image, text, dockerfile }): StageSource[] => {
    const file = `${folder}/stage.json`;
    const content = read(file);
    if (content === undefined) return [];
    try {
      const device = tagOf(image) === GPU_TAG ? 'gpu' : 'cpu';
      return [{ name, image, device, ...imageFacts(text, dockerfile), file: readStageJson(content, file) }];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemError(...problems);
  return stages;
}
