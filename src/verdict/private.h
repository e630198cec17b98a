/* What the files of this folder share while one control is judged. */
#pragma once

#include "plumbline/benchmark/names.h"
#include "plumbline/benchmark/operand.h"
#include "plumbline/verdict/evaluate.h"

#define PL_COMPONENTS_MAX 16  /* at least as many as there are names */
#define PL_SENTENCES_MAX  5   /* of one reason; the rest is counted */
#define PL_FIX_PATHS_MAX  20  /* files that one fix names; the rest is counted */
#define PL_VALUE_TOLD     120 /* in a sentence; evidence holds it in full */
#define PL_VALUE_SHOWN    300
#define PL_VALUE_OBSERVED 4000 /* as evidence */

/* The same for every control of a run. */
typedef struct pl_view_of_facts {
  const pl_node *facts, *files, *file_sets, *globs, *certificates;
  const pl_node *components[PL_COMPONENTS_MAX]; /* NULL: not in the facts */
  const char *node_name;
  const pl_site *site;
  int64_t judged_at;
} pl_view_of_facts;

typedef struct pl_judging {
  pl_arena *arena;
  const pl_view_of_facts *run;
  pl_result *result;                           /* NULL: observations are not wanted */
  pl_node *seen;                               /* what is among the observations already: their index */
  size_t replaceable;                          /* once there are too many: none from here on is one that passes */
  const pl_node *instances[PL_COMPONENTS_MAX]; /* by component: the one that is judged now; NULL: not in the facts */
  bool several[PL_COMPONENTS_MAX];             /* there are others */
  bool bare;                                   /* sentences say what was found, not what was wanted */
} pl_judging;

/* Where a fix begins. PATH: of files, all that fail, one a line (a name never holds a line break here). */
typedef struct pl_place {
  const char *path, *where, *value;
  bool setting; /* it is a setting, which a platform may have its own way to change */
} pl_place;

/* Of an expression or a part of it. */
typedef struct pl_outcome {
  pl_verdict verdict;
  const char *sentences[PL_SENTENCES_MAX]; /* without their full stop; those that decided */
  size_t sentence_count, more;
  const char *expected; /* phrase, or NULL */
  bool joined;          /* EXPECTED is several phrases */
  const char *because;  /* of the definition, of what decided; NULL when none was given */
  bool because_said;    /* it is in a sentence already */
  const char *question, *row;
  pl_place place; /* of the first failing observation */
  size_t unnamed; /* files that fail beyond those of PLACE */
} pl_outcome;

/* What a subject turned out to be. */
typedef struct pl_looked {
  const char *what;
  const char *trouble;      /* why nothing can be said; then the rest is for the observation only */
  const pl_node *value;     /* NULL or a null: unset */
  const pl_node *entry;     /* setting: with `from` and `overridden` */
  const pl_node *component; /* setting: whose */
  const char *layer, *where, *overrides;
  bool missing; /* the trouble is that it was not collected */
} pl_looked;

/* outcome.c */
pl_outcome pl_outcome_of(pl_verdict verdict, const char *sentence);
/* By the algebra, with the sentences of what decided. */
pl_outcome pl_outcome_join(pl_arena *arena, bool any, const pl_outcome *parts, size_t count);
void pl_outcome_add(pl_outcome *outcome, const char *sentence);
/* One text of all sentences, with full stops. */
const char *pl_outcome_text(pl_arena *arena, const pl_outcome *outcome);

/* observe.c */
void pl_observe(pl_judging *j, pl_observation observation);
/* The default that a setting's ENTRY tells, as a value is shown; NULL: none. */
const char *pl_default_text(pl_arena *arena, const pl_node *entry);
/* "false", "unset", "an empty list" ... */
const char *pl_show(pl_arena *arena, const pl_node *value);
/* The same at a length that serves as evidence. */
const char *pl_show_long(pl_arena *arena, const pl_node *value);

/* look.c */
size_t pl_component_index(const char *name); /* known names only */
pl_looked pl_look(pl_judging *j, const pl_expression *leaf);
pl_looked pl_look_setting(pl_judging *j, const char *component, const char *key);
bool pl_is_unset(const pl_node *value); /* null, or a text, list or map of nothing */
pl_place pl_place_of(pl_judging *j, const pl_looked *looked);

/* compare.c: 1 equal, 0 not, -1 with ERR when they cannot be compared. */
int pl_same(const pl_node *value, const pl_node *operand, pl_compare_as as, pl_error *err);
/* Negative, 0, positive into *RET. */
int pl_order(const pl_node *value, const pl_node *operand, pl_compare_as as, int *ret, pl_error *err);

