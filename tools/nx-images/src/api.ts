/** What other packages of this workspace use of the plugin. */
export { expand, parseDockerfile } from './dockerfile/index.ts';
export { pairArguments } from './dockerfile/arguments.ts';
export { jsonStrings } from './dockerfile/words.ts';
export { ensureImages } from './ensure.ts';
export { contextOf } from './executors/context.ts';
export { task } from './executors/task.ts';
export type { ImageGraph, LinkedImage } from './model/graph.ts';
export { tagOf } from './model/image-name.ts';
export { dockerfilesOf, optionsOf, readWorkspace } from './workspace.ts';
