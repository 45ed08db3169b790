import { ProblemError } from '@cp-whisperx-app/problem';
import { isNeeded, linkStages, resolveInput, type Pipeline, type StageSource } from './pipeline.ts';

/** Which stages a run has. */
export interface Selection {
  /** Stages that are left out, as if the family lacked them. */
  readonly skip: readonly string[];
  /** Only this stage, and what it reads from. */
  readonly until?: string | undefined;
}

/**
 * The stages of a run.
 * @throws ProblemError for a name that no stage has, and where a stage can't do without one that is left out
 */
export function selectStages(sources: readonly StageSource[], { skip, until }: Selection): Pipeline {
  const names = sources.map(({ name }) => name);
  for (const name of [...skip, ...(until === undefined ? [] : [until])])
    if (!names.includes(name))
      throw new ProblemError({
        code: 'unknown-stage',
        message: `there is no stage ${name}`,
        mend: `name one of ${[...names].sort().join(', ')}`,
      });
  const left = sources.filter(({ name }) => !skip.includes(name));
  checkNeeds(left, skip);
  const pipeline = linkStages(left);
  if (until === undefined) return pipeline;
  const needed = new Set<string>();
  const need = (name: string): void => {
    needed.add(name);
    for (const other of pipeline.find((stage) => stage.name === name)?.after ?? []) need(other);
  };
  need(until);
  const chosen = pipeline.filter(({ name }) => needed.has(name));
  if (chosen.length > 0) return chosen;
  throw new ProblemError({
    code: 'skipped-until',
    message: `${until} is to be the last stage, and to be left out`,
    mend: `take it out of --skip or of --until`,
  });
}

/** Says at once all that can't do without what is left out. */
function checkNeeds(left: readonly StageSource[], skip: readonly string[]): void {
  const stuck = new Map<string, string>();
  for (let before = -1; before < stuck.size;) {
    before = stuck.size;
    const there = new Set(left.map(({ name }) => name).filter((name) => !stuck.has(name)));
    for (const { name, file } of left)
      for (const [option, given] of Object.entries(file.json.inputs))
        if (there.has(name) && isNeeded(option, given) && resolveInput(given, there) === undefined)
          stuck.set(name, `${option} of ${name} takes ${[given].flat().join(' or ')}`);
  }
  if (stuck.size === 0 || skip.length === 0) return;
  throw new ProblemError({
    code: 'needed-stage',
    message: `not all stages can do without ${skip.join(', ')}: ${[...stuck.values()].join('; ')}`,
    mend: `leave them out too: --skip ${[...skip, ...stuck.keys()].join()}`,
  });
}
