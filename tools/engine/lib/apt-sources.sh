# shellcheck shell=bash
# The package mirrors that this machine itself uses.

# own_codename: the machine's release: bookworm, trixie, noble, ...
own_codename() (
  # shellcheck source=/dev/null
  . /etc/os-release
  echo "$VERSION_CODENAME"
)

# package_sources CODENAME: lines of a sources.list: the machine's mirrors of its own release, asked for CODENAME.
package_sources() {
  local own uri release component entry key
  own=$(own_codename)
  # shellcheck disable=SC2016 # these are apt's placeholders
  apt-get indextargets 'Created-By: Packages' --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)' |
    while IFS='|' read -r uri release component entry; do
      [[ $release =~ ^$own(-updates|-security)?$ ]] || continue
      key=$(grep -oiE 'signed-by *[:=] */[^] ,]+' "${entry%:*}" | head -n 1) || true
      echo "deb ${key:+[signed-by=/${key#*/}] }$uri $1${release#"$own"} $component"
    done
}
