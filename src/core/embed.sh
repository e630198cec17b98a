#!/bin/sh
# Print a C file that holds every file named on the command line, for pl_embedded_files (embedded.h).
# The assembler's .incbin takes the bytes as they are. Arguments must be sorted by path.
set -eu

line() { # one line of an asm string
  printf '  "%s\\n"\n' "$1"
}

printf '#include "plumbline/core/embedded.h"\n\n__asm__(\n'
line '.section .rodata'
i=0
for path; do
  line "pl_embedded_$i: .incbin \\\"$path\\\""
  line "pl_embedded_${i}_end: .byte 0"
  line "pl_embedded_path_$i: .asciz \\\"$path\\\""
  i=$((i + 1))
done
line '.section .data.rel.ro, \"aw\"'
line '.balign 8'
line '.globl pl_embedded_files'
line 'pl_embedded_files:'
i=0
for path; do
  line ".quad pl_embedded_path_$i, pl_embedded_$i, pl_embedded_${i}_end - pl_embedded_$i"
  i=$((i + 1))
done
line '.quad 0, 0, 0'
line '.text'
printf ');\n'
