// What each stage of a run took, from its run.json, and how long its image needs to say --help: the median of three.
//   node bench/stages.mjs [WORK]     after make demo; WORK is work/demo unless named
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const work = process.argv[2] ?? 'work/demo';
const settings = existsSync('.env.local') ? readFileSync('.env.local', 'utf8').split('\n') : [];
const local = settings.filter(Boolean).map((line) => line.split(/=(.*)/s, 2));
const env = { ...Object.fromEntries(local), ...process.env };

/** Seconds that `docker run IMAGE --help` takes. */
function start(image) {
  const begun = performance.now();
  const { status } = spawnSync('docker', ['run', '--rm', '--network=none', image, '--help'], { env });
  if (status !== 0) throw new Error(`${image} --help ended with ${status}`);
  return (performance.now() - begun) / 1000;
}

console.log('| stage | start-up, s | run, s | peak memory, MB |');
console.log('|---|---|---|---|');
for (const { stage, image, seconds, peakBytes } of JSON.parse(readFileSync(join(work, 'run.json'), 'utf8'))
  .stages) {
  const [, median] = [start(image), start(image), start(image)].sort((one, other) => one - other);
  console.log(
    `| ${stage} | ${median.toFixed(2)} | ${seconds} | ${peakBytes ? Math.round(peakBytes / 1e6) : '–'} |`,
  );
}
