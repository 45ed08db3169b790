// Runs nx-container in a process of its own, so that what the build prints can be shown and kept.
// Plain JavaScript: a process that starts for each image should not load a transpiler.
import nxContainer from '@nx-tools/nx-container';

const { options, context } = JSON.parse(process.argv[2] ?? '{}');
try {
  await nxContainer.run(options, context);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
