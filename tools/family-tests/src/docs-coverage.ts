/*
 * How each command of the pages is known to work, besides those of docs-run-here.ts. In a pattern `*` stands for any text.
 * A command that no row has, and a row that no page has, fail in docs-commands.spec.ts.
 */

/** Run by something else, which has the words in the third place in it. */
export const RUN_BY: readonly (readonly [pattern: string, file: string, holds: string])[] = [
  ['make check', '.ci/run', 'make check'],
  ['make images', '.ci/run', 'make images'],
  ['make test', '.ci/run', 'make test'],
  ['tools/root/make-root.sh --fresh', 'tools/root/root-test.sh', 'here/make-root.sh --fresh'],
  ['make demo', 'tools/family-tests/src/film.family.spec.ts', 'tools/pipeline/demo/demo.sh'],
  ['make root-check *', 'tools/root/root-test.sh', 'answer $here/check-root.sh'],
  ['npm ci', '.github/workflows/pull-request.yml', 'npm ci'],
  ['npm ci && npx nx run-many -t docker-build', '.github/workflows/pull-request.yml', 'npm ci'],
  ['tools/engine/engine.sh stop', 'tools/engine/engine-test.sh', 'engine stop'],
  ['tools/ci/ci.sh *', '.github/workflows/main.yml', 'tools/ci/ci.sh main'],
  ['* tools/ci/ci.sh pull-request', '.github/workflows/pull-request.yml', 'tools/ci/ci.sh pull-request'],
  ['npx nx run *:docker-test', 'tools/family-tests/src/adapt.family.spec.ts', 'nx run ${ADDED}:docker-test'],
  [
    'npx nx run NAME:docker-build',
    'tools/family-tests/src/adapt.family.spec.ts',
    'nx run-many -t docker-build',
  ],
  [
    'npx nx g @cp-whisperx-app/nx-images:stage NAME *',
    'tools/family-tests/src/adapt.family.spec.ts',
    'nx g @cp-whisperx-app/nx-images:stage ADDED',
  ],
  ['npx nx run images:audit-vulns*', 'tools/upkeep/src/upkeep.family.spec.ts', 'report images:audit-vulns'],
  [
    'npx nx run *:docker-lint',
    'tools/family-tests/src/troubleshooting/lint.family.spec.ts',
    'npx nx run asr:docker-lint',
  ],
  [
    'tools/checks/osv-scanner.sh',
    'tools/upkeep/src/vulnerabilities/scanner.ts',
    'tools/checks/osv-scanner.sh',
  ],
  [
    'npx nx run versions:update*',
    'tools/family-tests/src/upkeep.long.spec.ts',
    'versions update rapidfuzz=3.1.1 --commit',
  ],
  [
    'npx nx run versions:patch*',
    'tools/family-tests/src/upkeep.long.spec.ts',
    'versions patch --keep-root --commit',
  ],
  [
    'npx nx run versions:outdated*',
    'tools/family-tests/src/upkeep.long.spec.ts',
    'versions outdated rapidfuzz',
  ],
  ['npx nx run images:budgets', 'tools/family-tests/src/healthy.family.spec.ts', 'nx run images:budgets'],
  [
    'npx nx run images:budgets:update',
    'tools/family-tests/src/healthy.family.spec.ts',
    'nx run images:budgets:update',
  ],
  ['npx nx run images:unused', 'tools/upkeep/src/upkeep.family.spec.ts', 'report images:unused'],
  [
    'npx nx run versions:base-status',
    'tools/upkeep/src/upkeep.family.spec.ts',
    'report versions:base-status',
  ],
  ['tools/ci/upkeep.sh', 'tools/upkeep/src/schedule.spec.ts', 'tools/ci/upkeep.sh args'],
  ['git grep --untracked *', 'tools/family-tests/src/own-prefix.ts', 'docs/adapt.md'],
  [
    'rm -r images/* npx nx sync',
    'tools/family-tests/src/adapt.family.spec.ts',
    'rmSync join clone images stage',
  ],
  ['rm -r images/NAME', 'tools/family-tests/src/adapt.family.spec.ts', 'rmSync join clone images stage'],
  ['tools=*', 'tools/checks/check.sh', 'tools=$(tools/checks/python-tools.sh)'],
  ['"$tools"/ruff check *', 'tools/checks/check.sh', '$tools/ruff check --config'],
  ['npx nx run pipeline:run *', 'tools/pipeline/demo/demo.sh', 'npx nx run pipeline:run --input'],
  [
    'docker build --build-context *',
    'tools/family-tests/src/by-hand.family.spec.ts',
    'build --build-context installer=libs/installer --build-context shared-py=libs/shared-py',
  ],
  ['docker build', 'tools/family-tests/src/by-hand.family.spec.ts', 'run docker byHand'],
  [
    'docker run --read-only --tmpfs /tmp *',
    'tools/nx-images/src/executors/docker-test/executor.ts',
    '--read-only --tmpfs=/tmp:exec --cap-drop=ALL',
  ],
  [
    'docker run * /test-data/run_tests.py *',
    'tools/nx-images/src/executors/docker-test/executor.ts',
    '--entrypoint=python reference /test-data/run_tests.py',
  ],
  ['docker image rm', 'tools/family-tests/src/by-hand.family.spec.ts', 'docker image rm made'],
  ['docker image save', 'tools/health/src/audit/save.ts', 'image save'],
  ['docker rmi', 'tools/nx-images/src/testing/family.ts', 'rmi --force'],
  ['docker pull', 'tools/nx-images/src/places/pulled.engine.spec.ts', 'engine.docker pull'],
  [
    'docker buildx build --call=targets',
    'tools/nx-images/src/dockerfile/testing/buildkit.ts',
    '--call=targets',
  ],
  ['docker buildx prune*', 'tools/nx-images/src/stores.engine.spec.ts', 'docker buildx prune --all --force'],
  ['docker buildx du', 'tools/nx-images/src/engine/docker.ts', 'docker buildx du'],
  ['docker buildx inspect', 'tools/engine/engine-test.sh', 'second buildx inspect'],
  ['docker buildx build', 'bench/bench.mjs', 'docker buildx build'],
  ['docker buildx bake', 'bench/bench.mjs', 'docker buildx bake'],
  ['docker login*', 'tools/family-tests/src/troubleshooting/registry.engine.spec.ts', 'docker login'],
  [
    'npx nx run images:load --release *',
    'tools/nx-images/src/release/release.engine.spec.ts',
    'releases.done load --release=${V1}',
  ],
  [
    'npx nx run images:release*',
    'tools/nx-images/src/release/release.engine.spec.ts',
    'releases.done release --name=v1',
  ],
  [
    'npx nx run images:promote',
    'tools/nx-images/src/release/release.engine.spec.ts',
    'releases.done promote --release=${V1}',
  ],
  [
    'npx nx run images:bundle',
    'tools/nx-images/src/release/release.engine.spec.ts',
    'releases.done bundle --release=${V1}',
  ],
  [
    'NX_IMAGES_REGISTRY=* npx nx run-many -t docker-build',
    'tools/family-tests/src/registry.family.spec.ts',
    'nx run-many -t docker-build',
  ],
  ['NX_IMAGES_PUBLISH=true npx nx *', 'tools/ci/ci.sh', 'NX_IMAGES_PUBLISH=true nx'],
  ['npx vitest run --project net libs/versions', 'tools/checks/test.sh', 'npx vitest run --project net'],
  ['npx vitest run --project unit', 'tools/checks/test.sh', 'npx vitest run --project unit'],
  ['npx vitest run --project engine *', 'tools/checks/test.sh', 'npx vitest run --project engine'],
  ['npx vitest run --project family*', 'tools/checks/test.sh', 'npx vitest run --project family'],
  [
    'umask 077 && printf *',
    'tools/family-tests/src/troubleshooting/outside.engine.spec.ts',
    'family.write dist/index',
  ],
  [
    'echo "NX_IMAGES_SECRET_INDEX=*',
    'tools/family-tests/src/troubleshooting/outside.engine.spec.ts',
    '$HOME/.config/index : join family.root dist/index',
  ],
  [
    "echo 'NX_IMAGES_SECRET_CA=*",
    'tools/family-tests/src/troubleshooting/outside.engine.spec.ts',
    '/etc/ssl/certs/ca-certificates.crt : bundle.path',
  ],
  ['docker stop', 'libs/shared-py/tests/test_stage.py', 'docker stop sends SIGTERM'],
  [
    'tools/test-data/make-test-data.sh *',
    'tools/test-data/project.json',
    'tools/test-data/make-test-data.sh',
  ],
];

