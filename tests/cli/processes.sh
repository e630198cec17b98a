#!/bin/bash
# What the processes and names of a node may hold: endless command lines, bytes that no report may show as they are, processes that end
# while they are read.
# shellcheck source=tests/cli/hostile.bash
. "$(dirname "$0")/hostile.bash"
begin kubeadm-stock
kubelet=proc/14432
kubelet_settings=4.2.1,4.2.2,4.2.3,4.2.4,4.2.7,4.2.8,4.2.9,4.2.10

# ---- command lines at the cap of 2 MiB, and past it ----

pad() { # pad BYTES: the kubelet's command line, made that long with a flag that changes nothing
  python3 -c '
import sys
words, size = open(sys.argv[1], "rb").read(), int(sys.argv[2])
left = size - len(words)
flags = b"--v=2\0" * (left // 6 - 1)
sys.stdout.buffer.write(words + flags + b"--v=" + b"0" * (left - len(flags) - 5) + b"\0")' "$root/$kubelet/cmdline" "$1" >"$scratch/cmdline"
  expect_equal "$(wc -c <"$scratch/cmdline")" "$1" 'the command line is as long as it should be'
  put $kubelet/cmdline "$scratch/cmdline"
}
pad $((2 << 20))
judge 'a command line of 2 MiB'
restore
pad $(((2 << 20) + 1))
judge 'a command line of more than 2 MiB' may="kubelet.*,components.kubelet.*,kube-apiserver.manifest,kube-controller-manager.manifest,kube-scheduler.manifest,etcd.manifest" \
  error=$kubelet_settings
restore
python3 -c '
import sys
sys.stdout.buffer.write(open(sys.argv[1], "rb").read() + b"--node-labels=a=" + b"x" * 2000000 + b"\0")' "$root/$kubelet/cmdline" >"$scratch/cmdline"
put $kubelet/cmdline "$scratch/cmdline"
judge 'an argument of 2 MB' may="kubelet.*"
restore
tr '\0' '\n' </dev/zero | head -c 3000000 >"$scratch/newlines"
put $kubelet/cmdline "$scratch/newlines"
judge 'a command line of newlines' may="kubelet.*,components.kubelet.*,$(echo kube-{apiserver,controller-manager,scheduler}.manifest, | tr -d ' ')etcd.manifest"
restore

# ---- values by the ten thousand, which whoever may start a program of that name can give it ----

flood() { # flood PROCESS SUBJECT FLAG FORMAT [FLAG FORMAT]: a list of 50 000 values, %x being the number of each
  python3 -c '
import sys
words = b"".join(b"--%s=%s\0" % (flag.encode(), b",".join(form.encode() % i for i in range(50000)))
                 for flag, form in zip(sys.argv[2::2], sys.argv[3::2]))
sys.stdout.buffer.write(open(sys.argv[1], "rb").read() + words)' "$root/$1/cmdline" "${@:3}" >"$scratch/cmdline"
  put "$1/cmdline" "$scratch/cmdline"
  judge "50 000 values of $3" may="$2.*"
  restore
}
flood $kubelet kubelet feature-gates %x=true
flood $kubelet kubelet register-with-taints %x=a:NoSchedule
apiserver=$(dirname "$(grep -lz '^kube-apiserver$' "$root"/proc/[0-9]*/cmdline | head -1)")
apiserver=proc/$(basename "$apiserver")
flood "$apiserver" kube-apiserver enable-admission-plugins a%x disable-admission-plugins b%x
flood $kubelet kubelet tls-cipher-suites '"%x"""' # a field in quotes, with one in it
flood "$apiserver" kube-apiserver etcd-servers '://%x'

# ---- bytes ----

evil=$(printf 'a\x1b]0;evil\x07\x1b[31m\r\x7f\xc2\x9b1m\xff\xfe\xe2\x80\xae\xef\xbf\xbe\xed\xa0\x80\x01]]>&<"x')
escaped='\\x1b' # as JSON writes \x1b
yaml_evil='"a\e]0;evil\a\e[31m\r\x7f\u009b1m\u202e\ufffe\x01]]>\"x"'

# bytes WHAT [WORDS of judge...]: the reports are clean, and the facts do hold the thing
bytes() {
  judge "$@"
  "$tool" collect --root "$root" -o "$scratch/facts"
  if grep -qF "$escaped" "$scratch/facts"; then ok; else bad "$1: nothing of it is in the facts"; fi
  if python3 -B -c '
import json, sys
sys.path.insert(0, "tests/cli")
import reports
sys.exit("".join(reports.faults_of_strings("facts", reports.strings_of(json.load(open(sys.argv[1]))))) or None)' "$scratch/facts"; then ok; else
    bad "$1: the facts hold a control character"
  fi
  restore
}

# place PATH: a file of that name with what comes in
place() {
  cat >"$scratch/placed"
  put "$1" "$scratch/placed"
}

place etc/hostname < <(echo "$evil")
bytes 'host name'
place usr/lib/os-release < <(printf 'ID="%s"\nVERSION_ID="%s"\nPRETTY_NAME="%s"\n' "$evil" "$evil" "$evil")
bytes 'os-release'
place proc/sys/kernel/osrelease < <(echo "$evil")
bytes 'kernel release'
place $kubelet/cmdline < <(cat "$root/$kubelet/cmdline" && printf '%s\0' "--hostname-override=$evil")
bytes 'a known flag' becomes=4.2.7:fail
place $kubelet/cmdline < <(cat "$root/$kubelet/cmdline" && printf '%s\0' "--$evil=$evil")
bytes 'an unknown flag' may="kubelet.*,$(echo kube-{apiserver,controller-manager,scheduler}.manifest, | tr -d ' ')etcd.manifest"
place $kubelet/cmdline < <(printf '%s\0' "$evil/kubelet" && tail -z -n +2 "$root/$kubelet/cmdline")
bytes 'argv[0] of a component'
place var/lib/kubelet/config.yaml < <(sed "s|^clusterDomain: .*|clusterDomain: ${yaml_evil//\\/\\\\}|" "$root/var/lib/kubelet/config.yaml")
grep -q 'evil' "$root/var/lib/kubelet/config.yaml" || bad 'the value was not placed'
bytes 'a value of the kubelet' may="kubelet.*"
place var/lib/kubelet/config.yaml < <(cat "$root/var/lib/kubelet/config.yaml" && echo "$yaml_evil: true")
bytes 'a key of the kubelet that nobody knows' may="kubelet.*,$(echo kube-{apiserver,controller-manager,scheduler}.manifest, | tr -d ' ')etcd.manifest"
place etc/kubernetes/kubelet.conf < <(sed "s|server: .*|server: ${yaml_evil//\\/\\\\}|" "$root/etc/kubernetes/kubelet.conf")
bytes 'the server of a kubeconfig'
for path in etc/cni/net.d/$evil etc/kubernetes/pki/$evil.crt "etc/kubernetes/pki/$evil"$'\n.key'; do
  place "$path" < <(echo '{}')
  chmod 600 "$root/$path"
  bytes 'the name of a file' may=cni.files
done
replace etc/kubernetes/pki/evil.crt
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$scratch/evil.key" -out "$root/etc/kubernetes/pki/evil.crt" -utf8 \
  -subj "/CN=$(printf 'a\x1b[31mevil\x07\xe2\x80\xae')" -days 3650 2>"$scratch/err" || bad 'no certificate' "$(cat "$scratch/err")"
chmod 600 "$root/etc/kubernetes/pki/evil.crt"
cp "$root/etc/kubernetes/pki/evil.crt" "$scratch/evil.crt"
restore
put etc/kubernetes/pki/ca.crt "$scratch/evil.crt"
bytes 'the subject of a certificate'
while read -r bundle; do
  place "$bundle" < <(python3 -c '
import sys
text = open(sys.argv[1]).read()
sys.stdout.write(text.replace("\"shop\"", "\"a\\u001b[31mevil\\u0007\\u202e\\ufffe]]>\""))' "$root/$bundle")
done < <(cd "$root" && grep -l '"shop"' run/containerd/io.containerd.runtime.v2.task/k8s.io/*/config.json)
bytes 'the namespace of a pod'

# A look-alike whose every word is evil.
replace proc/99999
cp -r "$root/proc/682" "$root/proc/99999"
rm "$root/proc/99999/exe" && ln -s "/tmp/$evil" "$root/proc/99999/exe"
printf '%s\0%s\0%s\0' "$evil" kube-apiserver "--anonymous-auth=$evil" >"$root/proc/99999/cmdline"
bytes 'a look-alike'

# ---- processes of this machine that end while they are read ----

root=/
cp /bin/sleep "$scratch/kubelet"
touch "$scratch/go"
flicker() { while [ -e "$scratch/go" ]; do "$@"; done; }
for _ in 1 2; do
  flicker /bin/true &
  flicker "$scratch/kubelet" 0.001 &
done
for i in {1..15}; do
  base=$scratch/runs/$((judged + 1))/json # its own: only that the reports are whole
  judge "processes that come and go, $i"
done
rm "$scratch/go"
wait
settle
finish
