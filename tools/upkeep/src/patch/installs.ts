/**
 * Whether the install step ran in a build of BuildKit's plain progress: a `RUN` of the stage `deps` that did not come
 * from the cache. Pure.
 */
export function installRan(log: string): boolean {
  const steps = [...log.matchAll(/^#(\d+) \[deps \d+\/\d+\] RUN /gm)].map(([, step]) => step ?? '');
  return steps.some((step) => !new RegExp(`^#${step} CACHED$`, 'm').test(log));
}