/** Not run by any test, and why. */
export const NOT_RUN: readonly (readonly [pattern: string, why: string])[] = [
  ['docker run --gpus all', 'no machine of the tests has a GPU'],
  ['kubectl *', 'no cluster'],
  ['argo submit *', 'no cluster'],
  ['argo lint *', 'done once by hand; the workflow is held against Argo’s schema instead'],
  [
    '*docker compose *',
    'the Compose plugin is not on the machines of the tests; compose.spec.ts reads compose.yaml',
  ],
  ['mkdir -p work/film', 'makes the folder for Compose, as above'],
  [
    'docker buildx create *',
    'the tests publish by the engine’s own builder; docs/results.md was measured with one of the kind remote',
  ],
  ['uv pip *', 'by hand, where pages tell how something was found or is made anew'],
  ['git fetch --all', 'git’s own'],
  ['chmod ug-s', 'a line for a Dockerfile'],
  [
    'tar -C DIR -c . | docker load',
    'release.engine.spec.ts has images:load give the same files to docker load',
  ],
  ['make test-long', 'is the long suite'],
  ['npx vitest run --project long *', 'is a part of the long suite'],
  ['tar -tv', 'named as the yardstick of a test'],
  ['rm -r dist/audit/layers', 'goes before a measurement'],
  ['bench/*.sh*', 'a measurement, started by hand'],
  ['node bench/*.mjs', 'a measurement, started by hand'],
];
