#!/bin/sh
# The Debian package, of what `make install` staged: pack.sh STATIC STAGED OUT ARCH VERSION, with the maintainer in VENDOR.
# STATIC is the folder of `make static`; OUT gets plumbline_VERSION_ARCH.deb.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
static=$1
staged=$2
out=$3
arch=$4
version=$5
if [ "$(dpkg-parsechangelog -l "$here/changelog" -S Version)" != "$version" ]; then
  echo "$0: src/ship/debian/changelog is not at version $version" >&2
  exit 1
fi
work=$out/plumbline-$version
rm -rf "$work"
mkdir -p "$work/debian/source"
cp -r "$staged" "$work/staged"
"$here/../static/contents.py" sources "$static" >"$work/sources"
"$here/../static/contents.py" notices "$static" >"$work/notices"
for file in "$here"/*; do
  case $file in */pack.sh) ;; *) cp "$file" "$work/debian/" ;; esac
done
awk '{ print /^Maintainer: / ? "Maintainer: " ENVIRON["VENDOR"] : $0 }' "$here/control" >"$work/debian/control"
awk '{ print /^ -- / ? " -- " ENVIRON["VENDOR"] "  " substr($0, index($0, ">  ") + 3) : $0 }' "$here/changelog" >"$work/debian/changelog"
echo '3.0 (native)' >"$work/debian/source/format"
(cd "$work" && DEB_HOST_ARCH=$arch debian/rules binary) >"$out/log" 2>&1 || {
  cat "$out/log" >&2
  exit 1
}
rm -rf "$work"
