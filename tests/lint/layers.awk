# Which level may include which (the design's table): prints each #include that goes up or sideways, exits 1 if there is one.
BEGIN {
  may["core"] = "core"
  may["host"] = "core host"
  may["benchmark"] = "core benchmark"
  may["kube"] = "core host kube"
  may["verdict"] = "core benchmark verdict"
  may["report"] = "core benchmark verdict report"
  may["cli"] = "core host benchmark kube verdict report cli"
}
match(FILENAME, /^(src|include\/plumbline)\/[a-z]+\//) {
  split(FILENAME, part, "/")
  level = part[1] == "src" ? part[2] : part[3]
}
/^#include "plumbline\// {
  split($2, name, "/")
  if (index(" " may[level] " ", " " name[2] " ") == 0) {
    print FILENAME ":" FNR ": " level " must not include " name[2] ": " $0
    bad = 1
  }
}
/^#include "src\// {
  split($2, name, "/")
  if (name[2] != level) {
    print FILENAME ":" FNR ": a private header stays in its own folder: " $0
    bad = 1
  }
}
END { exit bad }
