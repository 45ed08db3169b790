import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** A module with all that it imports as one classic script, to stand inside a page: it has no `</script` in it. */
export function clientScript(main: URL): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(main)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    // The tsconfig files are for the checks.
    tsconfigRaw: {},
  });
  return outputFiles[0]?.text ?? '';
}
