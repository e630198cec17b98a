# Sourced by the tests of what is shipped: what the command line tests have, and comparing what two programs say of one node.
# shellcheck shell=bash
# shellcheck source=tests/cli/lib.bash
. "$(dirname "${BASH_SOURCE[0]}")/../cli/lib.bash"

# results COMMAND...: everything that it judged, as JSON; times left out
results() {
  "$@" --report json | python3 -c '
import json, sys
def timeless(x):
    if isinstance(x, dict): return {k: timeless(v) for k, v in x.items() if k != "duration_us"}
    return [timeless(v) for v in x] if isinstance(x, list) else x
report = json.load(sys.stdin)
print(json.dumps({k: timeless(report[k]) for k in ("host", "platform", "benchmarks", "summary")}, indent=1, sort_keys=True))'
}

# plain COMMAND...: its output; times left out
plain() { "$@" | sed -E 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:]{5,8}Z?//g; s/time="[^"]*"//g'; }

# same FILE FILE WHAT: both are equal, and hold something
same() {
  if [ -s "$1" ] && cmp -s "$1" "$2"; then ok; else bad "$3" "$(diff "$1" "$2" | head -n 20)"; fi
}
