/*
 * PCRE2 for patterns and subjects that nobody has vouched for. Its match limit counts for each start offset anew, so
 * the budget of a whole search is kept by a callout before every item of the pattern.
 */
#include "plumbline/core/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "plumbline/core/limits.h"

enum { MATCH_LIMIT = 100000, DEPTH_LIMIT = 100000, HEAP_LIMIT_KIB = 16 * 1024, BUDGET_SPENT = -1000 };

static const uint32_t options =
    PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY | PCRE2_AUTO_CALLOUT;

struct pl_regex {
  pcre2_code *code;
};

typedef struct budget {
  size_t steps, position;
} budget;

/* One step for the item, and one for every 64 bytes that the item before it ran over. */
static int count_step(pcre2_callout_block *block, void *data) {
  budget *spent = data;
  spent->steps += 1;
  if (block->current_position > spent->position)
    spent->steps += (block->current_position - spent->position) / 64;
  spent->position = block->current_position;
  return spent->steps > PL_REGEX_STEPS_MAX ? BUDGET_SPENT : 0;
}

static const char *message(int code, char text[256]) {
  if (pcre2_get_error_message(code, (PCRE2_UCHAR *)text, 256) < 0)
    memcpy(text, "unknown reason", sizeof "unknown reason");
  return text;
}

pl_regex *pl_regex_compile(const char *pattern, pl_error *err) {
  size_t length = strlen(pattern), offset = 0;
  if (length > PL_REGEX_PATTERN_MAX) {
    pl_fail(err, PL_ERR_LIMIT, "regular expression of %zu bytes, more than %d", length, PL_REGEX_PATTERN_MAX);
    return NULL;
  }
  int code = 0;
  pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)pattern, length, options, &code, &offset, NULL);
  if (!compiled) {
    char text[256];
    pl_fail(err, PL_ERR_SYNTAX, "not a regular expression: %s at offset %zu", message(code, text), offset);
    return NULL;
  }
  pl_regex *regex = pl_xmalloc(sizeof *regex);
  regex->code = compiled;
  return regex;
}

void pl_regex_free(pl_regex *regex) {
  if (!regex)
    return;
  pcre2_code_free(regex->code);
  free(regex);
}

static int search(const pl_regex *regex, const char *subject, size_t length) {
  budget spent = {0};
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  pcre2_match_data *data = pcre2_match_data_create(1, NULL);
  if (!context || !data)
    abort();
  pcre2_set_match_limit(context, MATCH_LIMIT);
  pcre2_set_depth_limit(context, DEPTH_LIMIT);
  pcre2_set_heap_limit(context, HEAP_LIMIT_KIB);
  pcre2_set_callout(context, count_step, &spent);
  int rc = pcre2_match(regex->code, (PCRE2_SPTR)subject, length, 0, 0, data, context);
  pcre2_match_data_free(data);
  pcre2_match_context_free(context);
  return rc;
}

pl_match pl_regex_search(const pl_regex *regex, const char *subject, size_t length, pl_error *err) {
  if (length > PL_REGEX_SUBJECT_MAX) {
    pl_fail(err, PL_ERR_LIMIT, "value of %zu bytes, more than the %u a regular expression is tried on", length,
            PL_REGEX_SUBJECT_MAX);
    return PL_MATCH_ERROR;
  }
  int rc = search(regex, subject, length);
  if (rc >= 0)
    return PL_MATCH;
  if (rc == PCRE2_ERROR_NOMATCH)
    return PL_NO_MATCH;
  char text[256];
  if (rc == BUDGET_SPENT)
    pl_fail(err, PL_ERR_LIMIT, "regular expression gave up after %d steps", PL_REGEX_STEPS_MAX);
  else
    pl_fail(err, PL_ERR_LIMIT, "regular expression gave up: %s", message(rc, text));
  return PL_MATCH_ERROR;
}
