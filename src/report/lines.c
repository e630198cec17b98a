/* One-line texts of parts of a result, the same in every text format. */
#include "plumbline/report/border.h"

const char pl_nothing_judged[] =
    "nothing was judged: this is not a Kubernetes node, or no control that was selected applies";

const char *pl_observation_line(pl_arena *arena, const pl_observation *o) {
  const char *text = pl_printf(arena, "%s: %s", o->what ? o->what : "?", o->value ? o->value : "unset");
  const char *layer = o->layer ? o->layer : "", *where = o->where ? o->where : "";
  if (*layer || *where)
    text = pl_printf(arena, "%s (%s%s%s)", text, layer, *layer && *where ? ", " : "", where);
  if (o->overrides)
    text = pl_printf(arena, "%s, over %s", text, o->overrides);
  return pl_border(arena, text, false);
}

const char *pl_counts_line(pl_arena *arena, const size_t counts[PL_VERDICT_COUNT], size_t waived) {
  const char *text = "";
  for (int verdict = 0; verdict < PL_VERDICT_COUNT; verdict++)
    text = pl_printf(arena, "%s%s%zu %s", text, verdict ? ", " : "", counts[verdict],
                     pl_verdict_token((pl_verdict)verdict));
  return waived ? pl_printf(arena, "%s (%zu of the failures waived)", text, waived) : text;
}

const char *pl_waiver_line(pl_arena *arena, const pl_result *result) {
  const pl_waiver_mark *waiver = result->waiver;
  if (!waiver)
    return NULL;
  return pl_border(arena,
                   pl_printf(arena, "waiver for %s until %s, approved by %s: %s (%s)", waiver->scope, waiver->expires,
                             waiver->approver, waiver->reason, waiver->note),
                   false);
}

const char *pl_letter_line(pl_arena *arena, const pl_result *result) {
  if (!result->letter)
    return NULL;
  return pl_border(arena,
                   pl_printf(arena, "the benchmark's letter alone would say %s: %s", result->letter,
                             result->letter_because ? result->letter_because : ""),
                   false);
}
