// What a change costs a machine that has nothing, when everything was published: seconds, and megabytes from the
// registry by its own access log. Beside it the same change with plain docker buildx build and bake.
//   node bench/remote.mjs [ours|wanted|pull|plain|bake]...   needs the built family and 40 GB of disk; default: all
//   RUNS=5                                                  runs of each case, the engine emptied before each
// docs/results.md has the figures and says what they mean.
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, secondEngine, settingsOf, startRegistry, timed } from './remote/machines.mjs';
import { bake, IMAGES, plainBuild } from './remote/peers.mjs';

const root = process.cwd();
const RUNS = Number(process.env.RUNS ?? 5);
const chosen = process.argv.slice(2);
const wants = (part) => chosen.length === 0 || chosen.includes(part);

const settings = settingsOf(root);
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
const registry = await startRegistry(root, join(scratch, 'registry'));
const first = settings.DOCKER_HOST ?? process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const madeRoot = /^[^/]+:sha256-/.test(settings.NX_IMAGES_ARG_ROOT ?? '') ? settings.NX_IMAGES_ARG_ROOT : '';
const engines = Object.fromEntries(
  ['containerd', 'overlay2'].map((store) => [
    store,
    secondEngine(root, `/var/lib/cpw-bench-${store[0]}`, store, madeRoot, first),
  ]),
);
const second = engines.containerd;
const clone = join(scratch, 'clone');
const onFirst = { ...settings, DOCKER_HOST: first, NX_IMAGES_REGISTRY: registry.host };
const onSecond = { ...onFirst, DOCKER_HOST: second.host };
const publish = { NX_IMAGES_PUBLISH: 'true' };

/** A clone after `npm ci`, with nothing of any run in it. */
function freshClone() {
  run('git', ['checkout', '--quiet', '.'], { cwd: clone });
  for (const folder of ['.nx', 'dist']) rmSync(join(clone, folder), { recursive: true, force: true });
}

