#!/bin/sh
# What the static binary for ARCH links that is not installed here:
#   libraries.sh FOLDER ARCH OUT
# libxml2 from Debian's source package; for another architecture than the machine's the -dev packages of the build too, unpacked, not
# installed: the machine's dpkg learns of no foreign architecture. FOLDER keeps what was fetched, so that a second run needs no network.
# What they are built with is found by OUT/lib/pkgconfig and OUT/usr/lib/CPU-linux-gnu/pkgconfig. CC, AR and CFLAGS are for libxml2.
set -eu
here=$(dirname "$0")
folder=$1
arch=$2
out=$(mkdir -p "$3" && cd "$3" && pwd)

fetch() { # fetch FOLDER KIND...: quietly, unless it fails
  mkdir -p "$1"
  "$here/apt.sh" "$@" >"$1/fetch.log" 2>&1 || {
    cat "$1/fetch.log" >&2
    echo "$0: could not fetch packages of Debian (make static needs the network once)" >&2
    exit 1
  }
}

# The -dev packages of the build but those of the compiler's own libraries, and libxml2.
packages() { .ci/packages list build | tr ' ' '\n' | grep -e '-dev$' | grep -vxE 'libc6-dev|libxml2-dev'; }

unpack() {
  missing=
  for package in $(packages); do
    [ -n "$(find "$folder/$arch" -name "${package}_*.deb" 2>/dev/null)" ] || missing="$missing $package"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "$missing" ] || fetch "$folder/$arch" binary "$arch" $missing
  rm -rf "${out:?}/usr"
  for package in $(packages); do
    dpkg-deb -x "$(find "$folder/$arch" -name "${package}_*.deb")" "$out"
  done
  find "$out/usr" -name '*.pc' -exec sed -i "s|=/usr|=$out/usr|" {} +
}

rm -f "$out/done"
[ -n "$(find "$folder/source" -name 'libxml2_*.dsc' 2>/dev/null)" ] || fetch "$folder/source" source libxml2
"$here/libxml2.sh" "$folder/source" "$out"
[ "$arch" = "$(dpkg --print-architecture)" ] || unpack
touch "$out/done"
