#!/bin/sh
# Write a benchmark of many controls for --benchmarks: controls.sh DIRECTORY COUNT. A thousand to a file, of three common kinds.
set -eu
mkdir -p "$1/many"
awk -v folder="$1/many" -v count="$2" 'BEGIN {
  per = 1000
  files = int((count + per - 1) / per)
  head = folder "/benchmark.yaml"
  print "id: many\ntitle: Many controls\neditions: [{version: \"1\"}]\nfiles:" > head
  for (f = 1; f <= files; f++) {
    name = "part-" f ".yaml"
    part = folder "/" name
    print "  - " name > head
    printf "sections:\n  - id: \"%d\"\n    title: Part %d\n    controls:\n", f, f > part
    for (i = 1; i <= per && (f - 1) * per + i <= count; i++) {
      n = (f - 1) * per + i
      printf "      - key: control-%d\n        id: %d.%d\n        title: Control %d\n", n, f, i, n > part
      printf "        level: 1\n        automated: true\n" > part
      if (n % 3 == 0)
        print "        expect: {setting: kubelet.authentication.anonymous.enabled, is: false}" > part
      else if (n % 3 == 1)
        print "        expect: {all: [{setting: kube-apiserver.authorization-mode, contains: RBAC}, {setting: kube-apiserver.profiling, is: false}]}" > part
      else
        print "        expect: {file: /etc/kubernetes/manifests/kube-apiserver.yaml, mode: \"0600\"}" > part
      printf "        why: Something would go wrong.\n        fix: Mend {path}.\n" > part
    }
    close(part)
  }
}'
