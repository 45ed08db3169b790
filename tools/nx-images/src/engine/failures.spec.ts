import { expect, test } from 'vitest';
import { explainBuildFailure, explainEngineFailure, foreignRoot } from './failures.ts';

// Messages seen from Docker 28 (client 28.2, engine 28.5, buildx 0.29), hosts and paths changed; those of other
// versions, named beside them, and of a manifest without the platform were not seen.
test.each<[code: string, stderr: string]>([
  ['no-docker', 'spawn docker ENOENT'],
  ['no-engine', 'Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?'],
  ['no-engine', 'Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?'],
  // Docker 29
  [
    'no-engine',
    'failed to connect to the docker API at unix:///nope; check if the path is correct and if the daemon is running: dial unix /nope: connect: no such file or directory',
  ],
  // Docker Desktop
  [
    'no-engine',
    'error during connect: this error may indicate that the docker daemon is not running: Get "http://%2F%2F.%2Fpipe%2Fdocker_engine/_ping": open //./pipe/docker_engine: The system cannot find the file specified.',
  ],
  ['no-buildx', "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information"],
  // Docker 20.10
  ['no-buildx', "docker: 'buildx' is not a docker command.\nSee 'docker --help'"],
  [
    'engine-permission',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/images/x/json": dial unix /var/run/docker.sock: connect: permission denied',
  ],
])('%s: %s', (code, stderr) => {
  expect(explainEngineFailure(stderr)).toMatchObject({ code, mend: expect.stringMatching(/./) as string });
});

test.each([
  [
    'Error response from daemon: invalid reference format\n',
    'Error response from daemon: invalid reference format',
  ],
  ['a\nb\nc\nd\n', 'b c d'],
  ['', 'docker failed without a word'],
])('what nobody foresaw is passed on: %j', (stderr, message) => {
  expect(explainEngineFailure(stderr)).toMatchObject({ code: 'engine-error', message });
});

/** What BuildKit prints of a step that failed. */
const log = (step: string, output: readonly string[], error: string, line = 4): string =>
  [
    '#0 building with "default" instance using docker driver',
    '#5 [2/3] RUN true',
    '#5 DONE 0.2s',
    `#6 ${step}`,
    ...output.map((text) => `#6 0.188 ${text}`),
    `#6 ERROR: ${error}`,
    '------',
    ` > ${step}:`,
    ...output.slice(-10).map((text) => `0.188 ${text}`),
    '------',
    `Dockerfile:${String(line)}`,
    '--------------------',
    `   ${String(line)} | >>> ${step.replace(/^\[.*?\] /, '')}`,
    '--------------------',
    `ERROR: failed to build: failed to solve: ${error}`,
  ].join('\n');

const RUN = '[3/3] RUN sh /installer/install';
const EXIT = 'process "/bin/sh -c sh /installer/install" did not complete successfully: exit code: 1';
const HEAD = 'failed to do request: Head "https://registry.test/v2/p/manifests/3"';
const METADATA = '[internal] load metadata for docker.io/library/p:3';
const RETRY = 'WARNING: Retrying (Retry(total=4)) after connection broken by';

