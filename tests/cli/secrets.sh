#!/bin/bash
# Secrets are planted wherever a node may hold them; none of them may show in any report, in facts, in an explanation or in a message.
# shellcheck source=tests/cli/hostile.bash
. "$(dirname "$0")/hostile.bash"
begin kubeadm-hardened
sign=Qz7canary # every secret begins with it, so that what shows says where it came from
based=$(printf '%s' "$sign" | base64 | cut -c1-12)
output=$scratch/output
mkdir "$output"

# ---- planting ----

secret() { printf '%s%s' "$sign" "$1"; } # secret NAME
encoded() { printf '%s-%s-0123456789abcdef' "$sign" "$1" | head -c 32 | base64 -w0; }
private() { printf -- '-----BEGIN EC PRIVATE KEY-----\n%s%s\n-----END EC PRIVATE KEY-----\n' "$sign" "$1"; }

pid_of() { # pid_of PROGRAM
  local file
  for file in "$root"/proc/[0-9]*/cmdline; do
    [ "$(basename "$(head -z -n 1 "$file" | tr -d '\0')")" = "$1" ] && basename "$(dirname "$file")" && return
  done
}

# write PATH: in place of what is there, from standard input
write() {
  cat >"$scratch/written"
  mkdir -p "$(dirname "$root/$1")"
  rm -f "$root/$1"
  cp "$scratch/written" "$root/$1"
  chmod 600 "$root/$1"
}

argue() { # argue PROGRAM ARGUMENT...: more arguments
  local file
  file=$root/proc/$(pid_of "$1")/cmdline
  chmod u+w "$file"
  printf '%s\0' "${@:2}" >>"$file"
}

environ() { # environ PROGRAM NAME=VALUE...
  local file
  file=$root/proc/$(pid_of "$1")/environ
  rm -f "$file"
  printf '%s\0' "${@:2}" >"$file"
}

kubeconfig() { # kubeconfig NAME USER-LINES...
  printf '%s\n' 'apiVersion: v1' 'kind: Config' 'current-context: c' 'contexts: [{name: c, context: {cluster: k, user: u}}]' \
    'clusters:' '- name: k' '  cluster:' "    server: https://admin:$(secret "$1-url")@10.0.0.1:6443" \
    "    proxy-url: http://proxy:$(secret "$1-proxy")@10.0.0.2:3128" 'users:' '- name: u' '  user:'
  shift
  printf '    %s\n' "$@"
}

