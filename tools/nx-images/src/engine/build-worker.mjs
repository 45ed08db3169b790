// Runs nx-container in a process of its own, so that what the build prints can be shown and kept.
// Plain JavaScript: a process that starts for each image should not load a transpiler.
import nxContainer from '@nx-tools/nx-container';
import { createInterface } from 'node:readline';

const input = createInterface({ input: process.stdin });

input.on('line', (line) => {
  const { options, context } = JSON.parse(line);
  nxContainer
    .run(options, context)
    .catch((error) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    })
    .finally(() => {
      input.off('close', stop);
      input.close();
    });
});

// Whoever asked for the build is gone: nothing may be built, or named, on its behalf any more.
function stop() {
  if (process.platform !== 'win32') process.kill(-process.pid, 'SIGTERM');
  process.exit(1);
}
input.on('close', stop);
