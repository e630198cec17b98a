#!/bin/bash
# A real etcd on this machine, configured by flags, by environment and by file, securely and not: what is judged is what it does.
# Beside it, processes that only look like components: they change nothing.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
started=()
keep() { # the process just started: stop_all ends it, and the shell says nothing of that
  started+=($!)
  disown $!
}
stop_all() {
  local pid
  for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null; done
  for pid in "${started[@]}"; do while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done; done
  started=()
}
trap 'stop_all; chmod -R u+rwX "$scratch" 2>/dev/null; rm -rf "$scratch"' EXIT

# ---- certificates: a CA for etcd, one for everybody else ----

certificate() { # certificate NAME CA
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$scratch/$1.key" -out "$scratch/$1.csr" -subj "/CN=$1" 2>/dev/null
  printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n' >"$scratch/extensions"
  openssl x509 -req -in "$scratch/$1.csr" -CA "$scratch/$2.crt" -CAkey "$scratch/$2.key" -CAcreateserial -days 3650 -extfile "$scratch/extensions" \
    -out "$scratch/$1.crt" 2>/dev/null
}
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$scratch/ca.key" -out "$scratch/ca.crt" -subj /CN=etcd-ca -days 3650 2>/dev/null
certificate server ca
certificate peer ca
certificate client ca
if [ ! -s "$scratch/client.crt" ]; then bad 'no certificates' && finish; fi

# ---- one etcd at a time ----

serial=0
fresh() { # fresh: $folder, $client_port and $peer_port for a new etcd
  serial=$((serial + 1))
  folder=$scratch/etcd.$serial
  mkdir -m 700 "$folder"
  read -r client_port peer_port <<<"$(python3 -c '
import socket
taken = [socket.socket() for _ in range(2)]
for one in taken: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in taken])')"
}

# common SCHEME PEER-SCHEME: flags without which it would not start; the same as environment and as a file below
common() {
  urls=("data-dir=$folder/data" "listen-client-urls=$1://127.0.0.1:$client_port" "advertise-client-urls=$1://127.0.0.1:$client_port"
    "listen-peer-urls=$2://127.0.0.1:$peer_port" "initial-advertise-peer-urls=$2://127.0.0.1:$peer_port" "initial-cluster=default=$2://127.0.0.1:$peer_port")
}
secure=("cert-file=$scratch/server.crt" "key-file=$scratch/server.key" client-cert-auth=true "trusted-ca-file=$scratch/ca.crt"
  "peer-cert-file=$scratch/peer.crt" "peer-key-file=$scratch/peer.key" peer-client-cert-auth=true "peer-trusted-ca-file=$scratch/ca.crt")

as_environment() { # NAME=VALUE... -> ETCD_NAME=VALUE lines
  local pair name
  for pair in "$@"; do
    name=${pair%%=*}
    name=${name^^}
    echo "ETCD_${name//-/_}=${pair#*=}"
  done
}

as_file() { # NAME=VALUE... -> etcd's configuration file
  local pair client='' peer=''
  for pair in "$@"; do
    case $pair in
    cert-file=* | key-file=* | client-cert-auth=* | trusted-ca-file=* | auto-tls=*) client+="  ${pair/=/: }"$'\n' ;;
    peer-auto-tls=*) peer+="  auto-tls: ${pair#*=}"$'\n' ;;
    peer-*) pair=${pair#peer-} && peer+="  ${pair/=/: }"$'\n' ;;
    *) echo "${pair/=/: }" ;;
    esac
  done
  [ -z "$client" ] || printf 'client-transport-security:\n%s' "$client"
  [ -z "$peer" ] || printf 'peer-transport-security:\n%s' "$peer"
}

# start COMMAND...: run it, wait until its client port answers; $etcd is the process
start() {
  "$@" >"$folder/log" 2>&1 &
  etcd=$!
  keep
  for _ in {1..150}; do
    if (: <"/dev/tcp/127.0.0.1/$client_port") 2>/dev/null; then return 0; fi
    kill -0 "$etcd" 2>/dev/null || break
    sleep 0.1
  done
  bad 'etcd did not start' "$(tail -n 3 "$folder/log")"
  return 1
}