plant_files() {
  local file
  while read -r file; do private "${file##*/}" | write "${file#"$root"/}"; done < <(find "$root/etc/kubernetes/pki" -name '*.key')
  private key.pem | write etc/kubernetes/pki/other-key.pem
  private odd | write etc/kubernetes/pki/odd.pem
  { cat "$root/etc/kubernetes/pki/ca.crt" && private bundle; } | write etc/kubernetes/pki/bundle.crt
  while read -r file; do { cat "$root/etc/kubernetes/pki/ca.crt" && private kubelet-pki; } | write "${file#"$root"/}"; done \
    < <(find "$root/var/lib/kubelet/pki" -type f)
  while read -r file; do secret "token-$RANDOM" | write "${file#"$root"/}"; done < <(find "$root/var/lib/kubelet/pods" -name token -type f)
  for file in "$root"/var/lib/kubelet/pods/*; do secret volume | write "${file#"$root"/}/volumes/kubernetes.io~secret/db/password"; done
  for file in db wal/0.wal snap/db; do secret etcd-data | write var/lib/etcd/member/$file; done
  printf '%s,user,uid,"group"\n' "$(secret static-token)" | write etc/kubernetes/tokens.csv
  printf '{"auths": {"registry": {"auth": "%s"}}}\n' "$(encoded docker)" | write var/lib/kubelet/config.json
}

plant_kubeconfigs() {
  kubeconfig admin "client-key-data: $(private admin | base64 -w0)" "token: $(secret admin-token)" "username: u" "password: $(secret admin-password)" |
    write etc/kubernetes/admin.conf
  kubeconfig super "token: '$(secret super)'" "auth-provider: {name: oidc, config: {client-secret: $(secret oidc), id-token: $(secret id-token)}}" |
    write etc/kubernetes/super-admin.conf
  kubeconfig kubelet "exec: {command: get, args: [--password=$(secret exec-argument)], env: [{name: PASSWORD, value: $(secret exec)}]}" |
    write etc/kubernetes/kubelet.conf
  kubeconfig scheduler "client-key-data: |-" "  $(private folded | base64 -w0)" | write etc/kubernetes/scheduler.conf
  kubeconfig bootstrap "token: $(secret bootstrap).0123456789" | write etc/kubernetes/bootstrap-kubelet.conf
  kubeconfig webhook "token: $(secret webhook)" | write etc/kubernetes/audit/webhook.conf
  kubeconfig cni "token: $(secret cni)" | write etc/cni/net.d/calico-kubeconfig
}

plant_documents() {
  write etc/kubernetes/enc/encryption.yaml <<ENCRYPTION
kind: EncryptionConfiguration
apiVersion: apiserver.config.k8s.io/v1
resources:
- resources: [secrets]
  providers:
  - aescbc: {keys: [{name: k1, secret: $(encoded aescbc)}]}
  - secretbox: {keys: [{name: k2, secret: $(encoded secretbox)}]}
  - aesgcm:
      keys:
      - name: k3
        secret: |-
          $(encoded aesgcm)
  - kms: {name: vault, apiVersion: v2, endpoint: "unix:///run/kms/vault.sock", timeout: 3s}
  - identity: {}
ENCRYPTION
  {
    cat "$root/var/lib/kubelet/config.yaml"
    echo "staticPodURLHeader: {Authorization: ['Bearer $(secret header)']}"
  } | write var/lib/kubelet/config.yaml
  {
    cat "$root/etc/containerd/config.toml"
    printf '[plugins."io.containerd.grpc.v1.cri".registry.configs."r".auth]\n  password = "%s"\n  auth = "%s"\n  identitytoken = "%s"\n' \
      "$(secret toml)" "$(encoded toml-auth)" "$(secret toml-identity)"
  } | write etc/containerd/config.toml
  printf '{"cniVersion": "1.0.0", "name": "n", "plugins": [{"type": "x", "token": "%s", "psk": "%s"}]}\n' "$(secret conflist)" "$(secret psk)" |
    write etc/cni/net.d/20-secret.conflist
  sed "s|^    - kube-apiserver\$|&\n    - --manifest-password=$(secret manifest)|; s|^    name: kube-apiserver\$|&\n    env: [{name: PASSWORD, value: $(secret manifest-env)}]|" \
    "$root/etc/kubernetes/manifests/kube-apiserver.yaml" | write etc/kubernetes/manifests/kube-apiserver.yaml
  {
    printf '[Service]\nEnvironment=PASSWORD=%s "KUBELET_EXTRA_ARGS=--token=%s"\nEnvironmentFile=/etc/default/secret\n' "$(secret unit)" "$(secret unit-argument)"
  } | write etc/systemd/system/kubelet.service.d/90-secret.conf
  printf 'DB_PASSWORD=%s\n' "$(secret environment-file)" | write etc/default/secret
  python3 - "$root" "$(secret oci)" <<'PYTHON'
import glob
import json
import os
import sys
for path in glob.glob(sys.argv[1] + "/run/containerd/io.containerd.runtime.v2.task/k8s.io/*/config.json"):
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    document.setdefault("process", {})["env"] = ["PASSWORD=" + sys.argv[2]]
    document["process"]["args"] = ["x", "--password=" + sys.argv[2]]
    document.setdefault("annotations", {})["kubectl.kubernetes.io/last-applied-configuration"] = sys.argv[2]
    os.unlink(path)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file)
