# Sourced by the tests of hostile nodes: things of a node are replaced and put back, and each run is compared with that of the untouched node.
# shellcheck shell=bash disable=SC2034 # what the scripts use
# shellcheck source=tests/cli/lib.bash
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"
as_root=false
[ "$(id -u)" -ne 0 ] || as_root=true
judged=0
aside=$scratch/aside
mkdir -p "$aside"
replaced=()

# begin NODE: $root is an unpacked copy of it, $base its untouched report
begin() {
  settle
  root=$(node "$1")
  $as_root || chmod -R u+rwX "$root"
  base=$scratch/$1.json
  "$tool" check --root "$root" --report json="$base"
  case $? in
  0 | 1 | 3) ;;
  *) bad "the untouched $1: exit $?" && finish ;;
  esac
}

# replace PATH: whatever is there goes aside, until restore
replace() {
  local kept=$aside/${#replaced[@]}
  replaced+=("$1")
  if [ -e "$root/$1" ] || [ -L "$root/$1" ]; then mv "$root/$1" "$kept"; fi
}

restore() {
  local i kept
  for ((i = ${#replaced[@]} - 1; i >= 0; i--)); do
    kept=$aside/$i
    rm -rf "${root:?}/${replaced[i]}"
    if [ -e "$kept" ] || [ -L "$kept" ]; then mv "$kept" "$root/${replaced[i]}"; fi
  done
  replaced=()
}

# put PATH FILE: FILE's content with the mode, owner and time of what was there
put() {
  replace "$1"
  cp --sparse=always "$2" "$root/$1"
  local before=$aside/$((${#replaced[@]} - 1))
  [ -e "$before" ] || return 0
  chmod --reference="$before" "$root/$1"
  ! $as_root || chown --reference="$before" "$root/$1"
  touch --reference="$before" "$root/$1"
}

# edit PATH SED-SCRIPT
edit() {
  sed "$2" "$root/$1" >"$scratch/edited"
  put "$1" "$scratch/edited"
}

# judge WHAT [WORDS OF reports.py...] [-- OPTIONS OF plumbline...]: a bounded run with all three reports, which settle compares with those of
# the untouched node. Ten seconds tell a hang, one GiB of address space a flood.
judge() {
  local what=$1 code words=()
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do words+=("$1") && shift; done
  [ $# -eq 0 ] || shift
  judged=$((judged + 1))
  run_folder=$scratch/runs/$judged
  mkdir -p "$run_folder"
  (
    ulimit -v 1048576
    exec timeout -k 1 10 "$tool" check --root "$root" --verbose --report text="$run_folder/text" --report json="$run_folder/json" \
      --report junit="$run_folder/xml" "$@"
  ) >"$scratch/out" 2>"$scratch/err"
  code=$?
  case $code in
  0 | 1 | 3) ok ;;
  124 | 137) bad "$what: no end within 10 seconds" && return ;;
  *) bad "$what: exit $code" "$(head -c 2000 "$scratch/err")" && return ;;
  esac
  (
    IFS=$'\t'
    echo "$what"$'\t'"$base"$'\t'"$run_folder"$'\t'"${words[*]}"
  ) >>"$scratch/runs.list"
}

# settle: the reports of all runs so far are whole and differ only where they may
settle() {
  local output good
  [ -s "$scratch/runs.list" ] || return 0
  output=$(python3 tests/cli/reports.py "$scratch/runs.list")
  good=$?
  [ "$(wc -l <<<"$output")" -eq 1 ] || head -n -1 <<<"$output"
  if [ $good -eq 0 ]; then
    read -r good bad <<<"$(tail -n 1 <<<"$output")"
    passed=$((passed + good))
    failed=$((failed + bad))
  else
    bad 'reports.py' "$output"
  fi
  if xmllint --noout "$scratch"/runs/*/xml 2>"$scratch/err"; then ok; else bad 'JUnit is not well-formed' "$(head -5 "$scratch/err")"; fi
  rm -rf "$scratch/runs" "$scratch/runs.list"
}

# reason ID: of the last run
reason() {
  python3 -c '
import json, sys
for b in json.load(open(sys.argv[1]))["benchmarks"]:
    for r in b["results"]:
        if r["id"] == sys.argv[2]: print(r["reason"])' "$run_folder/json" "$1"
}

# expect_reason ID TEXT WHAT: TEXT is part of the reason of the last run
expect_reason() {
  local seen
  seen=$(reason "$1")
  if [[ $seen == *"$2"* ]]; then ok; else bad "$3: the reason of $1 lacks '$2'" "$seen"; fi
}