# answers SCHEME WITH-CERTIFICATE: "yes" when etcd answers a request for its health
answers() {
  python3 - "$1" "$client_port" "$2" "$scratch" <<'PYTHON'
import http.client
import ssl
import sys
scheme, port, with_certificate, scratch = sys.argv[1:5]
try:
    if scheme == "https":
        context = ssl.create_default_context(cafile=scratch + "/ca.crt")
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if with_certificate == "with":
            context.load_cert_chain(scratch + "/client.crt", scratch + "/client.key")
        connection = http.client.HTTPSConnection("127.0.0.1", int(port), timeout=10, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)
    connection.request("GET", "/health")
    print("yes" if b"health" in connection.getresponse().read() else "no")
except OSError:
    print("no")
except http.client.HTTPException:
    print("no")
PYTHON
}

# alone FROM TO PID: facts with no other etcd than PID (another one may run on this machine)
alone() {
  python3 - "$@" <<'PYTHON'
import json
import sys
facts = json.load(open(sys.argv[1], encoding="utf-8"))
first = facts["components"]["etcd"]
for one in [first] + first.get("others", []):
    if [p["pid"] for p in one.get("processes", [])] == [int(sys.argv[3])]:
        one["others"] = []
        facts["components"]["etcd"] = one
        json.dump(facts, open(sys.argv[2], "w", encoding="utf-8"))
        sys.exit(0)
sys.exit("no etcd with pid %s: %s" % (sys.argv[3], first.get("because")))
PYTHON
}

# judged WHAT "ID VERDICT ID VERDICT...": of section 2
judged() {
  local what=$1 seen wanted
  "$tool" collect -o "$scratch/facts"
  if ! seen=$(alone "$scratch/facts" "$scratch/alone" "$etcd" 2>&1); then bad "$what" "$seen" && return; fi
  "$tool" check --facts "$scratch/alone" --edition 2.0.1 --only 2 --report json="$scratch/etcd.json" --report text="$scratch/etcd.txt"
  seen=$(verdicts "$scratch/etcd.json" | awk '$2 <= "2.6" { printf "%s %s ", $2, $3 }')
  wanted="$2 "
  expect_equal "$seen" "$wanted" "$what: $(grep -A3 -E '^(FAIL|ERROR)' "$scratch/etcd.txt")"
}

# says SETTING VALUE LAYER WHAT: the value in effect and where it is from
says() {
  expect_equal "$(python3 -c '
import json, sys
entry = json.load(open(sys.argv[1]))["components"]["etcd"]["settings"][sys.argv[2]]
print(json.dumps(entry.get("value")), entry.get("from", {}).get("layer"))' "$scratch/alone" "$1" 2>&1)" "$2 $3" "$4: $1"
}

all_pass='2.1 pass 2.2 pass 2.3 pass 2.4 pass 2.5 pass 2.6 pass'
all_open='2.1 fail 2.2 fail 2.3 pass 2.4 fail 2.5 fail 2.6 pass'

# The program shows our own processes, or there is nothing to test here.
fresh
common http http
start etcd "${urls[@]/#/--}" || finish
"$tool" collect -o "$scratch/facts"
if [ "$(id -u)" -ne 0 ] && ! alone "$scratch/facts" "$scratch/alone" "$etcd" 2>"$scratch/err"; then
  echo "left out: an etcd on this machine, of which an ordinary user sees too little here ($(cat "$scratch/err"))"
  ok
  finish
fi
judged 'flags, open' "$all_open"
says effective.client.plainHTTP true flag 'flags, open'
expect_equal "$(answers http without)" yes 'flags, open: it answers anybody'
stop_all

fresh
common https https
start etcd "${urls[@]/#/--}" "${secure[@]/#/--}" && {
  judged 'flags, secure' "$all_pass"
  says client-cert-auth true flag 'flags, secure'
  expect_equal "$(answers https without) $(answers https with)" 'no yes' 'flags, secure: only with a certificate'
}
stop_all

fresh
common https https
mapfile -t variables < <(as_environment "${urls[@]}" "${secure[@]}")
start env "${variables[@]}" etcd && {
  judged 'environment, secure' "$all_pass"
  says client-cert-auth true environment 'environment, secure'
  expect_equal "$(answers https without) $(answers https with)" 'no yes' 'environment, secure: only with a certificate'
}
stop_all

fresh
common http http
mapfile -t variables < <(as_environment "${urls[@]}")
start env "${variables[@]}" etcd && {
  judged 'environment, open' "$all_open"
  expect_equal "$(answers http without)" yes 'environment, open: it answers anybody'
}
stop_all

