/* Outcomes of expressions: how parts become a whole, and how sentences become a reason. */
#include "private.h"

enum { EXPECTED_MAX = 2000 };

pl_outcome pl_outcome_of(pl_verdict verdict, const char *sentence) {
  pl_outcome ret = {.verdict = verdict};
  if (sentence)
    pl_outcome_add(&ret, sentence);
  return ret;
}

void pl_outcome_add(pl_outcome *outcome, const char *sentence) {
  for (size_t i = 0; i < outcome->sentence_count; i++)
    if (pl_equal(outcome->sentences[i], sentence))
      return;
  if (outcome->sentence_count < PL_SENTENCES_MAX)
    outcome->sentences[outcome->sentence_count++] = sentence;
  else
    outcome->more++;
}

/* What decided speaks; the first of them gives the place of the fix. */
static void take_over(pl_arena *arena, pl_outcome *ret, const pl_outcome *part) {
  for (size_t i = 0; i < part->sentence_count; i++)
    pl_outcome_add(ret, part->sentences[i]);
  ret->more += part->more;
  if (!ret->because && part->because) {
    ret->because = part->because;
    ret->because_said = part->because_said;
  }
  if (!ret->question)
    ret->question = part->question;
  else if (part->question && !strstr(ret->question, part->question))
    ret->question = pl_printf(arena, "%s %s", ret->question, part->question);
  if (!ret->row)
    ret->row = part->row;
  if (!ret->place.path && !ret->place.where && !ret->place.value) {
    ret->place = part->place;
    ret->unnamed = part->unnamed;
  }
}

static void expect_part(pl_buffer *text, const pl_outcome *part, const char *joint) {
  if (!part->expected || text->overflow)
    return;
  if (text->length)
    pl_buffer_text(text, joint);
  pl_buffer_printf(text, part->joined ? "(%s)" : "%s", part->expected);
}

/* By its neighbour: alternatives often begin with the same condition. */
static bool said_before(const pl_outcome *parts, size_t index) {
  return index > 0 && pl_equal(parts[index].expected, parts[index - 1].expected);
}

static const char *expect_all(pl_arena *arena, bool any, const pl_outcome *parts, size_t count) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, EXPECTED_MAX);
  for (size_t i = 0; i < count; i++)
    if (!said_before(parts, i))
      expect_part(&text, &parts[i], any ? " or " : " and ");
  if (!text.length)
    return NULL;
  bool cut = text.overflow;
  const char *all = pl_buffer_take(&text, arena).data;
  return cut ? pl_printf(arena, "%s and more", all) : all;
}

pl_outcome pl_outcome_join(pl_arena *arena, bool any, const pl_outcome *parts, size_t count) {
  if (count == 1)
    return parts[0];
  pl_outcome ret = {.verdict = count ? parts[0].verdict : PL_ERROR, .joined = true};
  for (size_t i = 1; i < count; i++)
    ret.verdict = any ? pl_verdict_or(ret.verdict, parts[i].verdict) : pl_verdict_and(ret.verdict, parts[i].verdict);
  for (size_t i = 0; i < count; i++)
    if (parts[i].verdict == ret.verdict)
      take_over(arena, &ret, &parts[i]);
  ret.expected = expect_all(arena, any, parts, count);
  return ret;
}

const char *pl_outcome_text(pl_arena *arena, const pl_outcome *outcome) {
  const char *text = "";
  for (size_t i = 0; i < outcome->sentence_count; i++) {
    const char *stop = pl_ends(outcome->sentences[i], ".") || pl_ends(outcome->sentences[i], "?") ? "" : ".";
    text = pl_printf(arena, "%s%s%s%s", text, i ? " " : "", outcome->sentences[i], stop);
  }
  if (outcome->more)
    text = pl_printf(arena, "%s %zu more like this stand%s among the observations.", text, outcome->more,
                     outcome->more == 1 ? "s" : "");
  return text;
}
