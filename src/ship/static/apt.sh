#!/bin/sh
# Packages of Debian through an apt of our own: configuration, lists and cache lie below FOLDER, and the machine's apt stays as it is. Its
# sources are those that the machine's apt has from Debian; signatures are checked with Debian's keyring, whatever the machine trusts.
#   apt.sh FOLDER source PACKAGE...       source packages, into FOLDER
#   apt.sh FOLDER binary ARCH PACKAGE...  packages for ARCH, into FOLDER
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
kind=$2
shift 2
arch=$(dpkg --print-architecture)
case $kind in
source) type=deb-src ;;
binary)
  arch=$1
  type="deb"
  shift
  ;;
*) echo "$0: source or binary, not $kind" >&2 && exit 2 ;;
esac

keyring() {
  for file in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
    [ -e "$file" ] && echo "$file" && return
  done
  echo "$0: no keyring of Debian: install debian-archive-keyring" >&2
  exit 1
}

# Where lists were never fetched the origin is unknown: then the name must do, and the signature decides.
sources() {
  # shellcheck disable=SC2016 # apt's own placeholders
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v type="$type" -v options="arch=$arch signed-by=$(keyring)" '
      $1 == "Debian" || ($1 ~ /ORIGIN/ && $2 ~ /debian/) { print type, "[" options "]", $2, $3, $4 }' | LC_ALL=C sort -u
}

# How the machine reaches its mirrors (proxies, retries) is kept, what it runs and trusts is not. The sandbox user of apt could not write here.
configuration() {
  apt-config dump Acquire | grep -v '^Acquire::IndexTargets'
  cat <<SETTINGS
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Architecture "$arch";
APT::Architectures "$arch";
APT::Get::AllowUnauthenticated "false";
APT::Sandbox::User "$(id -un)";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "$folder/apt/none";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$folder/apt/none";
Dir::Etc::sourcelist "$folder/apt/sources.list";
Dir::Etc::sourceparts "$folder/apt/none";
Dir::State "$folder/apt/state";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt/cache";
SETTINGS
}

exec 9>"$folder/lock"
flock 9
mkdir -p "$folder/apt/none" "$folder/apt/state/lists/partial" "$folder/apt/cache/archives/partial"
: >"$folder/apt/status"
sources >"$folder/apt/sources.list"
if ! [ -s "$folder/apt/sources.list" ]; then
  echo "$0: the machine's apt has no source of Debian packages" >&2
  exit 1
fi
configuration >"$folder/apt/apt.conf"
export APT_CONFIG="$folder/apt/apt.conf"
apt-get -q update >&2
cd "$folder"
if [ "$kind" = source ]; then
  apt-get -q source --download-only "$@" >&2
else
  apt-get -q download "$@" >&2
fi
rm -rf "$folder/apt" # the lists are large, and old the next time
