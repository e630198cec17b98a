#!/bin/bash
# shellcheck disable=SC2016,SC2317 # what the shells themselves expand; functions called by a name in a variable
# plumbline completion, in the shells themselves: what each offers at the cursor.
# shellcheck source=tests/cli/lib.bash
. "$(dirname "$0")/../cli/lib.bash"
mkdir "$scratch/bin" "$scratch/here" "$scratch/here/directory"
touch "$scratch/here/file"
cp "$tool" "$scratch/bin/plumbline"
PATH=$scratch/bin:$PATH
export PATH
for shell in bash zsh fish; do "$tool" completion $shell >"$scratch/script.$shell"; done

# What completes "plumbline LINE", sorted, in one line; LINE ends at the cursor.
complete_bash() {
  (cd "$scratch/here" && bash --norc -c '
    source "$1"
    # Words as readline cuts them: "=" is one of its own.
    line=${2//=/ = } IFS=" "
    read -ra COMP_WORDS <<<"plumbline $line"
    case $line in "" | *" ") COMP_WORDS+=("") ;; esac
    [[ $2 == *= ]] && unset "COMP_WORDS[-1]"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _plumbline
    printf "%s\n" "${COMPREPLY[@]}"' - "$scratch/script.bash" "$1" 2>"$scratch/err" | sort | tr '\n' ' ')
}
complete_fish() {
  (cd "$scratch/here" && HOME=$scratch fish --no-config -c 'source $argv[1]; complete -C "plumbline $argv[2]"' "$scratch/script.fish" "$1" |
    cut -f1 | sort | tr '\n' ' ')
}

cases() { # cases SHELL: lines "LINE|WHAT IT GIVES"
  while IFS='|' read -r line wanted; do
    expect_equal "$("complete_$1" "$line")" "$wanted" "$1: plumbline $line"
  done
}

cases bash <<'CASES'
mani|manifest 
c|check collect completion 
manifest |cronjob daemonset job sonobuoy 
manifest job --na|--namespace 
check --report j|json junit 
--report=j|json junit 
--report=|json junit text 
check --root |directory 
--root=d|directory 
collect -o |directory file 
validate f|file 
help exp|explain 
completion |bash fish zsh 
list --qu| 
--qu|--quiet 
check --edition | 
check --root check li| 
CASES
if command -v fish >/dev/null; then
  cases fish <<'CASES'
mani|manifest 
manifest |cronjob daemonset job sonobuoy 
check --report j|json junit 
--report=j|--report=json --report=junit 
check --root d|directory/ 
--root=d|--root=directory/ 
validate f|file 
list --qu|
CASES
else
  echo 'left out: fish, which is not installed'
fi
# Of zsh the line is seen after Tab: what is unambiguous is filled in.
if command -v zsh >/dev/null; then
  cat >"$scratch/zsh" <<'CASES'
mani|manifest 
manifest da|manifest daemonset 
manifest job --na|manifest job --namespace 
check --report ju|check --report junit 
check --report=ju|check --report=junit 
check --root d|check --root directory/
check --root=d|check --root=directory/
validate f|validate file 
list --qu|list --qu
CASES
  sed 's/|.*//; s/^/plumbline /' "$scratch/zsh" >"$scratch/lines"
  reader=$PWD/tests/ship/zsh_line.py
  (cd "$scratch/here" && /usr/bin/python3 -B "$reader" "$scratch/script.zsh" <"$scratch/lines" >"$scratch/seen")
  while IFS='|' read -r line wanted && IFS= read -r seen <&3; do
    expect_equal "$seen" "plumbline $wanted" "zsh: plumbline $line"
  done <"$scratch/zsh" 3<"$scratch/seen"
  expect_equal "$(wc -l <"$scratch/seen")" "$(wc -l <"$scratch/zsh")" 'zsh answered each line'
else
  echo 'left out: zsh, which is not installed'
fi
finish
