#!/bin/sh
# Every lint that needs no compiler; the Makefile's lint target adds warnings-as-errors builds by gcc and clang.
# Style and analysis tools gate at one major version; at another they are left out, and that is said.
set -u
status=0
step() { # step NAME COMMAND...
  name=$1
  shift
  if "$@"; then echo "lint: $name: ok"; else
    echo "lint: $name: FAILED"
    status=1
  fi
}
major() { "$1" --version 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)?' | head -n 1; }

c_files=$(find src include -name '*.[ch]' | LC_ALL=C sort)
# shellcheck disable=SC2086,SC2046 # lists of files
{
  step levels awk -f tests/lint/layers.awk $c_files
  step sizes awk -f tests/lint/sizes.awk $c_files
  step bans tests/lint/bans.sh
  step shellcheck shellcheck -x $(git ls-files '*.sh' .ci 2>/dev/null || find .ci tests src -name '*.sh')
  for page in src/ship/*.[1-9]; do
    step "$page" mandoc -T lint -W warning "$page"
  done
  case $(major clang-format) in
  14 | 14.*) step clang-format clang-format --dry-run --Werror $c_files ;;
  *) echo "lint: clang-format: left out, it is not version 14 here" ;;
  esac
  case $(major cppcheck) in
  2.10) step cppcheck cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability --inline-suppr \
    --suppress=missingIncludeSystem --suppress=nullPointerOutOfMemory -Iinclude -I. -DPL_VERSION='"x"' src ;;
  *) echo "lint: cppcheck: left out, it is not version 2.10 here" ;;
  esac
}
exit $status
