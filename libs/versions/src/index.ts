export { compileLocks } from './compile.ts';
export type { CompileOptions } from './compile.ts';
export { syncPins } from './dockerfile-pins.ts';
export { versionsOf } from './files.ts';
export type { LockedImage } from './plan.ts';
export { staleLocks } from './stale.ts';
export { versionsFile } from './versions.ts';
export type { Pin, Versions } from './versions.ts';
