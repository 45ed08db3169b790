# shellcheck shell=bash
# Words to the user. Progress and problems go to stderr, so that stdout holds only what a caller reads.

say() { printf '%s\n' "$*" >&2; }

# die WHAT-IS-WRONG WHAT-MENDS-IT: two sentences, then exit 1.
die() {
  printf 'error: %s\n  mend: %s\n' "$1" "$2" >&2
  exit 1
}