let edits = 0;
const CHANGES = {
  nothing: () => {},
  script: () => appendFileSync(join(clone, 'images/asr/asr.py'), `# ${Date.now()} ${++edits}\n`),
  system: () =>
    appendFileSync(
      join(clone, 'images/base-cpu/system/install'),
      `touch /etc/bench-${Date.now()}-${++edits}\n`,
    ),
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** @param work gives seconds; undefined for `before` where nothing needs to be made ready */
function measure(what, runs, change, work, before = () => {}) {
  const taken = Array.from({ length: runs }, () => {
    second.empty();
    freshClone();
    before();
    CHANGES[change]();
    const mark = registry.mark();
    const seconds = work();
    return { seconds, ...registry.since(mark) };
  });
  const column = (name) => taken.map((one) => one[name]);
  const seconds = column('seconds');
  console.log(
    `| ${what} | ${median(seconds).toFixed(1)} s (${Math.min(...seconds).toFixed(1)} to ${Math.max(...seconds).toFixed(1)}) | ${median(column('megabytes')).toFixed(2)} MB | ${median(column('requests'))} | ${runs} |`,
  );
}

const nx = (env) => timed('npx', ['nx', 'run-many', '-t', 'docker-build'], { cwd: clone, env });

/** Install steps that ran, rather than being taken from a cache: by the logs of the last run. */
function installs() {
  const folder = join(clone, 'dist/images');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .filter((file) => {
      const log = readFileSync(join(folder, file), 'utf8');
      const step = /^#(\d+) \[deps 2\/2\] RUN/m.exec(log)?.[1];
      return step !== undefined && !new RegExp(`^#${step} CACHED`, 'm').test(log);
    });
}

const peer = (env) => ({
  cwd: clone,
  registry: registry.host,
  args: ['ROOT', 'BUILDER'].flatMap((name) =>
    settings[`NX_IMAGES_ARG_${name}`] ? [`${name}=${settings[`NX_IMAGES_ARG_${name}`]}`] : [],
  ),
  secret: process.env.SSL_CERT_FILE,
  env,
});
const timedCall = (call) => {
  const started = performance.now();
  call();
  return (performance.now() - started) / 1000;
};
const ALL = IMAGES.map(({ folder }) => folder);

try {
  run('git', ['clone', '--quiet', root, clone]);
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone });
  console.log('| case | median (min to max) | from the registry | requests | runs |\n|---|---|---|---|---|');
  if (wants('ours') || wants('wanted') || wants('pull'))
    console.error(`published from the first engine in ${nx({ ...onFirst, ...publish }).toFixed(1)} s`);
  if (wants('ours')) {
    measure('nothing changed, not wanted here', RUNS, 'nothing', () => nx({ ...onSecond, ...publish }));
    measure("asr's script, published", RUNS, 'script', () => nx({ ...onSecond, ...publish }));
    measure("base-cpu's system packages, all six published", RUNS, 'system', () => {
      const seconds = nx({ ...onSecond, ...publish });
      console.error(`  install steps that ran: ${installs().join(' ') || 'none'}`);
      return seconds;
    });
  }
  if (wants('wanted')) {
    const runs = Math.min(RUNS, 3);
    measure('nothing changed, wanted here', runs, 'nothing', () => nx(onSecond));
    measure('docker pull of the same six', runs, 'nothing', () =>
      timedCall(() => {
        for (const { name } of IMAGES)
          run('docker', ['pull', '--quiet', `${registry.host}/${name}`], { env: onSecond });
      }),
    );
  }
  if (wants('pull'))
    for (const [store, engine] of Object.entries(engines)) {
      const name = `${registry.host}/rajiup/cp-whisperx-app-asr:cuda`;
      engine.empty();
      freshClone();
      nx({ ...onFirst, ...publish });
      run('docker', ['-H', engine.host, 'pull', '--quiet', name]);
      const taken = Array.from({ length: RUNS }, () => {
        CHANGES.script();
        nx({ ...onFirst, ...publish });
        const mark = registry.mark();
        const seconds = timed('docker', ['-H', engine.host, 'pull', '--quiet', name]);
        return { seconds, ...registry.since(mark) };
      });
      console.log(
        `| docker pull of asr, its script changed, ${store} | ${median(taken.map((t) => t.seconds)).toFixed(1)} s | ${median(taken.map((t) => t.megabytes)).toFixed(2)} MB | ${median(taken.map((t) => t.requests))} | ${RUNS} |`,
      );
      engine.remove();
    }
  if (wants('plain')) {
    freshClone();
    console.error(`plain, first: ${timedCall(() => plainBuild(ALL, peer(onFirst))).toFixed(1)} s`);
    measure('plain build: nothing changed', 1, 'nothing', () =>
      timedCall(() => plainBuild(ALL, peer(onSecond))),
    );
    measure("plain build: asr's script", Math.min(RUNS, 3), 'script', () =>
      timedCall(() => plainBuild(['asr'], peer(onSecond))),
    );
    measure("plain build: base-cpu's system packages", 1, 'system', () =>
      timedCall(() => plainBuild(ALL, peer(onSecond))),
    );
  }
  if (wants('bake')) {
    freshClone();
    console.error(`bake, first: ${timedCall(() => bake(peer(onFirst))).toFixed(1)} s`);
    measure('bake: nothing changed', 1, 'nothing', () => timedCall(() => bake(peer(onSecond))));
    measure("bake: asr's script", Math.min(RUNS, 3), 'script', () => timedCall(() => bake(peer(onSecond))));
    measure("bake: base-cpu's system packages", 1, 'system', () => timedCall(() => bake(peer(onSecond))));
  }
} finally {
  registry.stop();
  // The docker driver keeps what it pushed under the names it pushed to.
  const named = run('docker', ['-H', first, 'image', 'ls', '--format', '{{.Repository}}:{{.Tag}}']);
  const ours = named.split('\n').filter((name) => name.startsWith(`${registry.host}/`));
  if (ours.length > 0) run('docker', ['-H', first, 'image', 'rm', ...ours]);
  for (const engine of Object.values(engines)) engine.remove();
  if (process.env.KEEP) console.error(scratch);
  else rmSync(scratch, { recursive: true, force: true });
}
