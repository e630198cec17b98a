#!/bin/bash
# What `make dist` hands out: sums, the packages, and the documents of what is in the binaries.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
dist=build/dist
version=$("$tool" version | sed -n '1s/^plumbline //p')

wanted=SHA256SUMS
for arch in amd64 arm64; do
  name=plumbline-$version-linux-$arch
  wanted="$wanted $name $name.notices.txt $name.spdx.json plumbline_${version}_$arch.deb"
done
# shellcheck disable=SC2086 # a list of words
expect_equal "$(cd $dist && printf '%s\n' * | LC_ALL=C sort)" "$(printf '%s\n' $wanted | LC_ALL=C sort)" "what is handed out"
expect_equal "$(cd $dist && sha256sum -c --quiet --strict SHA256SUMS 2>&1)" "" "sums"
expect_equal "$(sed -E 's/^[0-9a-f]{64}  //' $dist/SHA256SUMS | LC_ALL=C sort)" "$(cd $dist && printf '%s\n' plumbline* | LC_ALL=C sort)" "what has a sum"

for arch in amd64 arm64; do
  name=$dist/plumbline-$version-linux-$arch
  folder=build/static
  [ $arch = "$(dpkg --print-architecture)" ] || folder=$folder-$arch
  if cmp -s "$name" $folder/plumbline; then ok; else bad "$name is not the binary of make static"; fi
  run python3 tests/ship/sbom.py "$name.spdx.json" "$name" $arch
  expect_equal "$status$out$err" 0 "$name.spdx.json"
  while read -r library; do
    if grep -qE "^$library [0-9]" "$name.notices.txt"; then ok; else bad "the notices lack $library"; fi
  done < <(sed -nE 's/^ +"name": "([a-z0-9]+)",$/\1/p' "$name.spdx.json" | grep -v '^plumbline$')

  package=$dist/plumbline_${version}_$arch.deb
  run lintian --fail-on error,warning,info "$package"
  expect_equal "$status$out" 0 "lintian on $package" "$err"
  expect_equal "$(dpkg-deb -f "$package" Package Version Architecture | tr '\n' ' ')" \
    "Package: plumbline Version: $version Architecture: $arch " "the fields of $package"
  mkdir "$scratch/$arch"
  dpkg-deb -x "$package" "$scratch/$arch"
  if cmp -s "$scratch/$arch/usr/bin/plumbline" "$name"; then ok; else bad "$package holds another binary than the one handed out"; fi
  expect_equal "$(dpkg-deb -c "$package" | awk '{ print $2 }' | sort -u)" root/root "owners in $package"
done

# Packing installs what `make install` does, compressing the manual pages.
make --no-print-directory install DESTDIR="$scratch/staged" PREFIX=/usr >"$scratch/log" 2>&1 || bad "make install" "$(cat "$scratch/log")"
native=$scratch/$(dpkg --print-architecture)
while read -r file; do
  if cmp -s "$scratch/staged/$file" "$native/$file" || { [ -e "$native/$file.gz" ] && zcat "$native/$file.gz" | cmp -s - "$scratch/staged/$file"; } ||
    [ "$file" = usr/bin/plumbline ]; then ok; else bad "the package lacks $file, or has another one"; fi
done < <(cd "$scratch/staged" && find . -type f -printf '%P\n')
for file in usr/share/man/man8/plumbline.8 usr/share/man/man5/plumbline-facts.5 usr/share/plumbline/plumbline-report.schema.json \
  usr/share/bash-completion/completions/plumbline usr/share/zsh/vendor-completions/_plumbline usr/share/fish/vendor_completions.d/plumbline.fish; do
  if [ -s "$scratch/staged/$file" ]; then ok; else bad "make install lacks $file"; fi
done
run "$native/usr/bin/plumbline" completion bash
expect_equal "$out" "$(cat "$native/usr/share/bash-completion/completions/plumbline")" "the completion that is installed"
finish