/* tests.c: one test on one value that is not unset. *RET_NOTE: what to add to the sentence, or for ERROR the reason; or
 * NULL. */
typedef struct pl_tested {
  pl_judging *judging;
  const pl_expression *leaf;
  const pl_node *operand; /* with the site's parameter in it */
  const pl_looked *looked;
} pl_tested;
pl_verdict pl_test_value(const pl_tested *in, const pl_node *value, const char **ret_note);
/* What an unset value is for the test. */
pl_verdict pl_test_unset(const pl_tested *in);

/* phrase.c: "be at least 30", after "must". */
const char *pl_phrase(pl_judging *j, const pl_expression *leaf, const pl_node *operand, bool negated);

/* leaf.c, files.c, decide.c, evaluate_expression.c */
const pl_node *pl_operand_of(pl_judging *j, const pl_expression *leaf);
/* "the site file does not say NAME (TITLE)" */
const char *pl_missing_parameter(pl_judging *j, const pl_expression *leaf);
pl_outcome pl_judge_value(pl_judging *j, const pl_expression *leaf, bool negated);
pl_outcome pl_judge_files(pl_judging *j, const pl_expression *leaf, bool negated);
void pl_show_files(pl_judging *j, const pl_expression *leaf);
pl_place pl_show_value(pl_judging *j, const pl_expression *leaf);          /* where a fix would begin */
pl_place pl_show_subjects(pl_judging *j, const pl_expression *expression); /* its children, none of which decides */
pl_outcome pl_judge_decide(pl_judging *j, const pl_decide *decide);
pl_outcome pl_judge_expression(pl_judging *j, const pl_expression *expression, bool negated);
/* file.c: the entry of PATH in the facts' `files`. */
typedef struct pl_file_seen {
  const pl_node *entry;
  const char *trouble; /* why nothing can be said of it */
  bool absent;
} pl_file_seen;
pl_file_seen pl_find_file(const pl_judging *j, const char *path);
/* The test of LEAF on a file that is there. *RET_FOUND: "has mode 0644"; *RET_TROUBLE for ERROR. */
pl_verdict pl_test_file(pl_judging *j, const pl_expression *leaf, const pl_file_seen *seen, const char **ret_found,
                        const char **ret_trouble);

/* instances.c: FUNCTION for each combination of instances of the components that CONTROL names; outcomes joined by AND.
 */
pl_outcome pl_for_instances(pl_judging *j, const pl_control *control,
                            pl_outcome (*function)(pl_judging *, const pl_control *));
/* Names of components whose settings CONTROL judges, as a set. */
void pl_components_of(const pl_control *control, bool settings_only, bool ret[PL_COMPONENTS_MAX]);

/* fix.c: a line with {path} comes once for each path of PLACE; UNNAMED more are counted after the last. A path is a
 * word of the shell. RESTART: how the kubelet is started anew, NULL: as anywhere. */
const char *pl_fill_fix(pl_arena *arena, const char *fix, const pl_place *place, const char *restart, size_t unnamed);

/* control.c */
void pl_judge_control(pl_arena *arena, const pl_view_of_facts *run, const pl_control *control, pl_result *ret);

/* site_index.c: what the site file says of each control, and what became of it. */
typedef struct pl_waiver_state {
  const pl_waiver *waiver;
  const char *scope; /* for people */
  bool in_scope, expired;
  bool applied, passes, other; /* to a FAIL; the control passes; the verdict is another one */
  pl_verdict verdict;          /* OTHER: which */
} pl_waiver_state;

typedef struct pl_statement_state {
  const pl_statement *statement;
  bool decided, judged;
  pl_verdict verdict; /* JUDGED and not decided: what stood without it */
} pl_statement_state;

typedef struct pl_site_index {
  pl_arena *arena;
  const pl_view_of_facts *run;
  pl_node *waivers_of;   /* key -> list of positions */
  pl_node *statement_of; /* key -> position */
  pl_node *known;        /* key -> true when it is judged in this run */
  pl_waiver_state *waivers;
  pl_statement_state *statements;
} pl_site_index;

pl_site_index *pl_site_index_new(pl_arena *arena, const pl_view_of_facts *run, const pl_benchmark *const *benchmarks,
                                 size_t count);
/* waiver.c */
void pl_apply_statement(pl_site_index *index, pl_result *result);
void pl_apply_waivers(pl_site_index *index, pl_result *result);
/* notes.c */
void pl_site_notes(const pl_site_index *index, pl_run *run);
