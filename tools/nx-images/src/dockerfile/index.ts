/**
 * Reads Dockerfiles as BuildKit does, without an engine: instructions, stages, and where files come from.
 * Pure functions; what differs from BuildKit stands in README.md here.
 */
export { parseDockerfile, type Dockerfile, type Instruction } from './instructions.ts';
export { expand } from './lex.ts';
export { isReference, type Origin } from './origin.ts';
export { readStages, stagesFor, type Arg, type Stage, type Stages } from './stages.ts';
