/*
 * Decision tables. When one is read, every combination of the inputs' values is accounted for: a row that is never the
 * first to match, and a combination that no row matches, are faults. Of those that are compiled in, the build does it.
 */
#include "plumbline/core/limits.h"
#include "private.h"

typedef struct input_record {
  const char *fact, *setting;
  const pl_node *holds, *values, *when_missing;
} input_record;

static const pl_field input_fields[] = {
    {.key = "fact", .kind = PL_FIELD_TEXT, .offset = offsetof(input_record, fact)},
    {.key = "setting", .kind = PL_FIELD_TEXT, .offset = offsetof(input_record, setting)},
    {.key = "holds", .kind = PL_FIELD_NODE, .offset = offsetof(input_record, holds)},
    {.key = "values", .kind = PL_FIELD_NODE, .offset = offsetof(input_record, values)},
    {.key = "when-missing", .kind = PL_FIELD_NODE, .offset = offsetof(input_record, when_missing)},
};

static const char *const verdicts[] = {"pass", "fail", "error", "manual", "not-applicable", NULL};

typedef struct row_record {
  const char *row, *because;
  const pl_node *when;
  int verdict;
} row_record;

static const pl_field row_fields[] = {
    {.key = "row", .kind = PL_FIELD_TEXT, .offset = offsetof(row_record, row)},
    {.key = "when", .kind = PL_FIELD_NODE, .offset = offsetof(row_record, when)},
    {.key = "verdict",
     .kind = PL_FIELD_ENUM,
     .offset = offsetof(row_record, verdict),
     .required = true,
     .names = verdicts},
    {.key = "because", .kind = PL_FIELD_TEXT, .offset = offsetof(row_record, because), .required = true},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Text of a value: true and 3 may stand without quotes. NULL for lists and the like. */
static const char *value_text(pl_reader *r, const pl_node *node) {
  if (!node || node->kind == PL_LIST || node->kind == PL_OBJECT || node->kind == PL_NULL)
    return NULL;
  return pl_text(node) ? pl_text(node) : pl_node_show(r->arena, node, 64);
}

/* One value or a list of them; each among KNOWN when that is given. */
static pl_texts read_values(pl_reader *r, const pl_node *node, const char *what, const pl_texts *known) {
  const char **items = NULL;
  size_t count = 0, capacity = 0, total = node->kind == PL_LIST ? node->list.count : 1;
  for (size_t i = 0; i < total; i++) {
    const pl_node *item = node->kind == PL_LIST ? node->list.items[i] : node;
    const char *text = value_text(r, item);
    if (!text)
      pl_node_fault(r->faults, item, "%s: expected a value, found %s", what, pl_kind_phrase(item->kind));
    else if (known && !pl_texts_have(*known, text))
      pl_node_fault(r->faults, item, "%s: %s is not among the values of this input", what, text);
    else if (pl_texts_have((pl_texts){items, count}, text))
      pl_node_fault(r->faults, item, "%s: %s stands twice", what, text);
    else
      pl_push(r->arena, items, count, capacity, text);
  }
  return (pl_texts){items, count};
}

/* Whether an expression holds: true or false, or, where the site file would have to say, unsaid. */
static void read_input_holds(pl_reader *r, const input_record *record, const char *what, pl_decide_input *ret) {
  static const char *const both[] = {"true", "false"}, *const all[] = {"true", "false", "unsaid"};
  const pl_texts known = {all, 3};
  ret->holds = true;
  ret->subject = pl_read_expression(r, record->holds);
  ret->values = record->values ? read_values(r, record->values, what, &known) : (pl_texts){both, 2};
  if (record->values && (!pl_texts_have(ret->values, "true") || !pl_texts_have(ret->values, "false")))
    pl_node_fault(r->faults, record->values, "%s: an expression is true or false, and may be unsaid", what);
  if (record->fact || record->setting || record->when_missing)
    pl_node_fault(r->faults, record->holds, "%s: `holds` stands without fact, setting and when-missing", what);
}

static void read_input_subject(pl_reader *r, const pl_node *node, const char *what, pl_decide_input *ret) {
  const char *key = pl_get(node, "fact") ? "fact" : "setting";
  pl_expression *subject = pl_new(r->arena, pl_expression);
  *subject = (pl_expression){.test = PL_TEST_SHOW, .line = node->line, .column = node->column};
  if (!pl_get(node, "fact") == !pl_get(node, "setting"))
    pl_node_fault(r->faults, node, "%s: expected one of fact, setting and holds", what);
  else if (pl_read_subject(r, key, pl_get(node, key), subject))
    ret->fact = pl_get_text(node, key, NULL);
  ret->subject = subject;
}

static void read_input_values(pl_reader *r, const input_record *record, const char *what, pl_decide_input *ret) {
  ret->values = read_values(r, record->values, what, NULL);
  if (ret->values.count < 1 || ret->values.count > PL_DECIDE_VALUES_MAX)
    pl_node_fault(r->faults, record->values, "%s: expected 1 to %d values", what, PL_DECIDE_VALUES_MAX);
  if (!record->when_missing)
    return;
  ret->when_missing = value_text(r, record->when_missing);
  read_values(r, record->when_missing, what, &ret->values);
}

static void read_input(pl_reader *r, const pl_member *member, pl_decide *ret, size_t *capacity) {
  input_record record = {0};
  const char *what = pl_printf(r->arena, "input %s", member->key);
  if (!pl_record_read(r->arena, member->value, what, input_fields, COUNT(input_fields), &record, r->faults))
    return;
  pl_decide_input input = {.name = member->key};
  if (record.holds) {
    read_input_holds(r, &record, what, &input);
  } else {
    read_input_subject(r, member->value, what, &input);
    if (record.values)
      read_input_values(r, &record, what, &input);
    else
      pl_node_fault(r->faults, member->value, "%s must have values", what);
  }
  pl_push(r->arena, ret->inputs, ret->input_count, *capacity, input);
}

static void read_conditions(pl_reader *r, const pl_node *when, const pl_decide *decide, pl_decide_row *ret) {
  size_t capacity = 0;
  if (when && when->kind != PL_OBJECT)
    pl_node_fault(r->faults, when, "when: expected a map of inputs, found %s", pl_kind_phrase(when->kind));
  pl_each_member (member, when) {
    pl_decide_condition condition = {0};
    while (condition.input < decide->input_count && !pl_equal(decide->inputs[condition.input].name, member->key))
      condition.input++;
    if (condition.input == decide->input_count) {
      pl_node_fault(r->faults, member->value, "when: there is no input %s", member->key);
      continue;
    }
    condition.values = read_values(r, member->value, member->key, &decide->inputs[condition.input].values);
    pl_push(r->arena, ret->conditions, ret->condition_count, capacity, condition);
  }
}

static void read_row(pl_reader *r, const pl_node *node, pl_decide *ret, size_t *capacity) {
  row_record record = {0};
  if (!pl_record_read(r->arena, node, "row", row_fields, COUNT(row_fields), &record, r->faults))
    return;
  pl_decide_row row = {.row = record.row, .verdict = verdicts[record.verdict], .line = node->line};
  row.because = pl_read_text(r, pl_get(node, "because"), "because");
  if (row.row)
    row.row = pl_read_text(r, pl_get(node, "row"), "row");
  read_conditions(r, record.when, ret, &row);
  pl_push(r->arena, ret->rows, ret->row_count, *capacity, row);
}

/* ---- every combination ---- */

/* What each row allows each input, a bit a value. */
static uint64_t *row_masks(pl_reader *r, const pl_decide *decide) {
  uint64_t *masks = pl_new_array(r->arena, uint64_t, decide->row_count * decide->input_count + 1);
  for (size_t row = 0; row < decide->row_count; row++) {
    uint64_t *mask = masks + row * decide->input_count;
    for (size_t input = 0; input < decide->input_count; input++)
      mask[input] = UINT64_MAX;
    for (size_t c = 0; c < decide->rows[row].condition_count; c++) {
      const pl_decide_condition *condition = &decide->rows[row].conditions[c];
      mask[condition->input] = 0;
      for (size_t value = 0; value < decide->inputs[condition->input].values.count; value++)
        if (pl_texts_have(condition->values, decide->inputs[condition->input].values.items[value]))
          mask[condition->input] |= (uint64_t)1 << value;
    }
  }
  return masks;
}

/* The cases that are left, narrowed input by input; CANDIDATES are the rows that may still decide them, in order. */
typedef struct case_search {
  pl_reader *r;
  const pl_decide *decide;
  const uint64_t *masks;
  size_t *values, *candidates; /* a place for each input, and a list of all rows for each */
  bool *reached;
  size_t open;
  const char *example; /* of a case that no row decides */
} case_search;

static const char *case_text(pl_reader *r, const pl_decide *decide, const size_t *values) {
  const char *text = "";
  for (size_t i = 0; i < decide->input_count; i++)
    text = pl_printf(r->arena, "%s%s%s is %s", text, i ? ", " : "", decide->inputs[i].name,
                     decide->inputs[i].values.items[values[i]]);
  return text;
}

/* Whether ROW asks nothing of the inputs from FIRST on. */
static bool asks_no_more(const case_search *s, size_t row, size_t first) {
  for (size_t c = 0; c < s->decide->rows[row].condition_count; c++)
    if (s->decide->rows[row].conditions[c].input >= first)
      return false;
  return true;
}

static void count_open(case_search *s, size_t first) {
  size_t cases = 1;
  for (size_t i = first; i < s->decide->input_count; i++) {
    cases *= s->decide->inputs[i].values.count;
    s->values[i] = 0;
  }
  if (s->open == 0)
    s->example = case_text(s->r, s->decide, s->values);
  s->open += cases;
}

/* Those of the COUNT candidates of INPUT that allow its VALUE are the candidates of the next one. */
static size_t narrow(const case_search *s, size_t input, size_t count, size_t value) {
  const size_t *candidates = s->candidates + input * s->decide->row_count;
  size_t *next = s->candidates + (input + 1) * s->decide->row_count, left = 0;
  for (size_t i = 0; i < count; i++)
    if (s->masks[candidates[i] * s->decide->input_count + input] >> value & 1)
      next[left++] = candidates[i];
  return left;
}

/* At most one level for each input, and no further than the first candidate leaves anything to ask. */
static void search_cases(case_search *s, size_t input, size_t count) {
  if (count == 0) {
    count_open(s, input);
    return;
  }
  size_t first = s->candidates[input * s->decide->row_count];
  if (asks_no_more(s, first, input)) {
    s->reached[first] = true;
    return;
  }
  for (size_t value = 0; value < s->decide->inputs[input].values.count; value++) {
    s->values[input] = value;
    search_cases(s, input + 1, narrow(s, input, count, value));
  }
}

static void check_cases(pl_reader *r, const pl_node *node, const pl_decide *decide) {
  case_search s = {.r = r, .decide = decide, .masks = row_masks(r, decide)};
  s.values = pl_new_array(r->arena, size_t, decide->input_count + 1);
  s.candidates = pl_new_array(r->arena, size_t, (decide->input_count + 1) * decide->row_count);
  s.reached = pl_new_array(r->arena, bool, decide->row_count + 1);
  for (size_t row = 0; row < decide->row_count; row++)
    s.candidates[row] = row;
  search_cases(&s, 0, decide->row_count);
  const pl_node *rows = pl_get(node, "rows");
  if (s.open)
    pl_node_fault(r->faults, rows, "no row decides %zu of the cases, such as: %s", s.open, s.example);
  for (size_t row = 0; row < decide->row_count; row++)
    if (!s.reached[row])
      pl_node_fault(r->faults, rows->list.items[row], "this row can never be reached");
}

/* What is searched stays small whatever the table. */
static void check_size(pl_reader *r, const pl_node *node, const pl_decide *decide) {
  size_t cases = 1;
  for (size_t i = 0; i < decide->input_count && cases <= PL_DECIDE_CASES_MAX; i++)
    cases *= decide->inputs[i].values.count;
  if (decide->input_count > PL_DECIDE_INPUTS_MAX)
    pl_node_fault(r->faults, node, "decide: more than %d inputs", PL_DECIDE_INPUTS_MAX);
  else if (decide->row_count > PL_DECIDE_ROWS_MAX)
    pl_node_fault(r->faults, node, "decide: more than %d rows", PL_DECIDE_ROWS_MAX);
  else if (cases > PL_DECIDE_CASES_MAX)
    pl_node_fault(r->faults, node, "decide: more than %d combinations of inputs", PL_DECIDE_CASES_MAX);
}

typedef struct decide_record {
  const pl_node *inputs, *rows, *show;
} decide_record;

static const pl_field decide_fields[] = {
    {.key = "inputs", .kind = PL_FIELD_NODE, .offset = offsetof(decide_record, inputs), .required = true},
    {.key = "rows", .kind = PL_FIELD_NODE, .offset = offsetof(decide_record, rows), .required = true},
    {.key = "show", .kind = PL_FIELD_NODE, .offset = offsetof(decide_record, show)},
};

const pl_decide *pl_read_decide(pl_reader *r, const pl_node *node) {
  decide_record record = {0};
  pl_decide *ret = pl_new(r->arena, pl_decide);
  size_t before = r->faults->total, inputs = 0, rows = 0;
  pl_record_read(r->arena, node, "decide", decide_fields, COUNT(decide_fields), &record, r->faults);
  if (record.inputs && (!pl_is(record.inputs, PL_OBJECT) || pl_count(record.inputs) == 0))
    pl_node_fault(r->faults, record.inputs, "inputs: expected a map of at least one input");
  if (record.rows && (!pl_is(record.rows, PL_LIST) || pl_count(record.rows) == 0))
    pl_node_fault(r->faults, record.rows, "rows: expected a list of at least one row");
  pl_each_member (member, record.inputs)
    read_input(r, member, ret, &inputs);
  if (r->faults->total == before)
    pl_each_item (row, record.rows)
      read_row(r, row, ret, &rows);
  ret->show = pl_read_shown(r, record.show);
  if (r->faults->total == before)
    check_size(r, node, ret);
  if (r->faults->total == before && !r->proved)
    check_cases(r, node, ret);
  return r->faults->total == before ? ret : NULL;
}