PYTHON
}

plant_processes() {
  local program process separator pid=80000
  for program in kube-apiserver kube-controller-manager kube-scheduler kubelet etcd; do
    environ $program "PASSWORD=$(secret $program-environ)" "ETCD_DISCOVERY_PASSWORD=$(secret $program-environ-known)" "AWS_SECRET_ACCESS_KEY=$(secret aws)"
  done
  argue kube-apiserver --token-auth-file=/etc/kubernetes/tokens.csv --audit-webhook-config-file=/etc/kubernetes/audit/webhook.conf \
    "--etcd-servers=https://u:$(secret etcd-servers)@10.0.0.4:2379"
  argue kubelet "--storage-driver-password=$(secret storage)" "--manifest-url-header=Authorization:Bearer $(secret url-header)"
  argue etcd "--discovery-password=$(secret discovery)" "--discovery-token=$(secret discovery-token)" "--discovery-proxy=http://u:$(secret discovery-proxy)@10.0.0.3:80"
  for process in "sshpass -p $(secret sshpass)" "kube-apiserver --title=$(secret title)" "/opt/x kube-apiserver --token=$(secret look-alike)"; do
    for separator in '\0' ' '; do # as words, and as one title
      pid=$((pid + 1))
      mkdir "$root/proc/$pid"
      cp -P "$root/proc/$(pid_of containerd)"/{cgroup,exe,stat,status} "$root/proc/$pid/"
      rm -f "$root/proc/$pid/exe" && ln -s /opt/x "$root/proc/$pid/exe"
      printf '%s\0' "$process" | tr ' ' "$separator" >"$root/proc/$pid/cmdline"
      printf 'PASSWORD=%s\0' "$(secret other-environ)" >"$root/proc/$pid/environ"
    done
  done
}

# daemon PID PROGRAM CGROUP [VARIABLE...] -- WORD...: one more process
daemon() {
  local process=$root/proc/$1 program=$2 cgroup=$3 variables=()
  shift 3
  while [ "$1" != -- ]; do variables+=("$1") && shift; done
  shift
  mkdir -p "$process"
  printf '%s\0' "$program" "$@" >"$process/cmdline"
  printf '%s\0' "${variables[@]}" >"$process/environ"
  printf '0::%s\n' "$cgroup" >"$process/cgroup"
  printf '%s (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n' "${process##*/}" >"$process/stat"
  printf 'Name:\tx\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nSeccomp:\t0\nCapBnd:\t0\nCapEff:\t0\n' >"$process/status"
  ln -s "$program" "$process/exe"
}

