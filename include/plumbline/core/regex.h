/* PCRE2 with fixed options and a step budget. A pattern is compiled once, when its definition is read. */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_regex pl_regex;

typedef enum pl_match { PL_NO_MATCH, PL_MATCH, PL_MATCH_ERROR } pl_match;

/* NULL with ERR (offset in the text) when PATTERN is no regular expression. Freed with ARENA's owner by pl_regex_free.
 */
pl_regex *pl_regex_compile(const char *pattern, pl_error *err);
void pl_regex_free(pl_regex *regex);
/* Search, unanchored. Budget spent or subject over its cap: PL_MATCH_ERROR, never "no match". */
pl_match pl_regex_search(const pl_regex *regex, const char *subject, size_t length, pl_error *err);
