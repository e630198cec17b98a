#!/bin/bash
# Every kept input of every fuzz target, once: none may crash or hang. `make fuzz-smoke` looks for new ones.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/lib.bash"
for source in tests/fuzz/fuzz_*.c; do
  name=$(basename "$source" .c)
  name=${name#fuzz_}
  for input in tests/fuzz/corpus/"$name"/*; do
    if [ ! -e "$input" ]; then
      bad "$name has no corpus"
    elif timeout 60 "build/replay_$name" "$input" >/dev/null 2>"$scratch/err"; then
      ok
    else
      bad "$name: $input" "$(tail -n 5 "$scratch/err")"
    fi
  done
done
finish
