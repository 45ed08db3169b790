// A registry on loopback that counts bytes, and a second engine that can be emptied: two machines in one.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Runs a command to its end; throws with all it said when it fails. */
export function run(program, args, { cwd, env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout.trim();
}

/** Seconds that a command takes. */
export function timed(program, args, options) {
  const started = performance.now();
  run(program, args, options);
  return (performance.now() - started) / 1000;
}

/** A registry that keeps everything under `folder`, with its own access log. */
export async function startRegistry(root, folder) {
  mkdirSync(folder, { recursive: true });
  const program = run('bash', [join(root, 'tools/registry/get-registry.sh')]);
  const port = await freePort();
  const log = join(folder, 'access.log');
  const config = join(folder, 'config.yml');
  writeFileSync(
    config,
    `version: 0.1
log: {level: error, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: ${folder}/data}, delete: {enabled: true}}
http: {addr: "127.0.0.1:${port}", relativeurls: true}
`,
  );
  const output = openSync(log, 'a');
  const child = spawn(program, ['serve', config], { stdio: ['ignore', output, output] });
  while (!(await fetch(`http://127.0.0.1:${port}/v2/`).catch(() => undefined))?.ok) await wait(50);
  return {
    host: `127.0.0.1:${port}`,
    stop: () => child.kill(),
    /** A mark in the log, for `since`. */
    mark: () => readFileSync(log, 'utf8').length,
    /** What clients fetched and sent since a mark, as the log has it. */
    since(mark) {
      const lines = readFileSync(log, 'utf8').slice(mark).split('\n');
      const fetched = lines.map((line) => Number(/"GET \S+ HTTP\S+ 200 (\d+)/.exec(line)?.[1] ?? 0));
      return {
        megabytes: fetched.reduce((sum, bytes) => sum + bytes, 0) / 1e6,
        requests: lines.filter((line) => /"(GET|HEAD|POST|PUT|PATCH) /.test(line)).length,
        bases: lines.filter(
          (line) => /"GET \S+\/blobs\//.test(line) && Number(/ 200 (\d+)/.exec(line)?.[1] ?? 0) > 1e6,
        ).length,
      };
    },
  };
}

/** An engine of its own under `home`, with no image but the root. */
export function secondEngine(root, home, store, rootImage, firstHost) {
  const env = { ENGINE_HOME: home, ENGINE_PRIVATE: '1', ENGINE_STORE: store };
  const script = (verb) => run('bash', [join(root, 'tools/engine/engine.sh'), verb], { env });
  const host = `unix://${home}/run/docker.sock`;
  return {
    host,
    empty() {
      script('remove');
      script('start');
      // A root that the machine made itself is no part of what a registry brings.
      if (rootImage)
        execFileSync('bash', ['-c', `docker -H ${firstHost} save ${rootImage} | docker -H ${host} load -q`], {
          stdio: 'ignore',
        });
    },
    remove: () => script('remove'),
  };
}

/** Settings of this machine. */
export function settingsOf(root) {
  const file = join(root, '.env.local');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return Object.fromEntries(lines.filter(Boolean).map((line) => line.split(/=(.*)/s, 2)));
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
