// What the build system costs beside its peers, on this machine. Whole processes, median of five.
//   node bench/bench.mjs            needs the built family (make images); leaves it as it was
// docs/results.md has the figures and says what they mean.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = process.cwd();
const RUNS = 5;
const settings = existsSync('.env.local') ? readFileSync('.env.local', 'utf8') : '';
const local = Object.fromEntries(
  settings
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(/=(.*)/s, 2)),
);
const env = { ...local, ...process.env };
const scratch = mkdtempSync(join(tmpdir(), 'bench-'));

/** Runs a command once; gives seconds of wall clock and of CPU (the process and its children, by bash's `times`). */
function once([program, ...args], cwd) {
  const command = [program, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const script = `TIMEFORMAT='%R %U %S'; time ${command} >${scratch}/out 2>&1`;
  const { status, stderr } = spawnSync('bash', ['-c', script], { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}\n${readFileSync(join(scratch, 'out'), 'utf8')}`);
  const [wall, user, system] = stderr.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function measure(name, command, cwd, before = () => {}) {
  before(-1);
  once(command, cwd);
  const runs = Array.from({ length: RUNS }, (_, run) => {
    before(run);
    return once(command, cwd);
  });
  const column = (of) => runs.map(of);
  const spread = `${Math.min(...column((r) => r.wall)).toFixed(2)} to ${Math.max(...column((r) => r.wall)).toFixed(2)}`;
  console.log(
    `${name.padEnd(46)} wall ${median(column((r) => r.wall)).toFixed(2)} s (${spread}), CPU ${median(column((r) => r.cpu)).toFixed(2)} s`,
  );
}

/** A workspace with as many projects in the same chain, whose cached targets do nothing: what Nx itself costs. */
function bareWorkspace(images) {
  const folder = join(scratch, 'bare');
  mkdirSync(folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(root, '.env'), join(folder, '.env'));
  writeFileSync(join(folder, 'package.json'), '{"name":"bare","private":true}');
  writeFileSync(
    join(folder, 'nx.json'),
    JSON.stringify({
      cacheDirectory: '.nx/cache',
      useDaemonProcess: false,
      analytics: false,
      neverConnectToCloud: true,
    }),
  );
  for (const { name, bases } of images) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'file'), '');
    const build = {
      command: 'true',
      cache: true,
      dependsOn: ['^docker-build'],
      inputs: ['{projectRoot}/**/*'],
    };
    const project = { name, implicitDependencies: bases, targets: { 'docker-build': build } };
    writeFileSync(join(folder, name, 'project.json'), JSON.stringify(project));
  }
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=b', '-c', 'user.email=b@b', 'commit', '-qm', 'b'],
  ])
    execFileSync('git', args, { cwd: folder });
  return folder;
}

/** The same images as a bake file: what a person would write who has bake alone. */
function bakeFile(images) {
  const target = Object.fromEntries(
    images.map(({ name, image, bases }) => [
      name,
      {
        context: join(root, 'images', name),
        contexts: {
          installer: join(root, 'libs/installer'),
          'shared-py': join(root, 'libs/shared-py'),
          ...Object.fromEntries(
            bases.map((base) => [images.find((one) => one.name === base).image, `target:${base}`]),
          ),
        },
        args: { ROOT: env.NX_IMAGES_ARG_ROOT, BUILDER: env.NX_IMAGES_ARG_BUILDER },
        secret: env.SSL_CERT_FILE ? [`id=ca,src=${env.SSL_CERT_FILE}`] : [],
        tags: [`bench/${image.split('/')[1]}`],
        output: ['type=image,compression=uncompressed,unpack=true'],
        attest: ['type=provenance,disabled=true'],
      },
    ]),
  );
  const file = join(scratch, 'bake.json');
  writeFileSync(
    file,
    JSON.stringify({ group: { default: { targets: images.map(({ name }) => name) } }, target }),
  );
  return file;
}

const folders = readdirSync('images').filter((name) => existsSync(`images/${name}/Dockerfile`));
const images = folders.map((name) => {
  const { image, inputs } = JSON.parse(readFileSync(`dist/images/${name}.json`, 'utf8'));
  return { name, image, bases: Object.keys(inputs.bases) };
});
/** Every name that this benchmark could add. */
const tags = () =>
  execFileSync('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}'], { env, encoding: 'utf8' })
    .split('\n')
    .filter((tag) => /^bench\/|app-asr:key-/.test(tag));
const before = tags();
const script = 'images/asr/asr.py';
const original = readFileSync(script, 'utf8');
const edit = (run) => writeFileSync(script, `${original}# ${Date.now()} ${run}\n`);
const nx = ['node', join(root, 'node_modules/nx/dist/bin/nx.js')];
const asrByHand = [
  ...[
    'docker',
    'buildx',
    'build',
    '--provenance=false',
    '--build-context',
    `installer=${root}/libs/installer`,
  ],
  ...[
    '--build-context',
    `shared-py=${root}/libs/shared-py`,
    '--output',
    'type=image,compression=uncompressed,unpack=true',
  ],
  ...(env.NX_IMAGES_ARG_BUILDER ? ['--build-arg', `BUILDER=${env.NX_IMAGES_ARG_BUILDER}`] : []),
  ...['--tag', 'bench/by-hand-asr', 'images/asr'],
];

try {
  const bare = bareWorkspace(images);
  console.log(`nothing changed, ${images.length} images`);
  measure('  nx run-many -t docker-build', [...nx, 'run-many', '-t', 'docker-build'], root);
  measure('  bare Nx, as many tasks that do nothing', [...nx, 'run-many', '-t', 'docker-build'], bare);
  measure(
    '  docker buildx bake',
    ['docker', 'buildx', 'bake', '--allow=fs.read=*', '-f', bakeFile(images)],
    root,
  );
  console.log("asr's script edited");
  measure('  nx run-many -t docker-build', [...nx, 'run-many', '-t', 'docker-build'], root, edit);
  measure('  bare Nx, one task anew', [...nx, 'run-many', '-t', 'docker-build'], bare, (run) =>
    writeFileSync(join(bare, 'asr/file'), String(run)),
  );
  measure('  docker buildx build of asr alone', asrByHand, root, edit);
} finally {
  writeFileSync(script, original);
  execFileSync('npx', ['nx', 'run-many', '-t', 'docker-build'], { stdio: 'ignore' });
  const added = tags().filter((tag) => !before.includes(tag));
  if (added.length > 0) execFileSync('docker', ['image', 'rm', ...added], { env, stdio: 'ignore' });
  rmSync(scratch, { recursive: true });
}
