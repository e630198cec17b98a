#!/bin/sh
# Calls that the product does not make, each with what to use instead. Comments and strings do not count.
set -eu
status=0

ban() { # ban WHERE EXCEPT PATTERN INSTEAD
  found=$(
    # shellcheck disable=SC2086 # a list of folders
    for file in $(find $1 -name '*.[ch]' | grep -vE "$2" | LC_ALL=C sort); do
      sed -E 's/"([^"\\]|\\.)*"/""/g; s,//.*,,' "$file" | awk -v f="$file" -v p="(^|[^A-Za-z0-9_])($3)[ ]*\\(" '
        { line = $0 }
        /\/\*/ && !/\*\// { sub(/\/\*.*/, "", line); comment = 1; if (line ~ p) print f ":" FNR ": " $0; next }
        comment { if (/\*\//) comment = 0; next }
        { gsub(/\/\*[^*]*\*\//, "", line); if (line ~ p) print f ":" FNR ": " $0 }'
    done
  )
  [ -z "$found" ] && return
  printf '%s\n  %s\n' "$found" "$4"
  status=1
}

product='src include'
ban "$product" '^$' 'system|popen|exec[lv][a-z]*|posix_spawn[a-z]*|fork|vfork' 'plumbline starts no program'
ban "$product" '^$' 'strcpy|strcat|sprintf|vsprintf|gets|strtok|strtok_r|stpcpy' 'use pl_printf, pl_buffer or pl_split'
ban "$product" 'src/core/(number|duration|quantity|real|time)\.c' 'atoi|atol|atoll|atof|strtol|strtoll|strtoul|strtoull|strtod|sscanf|scanf|fscanf' 'use number.h'
ban "$product" 'src/core/root\.c|src/cli/' 'open|openat|fopen|opendir|stat|lstat|fstatat|readlink|readlinkat|realpath|access|faccessat' 'use root.h'
ban "$product" 'src/core/root\.c|src/core/root_walk\.c|src/host/netlink\.c|src/cli/' 'socket|connect|bind|sendto' 'plumbline opens no network connection; netlink.c asks the kernel'
ban "$product" '^$' 'getpwnam|getpwuid|getgrnam|getgrgid|setlocale|localtime|gethostbyname|getaddrinfo' 'the root has its own accounts; there is no locale'
ban "src/core src/host src/kube src/benchmark src/verdict src/report include" '^$' 'printf|puts|putchar|perror|exit|_exit' 'only src/cli prints or exits'
exit $status
