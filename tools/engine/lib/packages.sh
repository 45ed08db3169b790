# shellcheck shell=bash
# The engine's programs, from the packages of the machine's own Debian or Ubuntu mirror, unpacked into a folder of their
# own. apt runs on private folders and packages are only unpacked: what is installed on the machine stays as it is.

# Debian takes these from its testing release: the engine of Debian 12 (20.10) lacks BuildKit's named contexts.
ENGINE_PACKAGES=(docker.io docker-cli docker-buildx containerd tini-static)
# Taken from the machine's own release, and only what the machine lacks.
SYSTEM_PACKAGES=(runc iptables iproute2 mount)

# programs_folder: the newest unpacked set of programs, or nothing.
programs_folder() {
  [[ ! -d $ENGINE_PREFIX ]] ||
    find "$ENGINE_PREFIX" -maxdepth 1 -name 'bin-*' -not -name '*.part' | sort -V | tail -n 1
}

# get_programs: unpacks the programs into $ENGINE_PREFIX/bin-<engine version>.
get_programs() {
  local apt=$ENGINE_PREFIX/apt part=$ENGINE_PREFIX/bin-new.part package version
  rm -rf "$apt" "$part"
  mkdir -p "$apt"/{lists,archives}/partial "$part"
  chown -R _apt "$apt"/{lists,archives} 2>/dev/null || true
  say "engine: getting its programs from this machine's package mirror"
  write_apt_config "$apt"
  download_packages "$apt" >"$apt/log" 2>&1 || {
    grep -E '^(E|W|Err)' "$apt/log" | tail -n 5 >&2
    die 'the packages of a container engine could not be fetched' \
      'make "apt-get update" work, or install Docker >= 23 with buildx'
  }
  # One place for programs and one for libraries, like the system's own.
  ln -s usr/bin usr/sbin usr/lib "$part"
  mkdir -p "$part"/usr/{bin,sbin,lib}
  for package in "$apt"/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar --extract --keep-directory-symlink --directory "$part"
  done
  add_usual_names "$part"
  check_programs "$part"
  version=$(PATH="$part/usr/sbin:$part/usr/bin" dockerd --version)
  version=${version#Docker version }
  mv "$part" "$ENGINE_PREFIX/bin-${version%%,*}"
  rm -rf "$apt"
}

# write_apt_config FOLDER: a configuration with the machine's mirror, keys and proxy, that writes only in FOLDER.
write_apt_config() {
  local folder=$1 own
  own=$(own_codename)
  package_sources "$own" >"$folder/sources.list"
  [[ -s $folder/sources.list ]] ||
    die "apt's sources name no mirror of $own" 'add one to /etc/apt/sources.list, or install Docker >= 23 with buildx'
  if [[ $DISTRO == debian ]]; then sed -i "s/^\(deb .*\) $own main$/&\n\1 testing main/" "$folder/sources.list"; fi
  printf 'Package: *\nPin: release a=testing\nPin-Priority: 1\n' >"$folder/preferences"
  {
    apt-config dump | grep '^Acquire::' | grep -v '^Acquire::IndexTargets'
    cat <<END
Acquire::Languages "none";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "$folder/preferences";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$folder/lists";
Dir::Cache "$folder";
Dir::Cache::archives "$folder/archives";
Debug::NoLocking "true";
END
  } >"$folder/apt.conf"
}

# download_packages FOLDER: leaves the packages in FOLDER/archives. What apt prints is for a log.
download_packages() (
  export APT_CONFIG=$1/apt.conf
  suite=''
  [[ $DISTRO != debian ]] || suite=/testing
  apt-get update || return 1
  apt-get install --yes --download-only --no-install-recommends "${SYSTEM_PACKAGES[@]}" || return 1
  cd "$1/archives" || return 1
  for package in "${ENGINE_PACKAGES[@]}"; do
    # Where there is no such package, docker.io holds these two.
    [[ ! $package =~ ^(docker-cli|tini-static)$ || -n $(apt-cache madison "$package") ]] || continue
    apt-get download "$package$suite" || return 1
  done
)

# add_usual_names FOLDER: the names that Debian makes when it installs a package, and unpacking does not.
add_usual_names() {
  local name
  [[ -e $1/usr/sbin/xtables-nft-multi ]] || return 0
  for name in iptables ip6tables; do ln -s xtables-nft-multi "$1/usr/sbin/$name"; done
}

# check_programs FOLDER: stops where a library is missing, or this machine's C library is older than they need.
check_programs() {
  local program missing
  while read -r program; do
    missing=$(ldd "$program" 2>&1 | grep 'not found' | head -n 1) || true
    [[ -z $missing ]] ||
      die "the mirror's container engine does not run on this machine: ${missing##*"$1"}" \
        'install Docker >= 23 with buildx for this release, then run this again'
  done < <(find "$1" -type f -perm -u+x '(' -name dockerd -o -name containerd -o -name docker-buildx ')')
}
