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
  local format='$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(SOURCESENTRY)'
  # Without release information also before the first "apt-get update".
  apt-get indextargets --no-release-info 'Created-By: Packages' --format "$format" | sort -u |
    while IFS='|' read -r uri release component entry; do
      [[ $release =~ ^$own(-updates|-security)?$ ]] || continue
      key=$(grep -oiE 'signed-by *[:=] */[^] ,]+' "${entry%:*}" | head -n 1) || true
      echo "deb ${key:+[signed-by=/${key#*/}] }$uri $1${release#"$own"} $component"
    done
}
