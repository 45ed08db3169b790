/**
 * Reads Dockerfiles as BuildKit does, without an engine: instructions, stages, and where files come from.
 * Pure functions; what differs from BuildKit stands in README.md here.
 */
export type { Directives } from './directives.ts';
export type { Flag } from './flags.ts';
export type { Heredoc } from './heredoc.ts';
export { parseDockerfile, type Dockerfile, type Instruction } from './instructions.ts';
export { expand } from './lex.ts';
export type { Origin } from './origin.ts';
export type { Copy, Mount } from './sources.ts';
export { readStages, type Arg, type Stage, type StageOptions, type Stages } from './stages.ts';
