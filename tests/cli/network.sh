#!/bin/bash
# The running kernel's own answers: IPsec and WireGuard in network namespaces of the test's own. Nothing outside of them is touched.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"

# inside COMMANDS: as pid 1 of a PID and network namespace of its own; the facts of it in $out
inside() {
  # shellcheck disable=SC2016 # $0 is of the shell inside
  run unshare --net --pid --fork --mount-proc sh -c "$1"' && exec "$0" collect -o -' "$tool"
}
# fact PATH: of $out, as JSON
fact() {
  python3 -c 'import functools, json, sys
print(json.dumps(functools.reduce(lambda node, key: node[int(key) if key.isdigit() else key], sys.argv[1].split("."), json.load(sys.stdin))))' "$1" <<<"$out"
}

if [ "$(id -u)" -ne 0 ] || ! unshare --net --pid --fork --mount-proc true 2>/dev/null; then
  leave_out 'the kernel'"'"'s own answers need root and namespaces'
fi

inside true
expect_status 0 'an empty network'
expect_equal "$(fact cni.data_plane.links)" '[]' 'an empty network has no WireGuard link'
if unshare --net ip xfrm policy count >/dev/null 2>&1; then
  expect_equal "$(fact cni.data_plane.associations) $(fact cni.data_plane.policies)" '0 0' 'counts of an empty network'
  policy='ip xfrm policy add src 10.8.0.0/16 dst 10.9.0.0/16 dir'
  template='tmpl src 192.0.2.1 dst 192.0.2.2 proto esp mode tunnel'
  inside "$policy out $template && $policy in $template && $policy fwd $template"
  expect_equal "$(fact cni.data_plane.policies)" 3 'policies of IPsec'
  if unshare --net ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 mode tunnel enc 'cipher_null' '' 2>/dev/null; then
    inside 'ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 1 mode tunnel enc cipher_null ""'
    expect_equal "$(fact cni.data_plane.associations)" 1 'associations of IPsec'
    expect_equal "$(fact cni.other.state)" '"tunnel"' 'an association is somebody'"'"'s tunnel'
  else
    echo 'left out: IPsec associations, which this kernel cannot make'
  fi
else
  echo 'left out: IPsec, which this kernel has not'
fi

if unshare --net ip link add wg0 type wireguard 2>/dev/null && command -v wg >/dev/null; then
  key=$(wg genkey) preshared=$(wg genpsk)
  printf '%s' "$key" >"$scratch/key"
  printf '%s' "$preshared" >"$scratch/preshared"
  inside "ip link add cilium_wg0 type wireguard && wg set cilium_wg0 private-key $scratch/key peer $(wg genkey | wg pubkey) \
    preshared-key $scratch/preshared peer $(wg genkey | wg pubkey) && ip link set cilium_wg0 up"
  expect_equal "$(fact cni.data_plane.links.0.peers)" 2 'peers of WireGuard'
  expect_no_out "$key" 'the private key'
  expect_no_out "$preshared" 'the pre-shared key'
else
  echo 'left out: WireGuard, which this kernel has not'
fi

# Another network than that of pid 1: it is not asked, whatever is in it.
# shellcheck disable=SC2016
run unshare --net sh -c 'ip xfrm policy add src 10.8.0.0/16 dst 10.9.0.0/16 dir out 2>/dev/null; exec "$0" collect -o -' "$tool"
expect_status 0 'in another network'
expect_equal "$(fact cni.data_plane.policies)" '{"unreadable": "pid 1 is not in our network namespace"}' 'another network is not asked'
finish
