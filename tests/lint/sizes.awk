# Files over 600 lines and functions over 80; the median function length must stay at or below 15. Functions begin with a line
# that ends in "{" in column 1 style (a word in the first column) and end with "}" in the first column.
FNR == 1 { start = 0 }
FNR == 601 { print FILENAME ": over 600 lines"; bad = 1 }
/^[A-Za-z_].*\) \{$/ { start = FNR; name = $0 }
/^[A-Za-z_].*\{.*\}$/ && /\) \{/ { lengths[count++] = 1 }
/^    .*\) \{$/ && !start && prior ~ /^[A-Za-z_].*[,(]$/ { start = FNR - 1; name = prior }
/^}/ && start {
  length_ = FNR - start + 1
  lengths[count++] = length_
  if (length_ > 80) {
    print FILENAME ":" start ": function of " length_ " lines: " name
    bad = 1
  }
  start = 0
}
{ prior = $0 }
END {
  for (i = 0; i < count; i++)
    tally[lengths[i]]++
  for (n = 1; seen < count / 2; n++)
    seen += tally[n]
  median = n - 1
  print "functions: " count ", median length " median
  if (median > 15) {
    print "the median function is longer than 15 lines"
    bad = 1
  }
  exit bad
}
