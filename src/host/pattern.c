/* One component of a path against one component of a pattern. */
#include "host_private.h"

bool pl_pattern_is_wild(const char *pattern, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (pattern[i] == '*' || pattern[i] == '?' || pattern[i] == '[')
      return true;
  return false;
}

/* The bracket expression at *AT (past its '[') against C; *AT moves past its ']'. False in *RET_WHOLE when it has no
 * end. */
static bool bracket_matches(const char **at, const char *end, char c, bool *ret_whole) {
  const char *p = *at;
  bool negated = p < end && (*p == '!' || *p == '^'), found = false;
  p += negated;
  for (const char *first = p; p < end && (*p != ']' || p == first); p++) {
    char low = *p;
    char high = low;
    if (p + 2 < end && p[1] == '-' && p[2] != ']') {
      high = p[2];
      p += 2;
    }
    found = found || ((unsigned char)c >= (unsigned char)low && (unsigned char)c <= (unsigned char)high);
  }
  *ret_whole = p < end;
  if (*ret_whole)
    *at = p + 1;
  return found != negated;
}

/* C against what stands at *AT, which is no '*'; *AT moves past it. */
static bool one_matches(const char **at, const char *end, char c) {
  char p = *(*at)++;
  if (p == '?')
    return true;
  if (p == '[') {
    bool whole = false, found = bracket_matches(at, end, c, &whole);
    if (whole)
      return found;
  }
  return p == c;
}

/* With one place to come back to, the last star: an earlier one never has to take more. */
bool pl_pattern_matches(const char *pattern, size_t length, const char *name) {
  const char *at = pattern, *end = pattern + length, *after_star = NULL, *retry = NULL;
  if (*name == '.' && (length == 0 || *pattern != '.'))
    return false;
  while (*name) {
    if (at < end && *at == '*') {
      after_star = ++at;
      retry = name;
      continue;
    }
    if (at < end && one_matches(&at, end, *name)) {
      name++;
      continue;
    }
    if (!after_star)
      return false;
    at = after_star;
    name = ++retry;
  }
  while (at < end && *at == '*')
    at++;
  return at == end;
}
