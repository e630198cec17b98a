#!/bin/bash
# Every command of the README, as it stands there, on a live node with a containerd and an sshd of its own.
# shellcheck source=tests/ship/lib.bash
. "$(dirname "$0")/lib.bash"
# shellcheck source=tests/ship/node.bash
. tests/ship/node.bash
enter_node "$@"
readme=$PWD/README.md
repository=$PWD

# The commands of sections FROM to TO, without their comments.
commands_of() { sed -n "/^## $1\$/,/^## $2\$/p" "$readme" | sed -n 's/^    //p' | sed -E 's/ +# .*//'; }

# ---- what is built: each target is there; .ci/run runs them, or the README says when somebody did ----
while read -r line; do
  case $line in
  make*) run make -n "${line#make }" PREFIX=/usr DESTDIR="$scratch/installed" ;;
  *) run false "$line" ;;
  esac
  expect_status 0 "README: $line"
done < <({ commands_of 'Try it' 'Use it' && commands_of 'Work on it' 'License'; } | sed 's/ PREFIX=.*//')

# ---- what is used ----
mkdir "$scratch/desk"
ln -s "$repository/build" "$scratch/desk/build"
start_sshd || leave_out "sshd does not start here: $(tail -n 3 "$scratch/ssh/log")"
if ! start_containerd own || ! load_image; then
  leave_out "containerd does not start here: $(tail -n 3 "$scratch/containerd/log")"
fi
mount --rbind --make-rslave / /mnt
cat >"$scratch/desk/my-site.yaml" <<'SITE'
waivers:
  - key: kubelet-tls-cert
    scope: "*"
    reason: the load balancer in front of it has one
    approver: the security officer
    expires: "2099-01-01"
SITE
key=$("$tool" list --edition 2.0.1 | awk '$1 == "4.2.9" {print $4}')
sed -i "s/kubelet-tls-cert/$key/" "$scratch/desk/my-site.yaml"
cat >"$scratch/desk/cluster.json" <<'CLUSTER'
{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "cp-1", "creationTimestamp": "2026-01-01T00:00:00Z"}}]}
CLUSTER

# In the cluster's place: apply runs each Job by containerd, as its manifest says.
cat >"$scratch/bin/kubectl" <<KUBECTL
#!/bin/bash
cd "$repository" && . tests/ship/lib.bash && . tests/ship/node.bash
trap - EXIT
scratch=$scratch ctr="$ctr" image_root=$image_root base_spec=$base_spec
KUBECTL
cat >>"$scratch/bin/kubectl" <<'KUBECTL'
case $* in
'apply -f jobs.yaml')
  mkdir "$scratch/jobs"
  awk -v at="$scratch/jobs" '/^---/ {n++} {print > at "/" n ".yaml"}' "$scratch/desk/jobs.yaml"
  for job in "$scratch"/jobs/*.yaml; do
    grep -q '^kind: Job' "$job" || continue
    name=$(sed -n '/^metadata:/,/^spec:/s/^  name: //p' "$job")
    spec "$name" "$job" && container "$name" --rm >"$scratch/jobs/$name.log" && touch "$scratch/jobs/$name.complete"
  done
  ;;
'-n plumbline wait --for=condition=complete job --all') [ "$(find "$scratch/jobs" -name '*.complete' | wc -l)" -eq 2 ] ;;
'-n plumbline logs job/'*) cat "$scratch/jobs/${4#job/}.log" ;;
*) exit 64 ;;
esac
KUBECTL
printf '#!/bin/sh\nexec %s --address %s "$@"\n' "$(command -v ctr)" "$scratch/containerd/socket" >"$scratch/bin/ctr"
chmod +x "$scratch/bin/"*

# What each ends with: this node has failures.
ends_with() {
  case $1 in
  *'check --facts node.json --edition 1.12' | build/plumbline | build/plumbline\ --* | *' check '* | ssh\ *) echo 1 ;;
  *) echo 0 ;;
  esac
}
count=0
while read -r line; do
  count=$((count + 1))
  case $line in
  'make image') continue ;; # is done: what follows uses it
  esac
  (cd "$scratch/desk" && bash -c "$line") >"$scratch/out" 2>"$scratch/err" </dev/null
  expect_equal $? "$(ends_with "$line")" "README: $line: $(head -c 500 "$scratch/err")"
done < <(commands_of 'Use it' 'What it covers')
if [ $count -ge 20 ]; then ok; else bad "only $count commands were found in the README"; fi
for report in node.xml worker-1.xml cp-1.xml; do
  if xmllint --noout "$scratch/desk/$report"; then ok; else bad "$report is a JUnit report"; fi
done
finish
