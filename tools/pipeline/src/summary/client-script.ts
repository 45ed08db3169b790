import { buildSync } from 'esbuild';
import { fileURLToPath } from 'node:url';

/** The modules of client/ as one classic script, to stand inside a page: it has no `</script` in it. */
export function clientScript(): string {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('client/main.ts', import.meta.url))],
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
