#!/usr/bin/env bash
# What the schedule does, as .github/workflows/upkeep.yml calls it; any other CI calls the same, with a logged in `gh`:
#
#   upkeep.sh outdated | vulnerabilities | unused | base-status
#                    runs the report. What it has to tell stands in one issue with the label "upkeep: NAME": opened, rewritten,
#                    and closed when there is nothing to tell. A report that breaks leaves the issue as it is, and fails.
#   upkeep.sh patch  a patch day, as a pull request of the branch upkeep/patch
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

export CI=true

main() {
  case ${1-} in
    outdated) report outdated versions:outdated 'Newer versions that the family could take' ;;
    vulnerabilities) report vulnerabilities images:audit-vulns 'Known vulnerabilities in what the images are made of' ;;
    unused) report unused images:unused 'What images ask for and nothing uses' ;;
    base-status) report base-status versions:base-status 'What all images stand on: age, ends, drivers' ;;
    patch) patch ;;
    *) die "upkeep.sh does not know '${1-}'" 'upkeep.sh outdated | vulnerabilities | unused | base-status | patch' ;;
  esac
}

# report NAME TARGET TITLE: the target writes Markdown, and nothing where there is nothing to tell.
report() {
  local name=$1 target=$2 title=$3 file=dist/upkeep/$1.md code=0
  rm -f "$file"
  npx nx run "$target" --format=markdown --output="$file" || code=$?
  [[ -f $file ]] || die "$target broke, and told nothing" "npx nx run $target"
  # The audit fails for what it finds; the issue says it. Without a finding it broke.
  ((code == 0)) || [[ -s $file ]] || die "$target failed with $code, and told nothing" "npx nx run $target"
  tell_issue "upkeep: $name" "$title" "$file" "$target"
}

tell_issue() {
  local label=$1 title=$2 file=$3 target=$4 number
  number=$(gh issue list --state open --label "$label" --limit 1 --json number --jq '.[].number')
  if [[ ! -s $file ]]; then
    if [[ -n $number ]]; then gh issue close "$number" --comment "\`npx nx run $target\` finds nothing any more."; fi
    return
  fi
  # An issue takes 65536 characters.
  if (($(wc -c <"$file") > 60000)); then
    head -c 60000 "$file" | sed '$d' >"$file.short"
    echo 'There is more: run it here.' >>"$file.short"
    mv "$file.short" "$file"
  fi
  cat >>"$file" <<END

From \`npx nx run $target\`, which the schedule runs; docs/upkeep.md says what to do. The next run rewrites this.
END
  if [[ -n $number ]]; then
    gh issue edit "$number" --title "$title" --body-file "$file"
  else
    gh label create "$label" --force --description 'Kept by the upkeep workflow'
    gh issue create --label "$label" --title "$title" --body-file "$file"
  fi
}

patch() {
  local branch=upkeep/patch title number body=dist/upkeep/patch.md
  title="Patch day $(date -u +%F)"
  mkdir -p dist/upkeep
  npx nx run versions:patch
  git add --all
  if git diff --cached --quiet; then
    echo 'nothing is newer' >&2
    return
  fi
  cat >"$body" <<END
Snapshot date and root are those of today; every image was rebased and tested, nothing was reinstalled.

$(git diff --cached --stat | sed 's/^/    /')

From \`npx nx run versions:patch\`; docs/upkeep.md says what to look at.
END
  git switch --quiet --force-create "$branch"
  git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
    commit --quiet --message "$title"
  git push --quiet --force origin "$branch"
  number=$(gh pr list --state open --head "$branch" --limit 1 --json number --jq '.[].number')
  if [[ -n $number ]]; then
    gh pr edit "$number" --title "$title" --body-file "$body"
  else
    gh pr create --head "$branch" --title "$title" --body-file "$body"
  fi
}

die() {
  printf '%s\n  mend: %s\n' "$1" "$2" >&2
  exit 1
}

main "$@"