# Volumes, and what their drivers, dm-crypt and swap keep on a node.
plant_storage() {
  local kubelet=var/lib/kubelet pod
  pod=$kubelet/pods/99999999-0000-4000-8000-000000000001/volumes
  printf '{"driverName": "rbd.csi.ceph.com", "specVolID": "pvc-secret", "volumeHandle": "vol-1", "volumeLifecycleMode": "Persistent", "secrets": {"userKey": "%s"},
    "nodePublishSecrets": {"password": "%s"}, "attributes": {"adminKey": "%s", "encryptionPassphrase": "%s"}, "attachmentID": "%s"}' "$(secret ceph)" "$(secret publish)" \
    "$(secret attribute)" "$(secret passphrase)" "$(secret attachment)" | tee "$root/vol_data" | write "$pod/kubernetes.io~csi/pvc-secret/vol_data.json"
  write "$kubelet/plugins/kubernetes.io/csi/rbd.csi.ceph.com/0123/vol_data.json" <"$root/vol_data"
  sed s/vol-1/vol-2/ "$root/vol_data" | write "$kubelet/plugins/kubernetes.io/csi/volumeDevices/pvc-block/data/vol_data.json"
  rm "$root/vol_data"
  secret flex | write "$pod/vendor~cifs/share/password"
  {
    cat "$root/proc/1/mountinfo"
    echo "9990 27 253:0 / /$pod/kubernetes.io~csi/pvc-secret/mount rw - ext4 /dev/mapper/$(secret mapper) rw,key=$(secret mount-option)"
    echo "9991 27 0:90 / /$pod/vendor~cifs/share rw - cifs //u:$(secret cifs)@server/share rw,username=u,password=$(secret cifs-option)"
    echo "9992 27 0:91 / /$pod/kubernetes.io~cephfs/data rw - ceph u:$(secret ceph-source)@10.0.0.1:/ rw,name=u,secret=$(secret ceph-option)"
    echo "9993 27 253:0 / /$kubelet/plugins/kubernetes.io/csi/rbd.csi.ceph.com/0123/globalmount rw - ext4 /dev/rbd0 rw"
    echo "9994 27 0:6 /rbd0 /$kubelet/plugins/kubernetes.io/csi/volumeDevices/publish/pvc-block/99999999-0000-4000-8000-000000000001 rw - devtmpfs udev rw"
  } >"$scratch/mountinfo"
  write proc/1/mountinfo <"$scratch/mountinfo"
  printf '[client.admin]\n  key = %s\n' "$(encoded keyring)" | write etc/ceph/ceph.client.admin.keyring
  printf 'node.session.auth.password = %s\ndiscovery.sendtargets.auth.password_in = %s\n' "$(secret iscsi)" "$(secret iscsi-in)" | write etc/iscsi/iscsid.conf
  printf 'node.session.auth.password = %s\n' "$(secret iscsi-node)" | write var/lib/iscsi/nodes/iqn.2026/10.0.0.1/default
  printf 'swap /dev/sda3 %s swap,cipher=aes-xts-plain64\n' "$(secret crypttab)" | write etc/crypttab
  printf '//server/share /mnt cifs username=u,password=%s 0 0\n/swapfile none swap sw 0 0\n' "$(secret fstab)" | write etc/fstab
  secret luks | write etc/cryptsetup-keys.d/swap.key
}

# What encrypts between nodes: keys of IPsec and WireGuard, of IKE daemons, of etcd as Calico's store.
plant_keys() {
  local pod=var/lib/kubelet/pods/99999999-0000-4000-8000-000000000002/volumes
  printf '3+ rfc4106(gcm(aes)) %s 128\n' "$(secret ipsec-keys)" | write "$pod/kubernetes.io~secret/cilium-ipsec-secrets/keys"
  secret cilium-config | write "$pod/kubernetes.io~configmap/cilium-config-path/kvstore-password"
  printf '[global]\nEtcdKeyFile = /etc/calico/key\nWireguardPrivateKey = %s\n' "$(secret felix)" | write "$pod/kubernetes.io~empty-dir/cfg/felix.cfg"
  printf '10.0.0.1 : PSK "%s"\n: RSA key.pem "%s"\n' "$(secret ipsec-psk)" "$(secret ipsec-rsa)" | write etc/ipsec.secrets
  printf 'connections { a { } }\nsecrets { ike-1 { secret = "%s" } eap-1 { secret = %s } }\n' "$(secret swanctl)" "$(secret swanctl-eap)" | write etc/swanctl/swanctl.conf
  private swanctl | write etc/swanctl/private/key.pem
  printf '[Interface]\nPrivateKey = %s\n[Peer]\nPresharedKey = %s\n' "$(encoded wireguard)" "$(encoded wireguard-psk)" | write etc/wireguard/wg0.conf
  printf '{"name": "calico", "plugins": [{"type": "calico", "etcd_key": "%s", "etcd_endpoints": "https://u:%s@10.0.0.1:2379", "policy": {"k8s_auth_token": "%s"}}]}\n' \
    "$(secret etcd-key)" "$(secret etcd-endpoints)" "$(secret calico-token)" | write etc/cni/net.d/30-calico.conflist
  kubeconfig multus "token: $(secret multus)" | write etc/cni/net.d/multus.d/multus.kubeconfig
  daemon 90001 /usr/bin/cilium-agent "/kubepods/besteffort/pod99999999-0000-4000-8000-000000000002/$(printf '%064d' 1)" "CILIUM_KVSTORE_PASSWORD=$(secret cilium-environ)" \
    "CALICO_ETCD_KEY=$(secret calico-environ)" -- --kvstore-opt "etcd.password=$(secret kvstore)" --ipsec-key-file=/etc/ipsec/keys "--identity-token=$(secret cilium-flag)"
  daemon 90002 /usr/lib/ipsec/charon /system.slice/strongswan.service "PSK=$(secret charon)" -- "--psk=$(secret charon-flag)"
}