test.each<[code: string, what: string, text: string]>([
  ['disk-full', 'in a step', log(RUN, ["dd: error writing '/t/x': No space left on device"], EXIT)],
  [
    'certificate-refused',
    'by pip',
    log(
      RUN,
      [
        `${RETRY} 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in certificate chain (_ssl.c:992)'))': /simple/uv/`,
        ...Array<string>(12).fill('more lines than BuildKit repeats'),
        'ERROR: No matching distribution found for uv==0.9.10',
      ],
      EXIT,
    ),
  ],
  [
    'registry-certificate-refused',
    'by the engine',
    log(
      METADATA,
      [],
      `${HEAD}: tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ),
  ],
  [
    'wrong-platform',
    'a program of another machine',
    log('[3/3] RUN ["/x"]', ['exec /x: exec format error'], EXIT),
  ],
  [
    'wrong-platform',
    'an image of another machine',
    log(METADATA, [], 'no match for platform in manifest: not found'),
  ],
  [
    'secret-missing',
    'its file',
    'ERROR: failed to build: failed to stat /nope/ca.crt: stat /nope/ca.crt: no such file or directory',
  ],
  [
    'secret-missing',
    'one that a step requires',
    log('[2/2] RUN cat /run/secrets/ca', [], 'secret ca: not found'),
  ],
  ...[
    'push access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'unexpected status from PUT request to https://registry.test/v2/o/app/manifests/unverified: 405 Method Not Allowed',
    'unexpected status from HEAD request to https://registry.test/v2/o/app/blobs/sha256:0: 403 Forbidden',
    'failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized',
    'unsupported: The operation is unsupported.',
  ].map((said): [string, string, string] => [
    'registry-denied',
    said.slice(0, 60),
    log('exporting to image', [], `failed to push registry.test/o/app:unverified: ${said}`),
  ]),
  [
    'registry-push-failed',
    'a registry that dies',
    log(
      'exporting to image',
      [],
      'failed to push registry.test/o/app:unverified: write tcp 1.2.3.4:5: connection reset by peer',
    ),
  ],
  [
    'registry-unreachable',
    'no such host',
    log(
      METADATA,
      [],
      `p:3: failed to resolve source metadata for docker.io/library/p:3: ${HEAD}: dial tcp: lookup registry.test on 10.0.0.1:53: no such host`,
    ),
  ],
  [
    'registry-unreachable',
    'refused',
    log(METADATA, [], `${HEAD}: dial tcp 127.0.0.1:1: connect: connection refused`),
  ],
  [
    'index-unreachable',
    'by pip',
    log(
      RUN,
      [
        `${RETRY} 'NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f07460d0410>: Failed to establish a new connection: [Errno 111] Connection refused')': /simple/uv/`,
      ],
      EXIT,
    ),
  ],
  [
    'index-unreachable',
    'by apt',
    log(
      RUN,
      [
        'W: Failed to fetch http://127.0.0.1:9/debian/dists/bookworm/InRelease  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)',
      ],
      EXIT,
    ),
  ],
  [
    'no-engine',
    'gone since',
    'ERROR: Cannot connect to the Docker daemon at unix:///nope. Is the docker daemon running?',
  ],
  [
    'no-buildx',
    'as nx-container says it',
    'Docker buildx is required. See https://github.com/gperdomor/oss to set up nx-container executor with buildx.',
  ],
  ['build-failed', 'a program that fails', log(RUN, ['Connection refused', 'ENOENT'], EXIT)],
  [
    'build-failed',
    'a program that may not run',
    log(RUN, ['/bin/sh: 1: /docker-entrypoint.sh: Permission denied'], EXIT),
  ],
  [
    'build-failed',
    'a warning of a step that went well',
    log(RUN, ['boom'], EXIT).replace('#5 DONE', '#5 0.1 certificate verify failed\n#5 DONE'),
  ],
  [
    'not-in-context',
    'a file that is not there',
    log('[2/2] COPY nope /x', [], 'failed to calculate checksum of ref a::b: "/nope": not found'),
  ],
])('%s: %s', (code, _what, text) => {
  const problem = explainBuildFailure(text, { name: 'asr', dockerfile: 'images/asr/Dockerfile' });
  expect(problem).toMatchObject({
    code,
    file: 'images/asr/Dockerfile',
    mend: expect.stringMatching(/./) as string,
  });
});

const explain = (text: string): { message: string; line?: number | undefined; mend: string } =>
  explainBuildFailure(text, { name: 'asr', dockerfile: 'images/asr/Dockerfile' });

test('the failing line of the Dockerfile, with the last output of its step', () => {
  expect(explain(log('[3/3] RUN echo one && exit 3', ['one', 'two'], 'exit code: 3', 17))).toMatchObject({
    line: 17,
    message: 'asr was not built: an instruction failed\n    0.188 one\n    0.188 two',
    mend: expect.stringContaining('npx nx run asr:docker-build') as string,
  });
});

test.each([
  [
    'a step without output',
    log('[2/2] COPY nope /x', [], '"/nope": not found', 2),
    'failed to build: failed to solve: "/nope": not found',
    2,
  ],
  [
    'a Dockerfile that BuildKit does not parse',
    'Dockerfile:2\n--------------------\n   2 | >>> FRUN true\n--------------------\nERROR: failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: FRUN',
    'failed to build: failed to solve: dockerfile parse error on line 2: unknown instruction: FRUN',
    2,
  ],
  ['a worker that fell over', 'a\nb\nc\nd', 'b c d', undefined],
  ['silence', '', 'docker failed without a word', undefined],
])('%s: its reason is told', (_what, text, reason, line) => {
  const problem = explain(text);
  expect(problem.message).toBe(`asr was not built: an instruction failed\n    ${reason}`);
  expect(problem.line).toBe(line);
});

test.each([
  ['Dockerfile:7', 7],
  ['gpu.Dockerfile:7', 7],
  ['Dockerfile.gpu:7', 7],
  ['#6 0.1 Dockerfile:7', undefined],
])('the place %j is line %s', (place, line) => {
  expect(explain(`${place}\nERROR: x`).line).toBe(line);
});

test('an image whose base is of another platform is wrong, though BuildKit only warns', () => {
  const plan = { image: 'o/demux:cpu', dockerfile: 'images/demux/Dockerfile', platform: 'linux/arm64' };
  const warning =
    '#1 WARN: InvalidBaseImagePlatform: Base image o/root:1 was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line 15)';
  expect(foreignRoot(`#1 DONE 0.1s\n${warning}\n`, plan)).toMatchObject({
    code: 'wrong-platform',
    message: 'o/demux:cpu is to be linux/arm64, but o/root:1 is linux/amd64',
    file: 'images/demux/Dockerfile',
  });
  expect(foreignRoot('#1 DONE 0.1s\n', plan)).toBeUndefined();
});
