/** What other packages of this workspace use of the plugin. */
export {
  expand,
  parseDockerfile,
  readStages,
  type Dockerfile,
  type Instruction,
  type Stage,
} from './dockerfile/index.ts';
export { argArguments, pairArguments } from './dockerfile/arguments.ts';
export { jsonStrings } from './dockerfile/words.ts';
export { inspectImages } from './engine/docker.ts';
export { explainEngineFailure } from './engine/failures.ts';
export { installRan, runSteps } from './engine/progress.ts';
export { ensureImages } from './ensure.ts';
export { contextOf } from './executors/context.ts';
export { task } from './executors/task.ts';
export { lockedImages } from './generators/sync/generator.ts';
export { readMade, type Made } from './made.ts';
export { chainOf, type ImageGraph, type LinkedImage } from './model/graph.ts';
export { pinOf, tagOf } from './model/image-name.ts';
export { OPTION_VARIABLES, type ImagesOptions } from './options.ts';
export { contextFiles } from './plan/context.ts';
export { OWN_CONTEXT, type KeyInputs } from './plan/key.ts';
export { KEY_LABEL, type BuildPlan } from './plan/plan.ts';
export { plainInstruction, readOwnReceipt, readReceipt, type Layer, type Receipt } from './receipt.ts';
export { Registry } from './registry/client.ts';
export { registryOf, repositoryIn } from './registry/reference.ts';
export { dockerfilesOf, optionsOf, readWorkspace } from './workspace.ts';
export { writeWhole } from './write-whole.ts';