# Who watches, carries logs off, keeps keys or pulls images.
plant_agents() {
  printf 'http_output: {enabled: true, url: "http://u:%s@sink/"}\nprogram_output: {program: "curl -H token:%s"}\n' "$(secret falco-url)" \
    "$(secret falco-program)" | write etc/falco/falco.yaml
  printf '[OUTPUT]\n  Name http\n  HTTP_Passwd %s\n' "$(secret fluent-bit)" | write etc/fluent-bit/fluent-bit.conf
  daemon 90003 /usr/bin/falco /system.slice/falco.service "FALCO_TOKEN=$(secret falco-environ)" -- -o "http_output.url=http://u:$(secret falco-flag)@sink"
  daemon 90004 /opt/fluent-bit/bin/fluent-bit /system.slice/fluent-bit.service "HTTP_PASSWD=$(secret fluent-environ)" -- -o http -p "HTTP_Passwd=$(secret fluent-flag)"
  daemon 90005 /usr/local/bin/vault-kms-provider /system.slice/kms.service "VAULT_TOKEN=$(secret vault-environ)" -- \
    "-vault-token=$(secret vault-flag)" -listen-address=unix:///run/kms/vault.sock
  daemon 90006 /usr/bin/node_exporter /system.slice/node-exporter.service "PASSWORD=$(secret exporter)" -- "--web.basic-auth=u:$(secret exporter-flag)"
  printf '[host."https://registry"]\n  [host."https://registry".header]\n    Authorization = "Basic %s"\n' "$(encoded hosts)" |
    write etc/containerd/certs.d/registry/hosts.toml
  printf '{"auths": {"registry": {"auth": "%s", "identitytoken": "%s"}}}\n' "$(encoded root-docker)" "$(secret root-docker)" | write root/.docker/config.json
  printf '{"auths": {"registry": {"auth": "%s"}}}\n' "$(encoded pull)" | write run/containers/0/auth.json
  printf 'kind: CredentialProviderConfig\nproviders: [{name: x, args: ["--password=%s"], env: [{name: TOKEN, value: %s}]}]\n' "$(secret provider)" \
    "$(secret provider-environ)" | write etc/kubernetes/credential-provider.yaml
  argue kubelet --image-credential-provider-config=/etc/kubernetes/credential-provider.yaml --image-credential-provider-bin-dir=/opt/providers
}

# The agent of a network plugin that has a password, and what such plugins keep on the node.
plant_network() {
  local process=$root/proc/90000
  mkdir -p "$process"
  printf '%s\0' /home/weave/weaver --port=6783 --password "$(secret weave-argument)" >"$process/cmdline"
  printf '%s\0' "WEAVE_PASSWORD=$(secret weave)" "ANTREA_IPSEC_PSK=$(secret antrea)" >"$process/environ"
  printf '0::/system.slice/weave.service\n' >"$process/cgroup"
  printf '90000 (weaver) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 0 0\n' >"$process/stat"
  printf 'Name:\tweaver\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\n' >"$process/status"
  ln -s /home/weave/weaver "$process/exe"
  printf '{"name": "weave", "plugins": [{"type": "weave-net", "password": "%s", "k8s_auth_token": "%s"}]}\n' \
    "$(secret cni-password)" "$(secret cni-token)" | write etc/cni/net.d/05-weave.conflist
  secret wgkey | write run/flannel/wgkey
}

