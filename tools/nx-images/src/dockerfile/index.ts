/**
 * Reads Dockerfiles as BuildKit does, without an engine: instructions, stages, and where files come from.
 * Pure functions; what differs from BuildKit stands in README.md here.
 */
export type { Directives } from './directives.ts';
export type { Flag } from './flags.ts';
export type { Heredoc } from './heredoc.ts';
export { parseDockerfile } from './instructions.ts';
export { readStages, type Arg, type Stage } from './stages.ts';