# Flags and environment together (the same setting in both stops etcd), and no trusted CA, which alone would ask for certificates.
fresh
common https https
mapfile -t variables < <(as_environment "${urls[@]}" "${secure[@]}" | grep -vE '^ETCD_(CLIENT_CERT_AUTH|TRUSTED_CA_FILE)')
start env "${variables[@]}" etcd --client-cert-auth=false && {
  judged 'flags and environment' '2.1 pass 2.2 fail 2.3 pass 2.4 pass 2.5 pass 2.6 pass'
  says client-cert-auth false flag 'flags and environment'
  says cert-file "\"$scratch/server.crt\"" environment 'flags and environment'
  expect_equal "$(answers https without)" yes 'flags and environment: it answers without a certificate'
}
stop_all

# A trusted CA alone asks for certificates; where the benchmark's letter differs is said.
fresh
common https https
start etcd "${urls[@]/#/--}" "--cert-file=$scratch/server.crt" "--key-file=$scratch/server.key" "--trusted-ca-file=$scratch/ca.crt" "--peer-auto-tls" && {
  judged 'a trusted CA alone' '2.1 pass 2.2 pass 2.3 pass 2.4 fail 2.5 fail 2.6 fail'
  expect_equal "$(answers https without) $(answers https with)" 'no yes' 'a trusted CA alone: only with a certificate'
}
stop_all

# With a file, flags and environment count for nothing.
fresh
common https https
as_file "${urls[@]}" "${secure[@]}" >"$folder/etcd.yaml"
start etcd --config-file="$folder/etcd.yaml" --client-cert-auth=false && {
  judged 'file, secure' "$all_pass"
  says client-cert-auth true file 'file, secure'
  expect_equal "$(answers https without) $(answers https with)" 'no yes' 'file, secure: only with a certificate'
}
stop_all

fresh
common http http
as_file "${urls[@]}" >"$folder/etcd.yaml"
mapfile -t variables < <(as_environment "${secure[@]}")
start env "${variables[@]}" etcd --config-file="$folder/etcd.yaml" && {
  judged 'file, open, under a secure environment' "$all_open"
  expect_equal "$(answers http without)" yes 'file, open: it answers anybody'
}
stop_all

# Certificates that it makes for itself.
fresh
common https https
start etcd "${urls[@]/#/--}" --auto-tls --peer-auto-tls && {
  judged 'auto-tls' '2.1 fail 2.2 fail 2.3 fail 2.4 fail 2.5 fail 2.6 fail'
  expect_equal "$(answers https without)" yes 'auto-tls: it answers anybody'
}
stop_all

# ---- processes that only look like components ----

"$tool" check --report json="$scratch/before.json"
(exec -a kube-apiserver sleep 300) &
keep
bash -c 'while :; do sleep 1; done' kube-apiserver --anonymous-auth=false --authorization-mode=AlwaysAllow &
keep
(exec -a etcd bash -c 'while :; do sleep 1; done' --client-cert-auth=false) &
keep
sleep 0.3
"$tool" check --report json="$scratch/after.json"
"$tool" collect -o "$scratch/facts"
by_verdict() { verdicts "$1" | awk '{ print $1, $2, $3 }'; }
expect_equal "$(by_verdict "$scratch/after.json")" "$(by_verdict "$scratch/before.json")" 'look-alikes change no verdict'
for pid in "${started[@]}"; do
  if python3 -c '
import json, sys
sys.exit(not [p for p in json.load(open(sys.argv[1]))["rejected_processes"] if p["pid"] == int(sys.argv[2]) and p["why"]])' "$scratch/facts" "$pid"; then ok; else
    bad "the look-alike $(tr '\0' ' ' <"/proc/$pid/cmdline") is not listed"
  fi
done
stop_all

if [ "$(id -u)" -eq 0 ] && unshare --pid --fork true 2>/dev/null; then
  fresh
  common http http
  start unshare --pid --fork --kill-child etcd "${urls[@]/#/--}" && {
    inner=$(ps -o pid= --ppid "$etcd" | tr -d ' ')
    "$tool" collect -o "$scratch/facts"
    if ! alone "$scratch/facts" "$scratch/alone" "$inner" 2>/dev/null; then ok; else bad 'an etcd in a PID namespace of its own counts as the node'\''s'; fi
    if grep -A8 "\"pid\": $inner," "$scratch/facts" | grep -q 'PID namespace of its own'; then ok; else bad 'an etcd in a PID namespace of its own is not listed'; fi
  }
else
  echo 'left out: an etcd in a PID namespace of its own, which needs root'
fi
finish