# Flags that nobody knows: what follows them may be anything.
plant_unknown() {
  argue kube-apiserver "--some-password=$(secret unknown)" "--other-secret" "$(secret unknown-value)"
  argue kube-controller-manager "--no-such-token=$(secret manager)"
  argue kube-scheduler "-token=$(secret scheduler-short)"
  argue kubelet "--no-such-password" "$(secret kubelet-unknown)"
  argue etcd "-password" "$(secret etcd-unknown)"
}

# ---- looking ----

# silent WHAT: no planted secret is in what was written, plain or encoded
silent() {
  local seen
  seen=$(grep -rohE "${sign}[A-Za-z.-]*|${based}[A-Za-z0-9+/=]*" "$output" | sort | uniq -c | head -20)
  if [ -z "$seen" ]; then ok; else bad "$1 shows secrets" "$seen" "$(grep -rlE "$sign|$based" "$output" | head)"; fi
  rm -rf "${output:?}"/*
}

# told WHAT: all reports and facts of the node
told() {
  "$tool" check --root "$root" --verbose --report text="$output/text" --report json="$output/json" --report junit="$output/xml" >"$output/out" 2>"$output/err"
  case $? in 0 | 1 | 3) ok ;; *) bad "$1: exit $?" "$(head -3 "$output/err")" ;; esac
  "$tool" collect --root "$root" -o "$output/facts" >"$output/out2" 2>"$output/err2"
  cp "$output/facts" "$scratch/facts"
  silent "$1"
}

plant_files
plant_kubeconfigs
plant_documents
plant_processes
plant_network
plant_storage
plant_keys
plant_agents
if [ "$(grep -rl "$sign" "$root" | wc -l)" -gt 40 ]; then ok; else bad 'the secrets were not planted'; fi
told 'a node full of secrets'
for text in '"auth": \[' '"provider": "aescbc"' storage-driver-password discovery-token '"name": "pvc-secret"' '"vendor/cifs"' '"handle": "vol-2"' '"Falco"' \
  '"node_exporter"' '"cilium-agent"' '"vault-kms-provider"'; do
  if grep -q "$text" "$scratch/facts"; then ok; else bad "the facts lack $text: what holds the secret was not read"; fi
done
cp "$scratch/facts" "$scratch/kept"
{
  sed -n '/^kind/,/providers:/p; /- kms:/p' "$root/etc/kubernetes/enc/encryption.yaml"
  sed '1,/providers:/d; /- kms:/d' "$root/etc/kubernetes/enc/encryption.yaml"
} >"$scratch/kms"
put etc/kubernetes/enc/encryption.yaml "$scratch/kms"
told 'a KMS before the keys'
if grep -q '"endpoint": "unix:///run/kms/vault.sock"' "$scratch/facts"; then ok; else bad 'the KMS was not read'; fi
restore
mv "$scratch/kept" "$scratch/facts"
while read -r id _; do
  "$tool" explain "$id" --facts "$scratch/facts" >>"$output/explained" 2>&1
done < <("$tool" list --edition 2.0.1)
if [ "$(wc -l <"$output/explained")" -gt 1000 ]; then ok; else bad 'the explanations are short'; fi
for id in 1.2.2 1.2.27 1.2.28 1.1.21 4.2.9 2.1 3.2.1; do "$tool" explain $id --root "$root" >>"$output/explained" 2>&1; done
silent explain

# ---- keys and tokens are not even opened ----

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
  strace -f -s 4096 -y -e trace=open,openat,openat2 -o "$scratch/trace" "$tool" check --root "$root" >/dev/null 2>&1
  grep -vE 'O_PATH|O_DIRECTORY|ENOENT' "$scratch/trace" | sed -nE 's/.* = [0-9]+<(.*)>$/\1/p' | sed "s|^$root||" | sort -u >"$scratch/opened"
  if grep -q /etc/kubernetes/enc/encryption.yaml "$scratch/opened"; then ok; else bad 'the trace shows nothing'; fi
  never='/auth\.json$|hosts\.toml$|keyring$|iscsi|crypttab|fstab|ipsec\.secrets|swanctl|wireguard/|falco\.yaml|fluent-bit\.conf|vendor~cifs'
  opened=$(grep -E "$never|"'\.key$|-key\.pem$|current\.pem$|/kubelet-(client|server)-.*\.pem$|^/var/lib/etcd/|/token$|kubernetes\.io~secret|tokens\.csv|config\.json$' "$scratch/opened" |
    grep -v '^/run/containerd/')
  if [ -z "$opened" ]; then ok; else bad 'files of secrets were opened' "$opened"; fi
else
  echo 'left out: which files are opened, which needs strace'
fi

if grep -q '"name": "weave"' "$scratch/facts" && grep -q '"value": "set"' "$scratch/facts"; then ok; else bad 'the facts lack the network plugin'; fi
plant_unknown
told 'unknown flags'
for text in some-password no-such-token; do
  if grep -q -- "--$text=*(not shown)" "$scratch/facts"; then ok; else bad "the facts lack the flag $text"; fi
done

# ---- broken files, whose messages could quote what is in them ----

# broken PATH: cut short at several places, and with faults beside the secrets
broken() {
  local file=$root/$1 size at
  size=$(stat -c %s "$file")
  for at in $((size / 3)) $((size / 2)) $((size * 3 / 4)) $((size - 3)); do
    head -c $at "$file" >"$scratch/broken"
    put "$1" "$scratch/broken"
    told "$1, cut at $at"
    restore
  done
  # shellcheck disable=SC2016 # the '$' are sed's
  for script in "s/$sign/\"&/" "s/$sign/&\"/" "s/$sign/[&/" "s/$sign/&: &: /" "s/$sign/\t&/" "s/$sign/*&/" "s/$sign/!!int &/" 's/: /:/' "s/$sign/@&/" \
    's/^\( *\)\([a-z-]*\): .*'"$sign"'.*/&\n\1\2: x/' "s/secret: [A-Za-z0-9+]*=*/&?!/" "s/secret: .*/secret: $sign/" "s/\"auth\": /\"auth\" /" \
    's/ = "/ = /' "s/= \"\\(${sign}[^\"]*\\)\"/= \\1/"; do
    sed "$script" "$file" >"$scratch/broken"
    if cmp -s "$scratch/broken" "$file"; then continue; fi
    put "$1" "$scratch/broken"
    told "$1, after $script"
    restore
  done
}
broken etc/kubernetes/admin.conf
broken etc/kubernetes/super-admin.conf
broken etc/kubernetes/enc/encryption.yaml
broken var/lib/kubelet/config.yaml
broken etc/containerd/config.toml
broken etc/kubernetes/manifests/kube-apiserver.yaml
broken etc/systemd/system/kubelet.service.d/90-secret.conf
broken etc/kubernetes/pki/bundle.crt
broken etc/cni/net.d/20-secret.conflist
broken var/lib/kubelet/pods/99999999-0000-4000-8000-000000000001/volumes/kubernetes.io~csi/pvc-secret/vol_data.json

# A site file and facts are ours, and their faults are told; yet a facts file with a secret that somebody wrote in is not echoed.
printf '{"token": "%s' "$(secret facts)" >"$scratch/broken.facts"
"$tool" check --facts "$scratch/broken.facts" >"$output/out" 2>&1
silent 'broken facts'
finish
