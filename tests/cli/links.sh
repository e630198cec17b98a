#!/bin/bash
# Symbolic links of a node that would lead out of its root, or nowhere: nothing outside is read, and what cannot be judged is ERROR.
# shellcheck source=tests/cli/hostile.bash
. "$(dirname "$0")/hostile.bash"
begin kubeadm-stock
manifests=kube-apiserver.manifest,kube-controller-manager.manifest,kube-scheduler.manifest,etcd.manifest
settings=1.1.1,4.1.7,4.2.1,4.2.2,4.2.3,4.2.4,4.2.8,4.2.9,4.2.10

# What lies outside would be believed at once, and stands out.
outside=$scratch/outside
mkdir -p "$outside"
cp "$root/var/lib/kubelet/config.yaml" "$outside/config.yaml"
printf 'eventRecordQPS: 31337\nclusterDomain: canary.outside\n' >>"$outside/config.yaml"
sed -i '/^clusterDomain: cluster/d' "$outside/config.yaml"
sed 's|server: .*|server: https://canary.outside:31337|' "$root/etc/kubernetes/kubelet.conf" >"$outside/kubelet.conf"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$outside/ca.key" -out "$outside/ca.crt" \
  -subj '/CN=canary.outside' -days 3650 2>/dev/null
cp "$root/etc/hostname" "$outside/hostname" && echo canary.outside >"$outside/hostname"
up=$(printf '../%.0s' {1..60})

# canaries WANTED WHAT: how many of the strings from outside the facts hold
canaries() {
  local found
  "$tool" collect --root "$root" -o "$scratch/facts"
  found=$(grep -oE '31337|canary\.outside' "$scratch/facts" | sort -u | wc -l)
  if { [ "$1" = some ] && [ "$found" -gt 0 ]; } || { [ "$1" = none ] && [ "$found" -eq 0 ]; }; then ok; else
    bad "$2: $1 of the strings from outside were expected, $found are there" "$(grep -E -m 3 '31337|canary' "$scratch/facts")"
  fi
}

# link PATH TARGET
link() {
  replace "$1"
  ln -s "$2" "$root/$1"
}

# The test can see them: links that stay inside are followed.
cp -r "$outside" "$root/inside"
for pair in var/lib/kubelet/config.yaml:config.yaml etc/kubernetes/kubelet.conf:kubelet.conf etc/kubernetes/pki/ca.crt:ca.crt etc/hostname:hostname; do
  path=${pair%%:*}
  link "$path" "/inside/${pair#*:}"
  canaries some "$path: a link within the root"
  restore
  link "$path" "${up}inside/${pair#*:}"
  canaries some "$path: a link that would climb out stops at the root"
  restore
done
rm -r "$root/inside"

while read -r path file words; do
  for target in "$outside/$file" "$up${outside#/}/$file" "$up/proc/self/root$outside/$file" "/proc/1/root$outside/$file" "/proc/self/cwd/$file"; do
    link "$path" "$target"
    canaries none "$path: a link to ${target##*../}"
    # shellcheck disable=SC2086 # several words
    judge "$path: a link to ${target##*../}" $words
    restore
  done
  link "$path" "${path##*/}"
  # shellcheck disable=SC2086
  judge "$path: a link to itself" $words
  restore
  link "$path" loop-b
  link "$(dirname "$path")/loop-b" "${path##*/}"
  # shellcheck disable=SC2086
  judge "$path: two links to each other" $words
  restore
done <<LINKS
var/lib/kubelet/config.yaml config.yaml may=kubelet.*,$manifests error=$settings
etc/kubernetes/kubelet.conf kubelet.conf may=kubelet.kubeconfig
etc/kubernetes/pki/ca.crt ca.crt may=kubelet.client-ca,pki.*,etcd.*
etc/hostname hostname
LINKS

# Whole directories that lead outside.
cp -r "$root/etc/kubernetes/manifests" "$outside/manifests"
sed -i 's/--profiling=.*/&\n    - --feature-gates=Canary31337=true/; s|image: .*|image: canary.outside/x:v31337|' "$outside/manifests/kube-apiserver.yaml"
for target in "$outside" "$up${outside#/}"; do
  link var/lib/kubelet "$target"
  canaries none 'var/lib/kubelet: a link out'
  judge 'var/lib/kubelet: a link out' may="kubelet.*,kube-proxy.*,$manifests" error=$settings
  restore
  link etc/kubernetes/manifests "$target/manifests"
  canaries none 'manifests: a link out'
  judge 'manifests: a link out' may=$manifests error=1.1.1,1.1.3,1.1.5,1.1.7
  restore
  link etc/kubernetes "$target"
  canaries none 'etc/kubernetes: a link out'
  judge 'etc/kubernetes: a link out' may="$manifests,pki.*,kubelet.*,kube-scheduler.*,kube-controller-manager.*,kube-apiserver.*,etcd.*" \
    error=1.1.1,1.1.19,1.1.20,1.1.21,2.7 becomes=1.1.13:not-applicable,1.1.14:not-applicable # there is no admin.conf, as a link to nowhere tells
  restore
done

# proc itself: the processes of this machine are none of the node's.
for target in /proc "${up}proc" self; do
  link proc "$target"
  judge "proc: a link to ${target##*../}" may=\* error=4.2.1,1.2.1,2.1
  canaries none "proc: a link to ${target##*../}"
  if grep -q "\"pid\": $$[,}]" "$scratch/facts"; then bad "proc: a link to $target: our own process shows"; else ok; fi
  restore
done
settle
finish
