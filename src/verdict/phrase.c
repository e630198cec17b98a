/* What a definition wants, in words that follow "must". */
#include "private.h"

enum { OPERAND_SHOWN = 400 };

typedef struct phrase {
  const char *before; /* the operand follows */
  bool operand;
  const char *after;
} phrase;

static const phrase phrases[] = {
    [PL_TEST_IS] = {"be ", true, ""},
    [PL_TEST_IS_NOT] = {"not be ", true, ""},
    [PL_TEST_ONE_OF] = {"be one of ", true, ""},
    [PL_TEST_NONE_OF] = {"be none of ", true, ""},
    [PL_TEST_SET] = {"be set", false, ""},
    [PL_TEST_UNSET] = {"be unset", false, ""},
    [PL_TEST_AT_LEAST] = {"be at least ", true, ""},
    [PL_TEST_AT_MOST] = {"be at most ", true, ""},
    [PL_TEST_CONTAINS] = {"hold ", true, ""},
    [PL_TEST_CONTAINS_ALL] = {"hold all of ", true, ""},
    [PL_TEST_CONTAINS_NONE] = {"hold none of ", true, ""},
    [PL_TEST_SUBSET_OF] = {"hold nothing but ", true, ""},
    [PL_TEST_MATCHES] = {"match ", true, ""},
    [PL_TEST_LOOPBACK] = {"be a loopback address", false, ""},
    [PL_TEST_COUNT_AT_LEAST] = {"have at least ", true, " entries"},
    [PL_TEST_DIFFERS_FROM] = {"differ from ", true, ""},
    [PL_TEST_DISJOINT_FROM] = {"share no certificate with ", true, ""},
    [PL_TEST_MODE] = {"have mode ", true, ""},
    [PL_TEST_OWNER] = {"belong to ", true, ""},
    [PL_TEST_EXISTS] = {"exist", false, ""},
    [PL_TEST_ABSENT] = {"be absent", false, ""},
};

static const char *operand_text(pl_judging *j, const pl_expression *leaf, const pl_node *operand) {
  const char *text = operand ? pl_node_show(j->arena, operand, OPERAND_SHOWN) : "what the site decides";
  if (operand && operand->kind == PL_STRING && operand->string.length == 0)
    text = "an empty text";
  if (leaf->test == PL_TEST_MODE)
    text = pl_printf(j->arena, "%s or stricter", text);
  if (!leaf->parameter)
    return text;
  bool site = pl_site_parameter(j->run->site, leaf->parameter) != NULL;
  return pl_printf(j->arena, "%s (%s %s)", text, site ? "site parameter" : "parameter", leaf->parameter);
}

static const char *after(const phrase *words, const pl_node *operand) {
  bool one = pl_is(operand, PL_INTEGER) && operand->integer == 1;
  return one && pl_equal(words->after, " entries") ? " entry" : words->after;
}

const char *pl_phrase(pl_judging *j, const pl_expression *leaf, const pl_node *operand, bool negated) {
  const char *text = NULL;
  if (leaf->test == PL_TEST_GIVEN) {
    bool wanted = operand && operand->kind == PL_BOOLEAN && operand->boolean;
    return wanted != negated ? "be given explicitly" : "be left at its default";
  }
  size_t index = (size_t)leaf->test;
  const phrase *words = index < sizeof phrases / sizeof *phrases && phrases[index].before ? &phrases[index] : NULL;
  if (!words)
    return "be known";
  text = words->operand
             ? pl_printf(j->arena, "%s%s%s", words->before, operand_text(j, leaf, operand), after(words, operand))
             : words->before;
  if (leaf->type && (leaf->test == PL_TEST_EXISTS || leaf->test == PL_TEST_ABSENT))
    text = pl_printf(j->arena, "%s as a %s", text, leaf->type);
  if (!negated)
    return text;
  return pl_starts(text, "not ") ? text + strlen("not ") : pl_printf(j->arena, "not %s", text);
}
