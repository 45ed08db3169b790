import { ProblemError } from '@cp-whisperx-app/problem';
import { removeImages } from '../engine/docker.ts';
import { canonicalReference, repositoryOf, tagOf } from '../model/image-name.ts';
import { tagsInEngine } from './engine.ts';
import { isKeyTag, namesText, type Needs } from './needs.ts';

/** A key tag in the engine. */
export interface EngineVerdict {
  readonly reference: string;
  readonly remove: boolean;
  readonly why: string;
}

/** What becomes of the key tags among tags of an engine. Other tags, and those of other repositories, are not judged. Pure. */
export const judgeTags = (
  tags: readonly string[],
  needs: Needs,
  keep: readonly string[],
): readonly EngineVerdict[] =>
  tags.flatMap((reference): readonly EngineVerdict[] => {
    const canonical = canonicalReference(reference);
    const tag = tagOf(canonical);
    if (!isKeyTag(tag) || !needs.repositories.has(repositoryOf(canonical))) return [];
    const by = needs.tags.get(canonical) ?? [];
    if (by.length > 0) return [{ reference, remove: false, why: namesText(by) }];
    if (keep.includes(tag)) return [{ reference, remove: false, why: '--keep' }];
    return [{ reference, remove: true, why: 'no tree, branch or release needs it' }];
  });

/** As `judgeTags`, for the engine. Undefined where there is none. @throws ProblemError */
export async function judgeEngine(
  needs: Needs,
  keep: readonly string[],
): Promise<readonly EngineVerdict[] | undefined> {
  try {
    return judgeTags(await tagsInEngine(), needs, keep);
  } catch (error) {
    if (
      error instanceof ProblemError &&
      error.problems.every(({ code }) => /^no-(docker|engine)$/.test(code))
    )
      return undefined;
    throw error;
  }
}

/** Takes the tags that may go. @returns those that stayed because a container uses them, with what docker said */
export async function removeTags(verdicts: readonly EngineVerdict[]): Promise<readonly string[]> {
  const stayed: string[] = [];
  for (const { reference, remove } of verdicts) {
    if (!remove) continue;
    try {
      await removeImages([reference]);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      stayed.push(`${reference}: ${error.problems[0]?.message ?? ''}`);
    }
  }
  return stayed;
}
