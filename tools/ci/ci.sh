#!/usr/bin/env bash
# What a CI does, as the workflows in .github do it; any other CI calls the same. After a full clone and `npm ci`:
#
#   ci.sh pull-request   checks, and builds and tests what the branch changes; publishes nothing, or to a scratch repository
#   ci.sh main           the same, published before it is tested: the tests run on what others will pull
#   ci.sh release NAME   publishes and tests all images, then writes releases/NAME.json
#
# Settings, by environment (docs/caching.md):
#   NX_BASE             commit to compare with. For pull-request by default where the branch left origin/main; for main the
#                       last commit that passed: without it all is looked at, which what is published makes quick
#   NX_IMAGES_REGISTRY  registries, HOST[/PATH] with commas between: read from all, published to the first
#   NX_IMAGES_PUBLISH   for pull-request alone: true, to publish to a scratch repository that stands first
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export CI=true
CHECKS=lint,typecheck,test,docker-lint

main() {
  case ${1-} in
    pull-request)
      find_base
      nx sync:check
      nx affected -t "$CHECKS"
      nx affected -t docker-build
      test_images affected
      ;;
    main)
      local scope=affected
      [[ -n ${NX_BASE-} ]] || scope=run-many
      nx sync:check
      nx "$scope" -t "$CHECKS"
      NX_IMAGES_PUBLISH=true nx "$scope" -t docker-build
      test_images "$scope"
      ;;
    release)
      [[ -n ${2-} ]] || die 'a release needs a name' 'ci.sh release v1.2.0'
      NX_IMAGES_PUBLISH=true nx run-many -t docker-build
      test_images run-many
      nx run images:release --name "$2"
      ;;
    *) die "ci.sh does not know '${1-}'" 'ci.sh pull-request | main | release NAME' ;;
  esac
}

nx() {
  echo "=== nx $*" >&2
  npx nx "$@" --output-style=stream
}

# test_images affected|run-many: in the engine, so what was published is fetched. The run before has told what was built.
test_images() {
  NX_IMAGES_PUBLISH='' GITHUB_STEP_SUMMARY='' nx "$1" -t docker-test docker-audit
  NX_IMAGES_PUBLISH='' nx run images:budgets --audited --excludeTaskDependencies
}

find_base() {
  local shallow
  shallow=$(git rev-parse --is-shallow-repository) || die 'git does not know this folder' 'see what git says: git status'
  [[ $shallow == false ]] ||
    die 'this clone is shallow, so what a branch changes is not known' 'git fetch --unshallow'
  NX_BASE=${NX_BASE:-$(git merge-base origin/main HEAD)} ||
    die 'there is no origin/main to compare with' 'git fetch origin main:refs/remotes/origin/main, or export NX_BASE=COMMIT'
  export NX_BASE
}

die() {
  printf '%s\n  mend: %s\n' "$1" "$2" >&2
  exit 1
}

main "$@"
