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

# The -dev packages of the build, with the C library: that of the cross compiler's own package is behind in security updates, and
# lends its headers only, which are of the same version and the compiler takes for a system's.
packages() { .ci/packages list build | tr ' ' '\n' | grep -e '-dev$' | grep -vx libxml2-dev; }

note() { # note ARCHIVE SOURCE VERSION COPYRIGHT: what contents.py tells of it
  printf '%s\t%s\t%s\t%s\n' "$@" >>"$out/archives.tsv"
}

unpack() { # unpack PACKAGE
  file=$(find "$folder/$arch" -name "$1_*.deb")
  dpkg-deb --fsys-tarfile "$file" | tar -x -C "$out" --exclude="$([ "$1" != libc6-dev ] || echo ./usr/include)"
  # shellcheck disable=SC2016 # dpkg's own placeholders
  source=$(dpkg-deb -W --showformat '${source:Package}' "$file") version=$(dpkg-deb -W --showformat '${source:Version}' "$file")
  dpkg-deb --fsys-tarfile "$file" | tar -t | sed -n 's|^\./\(.*\.a\)$|\1|p' | while read -r archive; do
    note "$out/$archive" "$source" "$version" "$out/usr/share/doc/$1/copyright"
  done
}

unpack_all() {
  missing=
  for package in $(packages); do
    [ -n "$(find "$folder/$arch" -name "${package}_*.deb" 2>/dev/null)" ] || missing="$missing $package"
  done
  # shellcheck disable=SC2086 # a list of words
  [ -z "$missing" ] || fetch "$folder/$arch" binary "$arch" $missing
  rm -rf "${out:?}/usr"
  for package in $(packages); do unpack "$package"; done
  # Paths in descriptions of libraries and in archives that are linker scripts begin here.
  grep -rlI -e '=/usr' -e 'GROUP *( */' "$out/usr/lib" --include='*.pc' --include='*.a' | xargs sed -i -E "s#(=|[( ])/usr#\1$out/usr#g"
}

rm -f "$out/done"
[ -n "$(find "$folder/source" -name 'libxml2_*.dsc' 2>/dev/null)" ] || fetch "$folder/source" source libxml2
"$here/libxml2.sh" "$folder/source" "$out"
: >"$out/archives.tsv"
note "$out/lib/libxml2.a" libxml2 "$(cat "$out/libxml2.version")" "$out/libxml2.copyright"
[ "$arch" = "$(dpkg --print-architecture)" ] || unpack_all
touch "$out/done"
