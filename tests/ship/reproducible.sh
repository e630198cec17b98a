#!/bin/bash
# Built again from scratch, in another folder, with another umask, time zone and home, binary, package and SBOM are the same bytes.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
version=$("$tool" version | sed -n '1s/^plumbline //p')
arch=$(dpkg --print-architecture)
name=plumbline-$version-linux-$arch
again=$scratch/some/other/folder
mkdir -p "$again/build"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$again"
cp -r build/debian "$again/build/" # the sources of libraries, so that this needs no network
if (
  cd "$again" && umask 077 && unset MAKEFLAGS MFLAGS MAKELEVEL
  env HOME="$scratch" TZ=Pacific/Auckland CCACHE_DISABLE=1 make -j2 dist DIST_ARCHES="$arch"
) >"$scratch/log" 2>&1; then
  for file in "$name" "$name.spdx.json" "$name.notices.txt" "plumbline_${version}_$arch.deb"; do
    if cmp "$again/build/dist/$file" "build/dist/$file" >"$scratch/out" 2>&1; then ok; else bad "$file is not the same" "$(cat "$scratch/out")"; fi
  done
else
  bad "building in another folder" "$(tail -n 20 "$scratch/log")"
fi
finish
