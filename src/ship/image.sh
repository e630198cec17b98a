#!/bin/sh
# Write an OCI image archive that holds one static program and nothing else: image.sh PROGRAM ARCHIVE NAME VERSION.
# Neither a registry nor a daemon takes part. The same program gives the same bytes.
# `ctr images import`, `podman load`, `docker load` and `skopeo copy oci-archive:` read it.
set -eu
program=$1
archive=$2
name=$3
version=$4
case $(od -An -tx1 -j18 -N1 "$program" | tr -d ' ') in # e_machine of its ELF header
3e) architecture=amd64 ;;
b7) architecture=arm64 ;;
*) echo "image: $program is for neither amd64 nor arm64" >&2 && exit 1 ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
created=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%dT%H:%M:%SZ)

pack() { # pack DIRECTORY NAME...: a tar with nothing of this machine or this moment in it
  directory=$1
  shift
  tar --format=ustar --sort=name --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner -C "$directory" -cf - "$@"
}
digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { wc -c <"$1"; }
blob() { # blob FILE: moves it where its digest says, prints that
  sum=$(digest "$1")
  mv "$1" "$work/layout/blobs/sha256/$sum"
  echo "$sum"
}
put() { printf '%s' "$1" | tr -d '\n' >"$work/$2"; } # put JSON FILE

mkdir -p "$work/root" "$work/layout/blobs/sha256"
install -m 0755 "$program" "$work/root/plumbline"
pack "$work/root" plumbline >"$work/layer.tar"
uncompressed=$(digest "$work/layer.tar")
gzip -n -9 "$work/layer.tar"
layer_size=$(size "$work/layer.tar.gz")
layer=$(blob "$work/layer.tar.gz")

put "{\"created\":\"$created\",\"architecture\":\"$architecture\",\"os\":\"linux\",
\"config\":{\"User\":\"0:0\",\"Entrypoint\":[\"/plumbline\"],\"Cmd\":[\"check\",\"--root=/host\"],
\"Labels\":{\"org.opencontainers.image.title\":\"plumbline\",\"org.opencontainers.image.version\":\"$version\",
\"org.opencontainers.image.licenses\":\"Apache-2.0\"}},
\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$uncompressed\"]},
\"history\":[{\"created\":\"$created\",\"created_by\":\"COPY plumbline /plumbline\"}]}" config
config_size=$(size "$work/config")
config=$(blob "$work/config")

put "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",
\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:$config\",\"size\":$config_size},
\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$layer\",\"size\":$layer_size}]}" manifest
manifest_size=$(size "$work/manifest")
manifest=$(blob "$work/manifest")

put "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",
\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"sha256:$manifest\",\"size\":$manifest_size,
\"platform\":{\"architecture\":\"$architecture\",\"os\":\"linux\"},
\"annotations\":{\"io.containerd.image.name\":\"$name:$version\",\"org.opencontainers.image.ref.name\":\"$version\"}}]}" layout/index.json
put '{"imageLayoutVersion":"1.0.0"}' layout/oci-layout
# What docker load wanted before it read OCI layouts.
put "[{\"Config\":\"blobs/sha256/$config\",\"RepoTags\":[\"$name:$version\"],\"Layers\":[\"blobs/sha256/$layer\"]}]" layout/manifest.json

pack "$work/layout" blobs index.json manifest.json oci-layout >"$archive.new"
mv "$archive.new" "$archive"
echo "$archive: $name:$version, linux/$architecture, $(size "$archive") bytes"
