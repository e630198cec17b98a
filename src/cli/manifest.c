/* plumbline manifest: Kubernetes objects that run plumbline on every node, from the templates in src/ship/manifest. */
#include <stdio.h>

#include "commands.h"
#include "plumbline/core/digest.h"
#include "plumbline/kube/collect.h"
#include "session.h"
#include "template.h"

#define LOWER    "abcdefghijklmnopqrstuvwxyz0123456789"
#define LETTERS  LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define IMAGE    "localhost/plumbline:" PL_VERSION
#define SONOBUOY "/tmp/sonobuoy/results" /* where Sonobuoy's worker, in the same pod, waits for the file "done" */

enum {
  LABEL_MAX = 63,      /* a namespace's name, and a Job's, which is a label of its pods */
  CRON_JOB_MAX = 52,   /* its Jobs are called by its name, a dash and ten digits */
  SUBDOMAIN_MAX = 253, /* a node's name */
  MARK = 8,            /* hexadecimal digits that tell shortened names apart */
  APPARMOR_FIELD = 30, /* Kubernetes 1.30 has appArmorProfile; before, it is an annotation */
  TEXT_MAX = 255,
};

/* A value that becomes part of a manifest: what it may be made of, so that it cannot be more than a value there. */
typedef struct value_rule {
  const char *option;
  size_t offset, maximum;
  const char *characters, *first, *last; /* LAST NULL: any of the characters */
  const char *fallback;
} value_rule;

#define AT(member) offsetof(pl_options, member)

enum { IMAGE_RULE, NAMESPACE_RULE, RESULTS_RULE, SCHEDULE_RULE, RULES };

static const value_rule rules[RULES] = {
    [IMAGE_RULE] = {"image", AT(image), TEXT_MAX, LETTERS "._-/:@", LETTERS, NULL, IMAGE},
    [NAMESPACE_RULE] = {"namespace", AT(namespace), LABEL_MAX, LOWER "-", LOWER, LOWER, "plumbline"},
    [RESULTS_RULE] = {"results", AT(results), TEXT_MAX, LETTERS "._-/", "/", NULL, NULL},
    [SCHEDULE_RULE] = {"schedule", AT(schedule), TEXT_MAX, LETTERS "*/,-? @", LETTERS "*@", NULL, "17 3 * * *"},
};
static const value_rule node_rule = {"node", 0, SUBDOMAIN_MAX, LOWER "-.", LOWER, LOWER, NULL};

/* What a kind of manifest takes besides what all take, and what it is made of. */
typedef struct manifest_kind {
  const char *name, *takes[4];
  bool namespaced; /* a namespace comes before it */
  size_t name_max;
  const char *every, *sonobuoy;
} manifest_kind;

static const manifest_kind kinds[] = {
    {"job", {"node", "results", "report"}, true, LABEL_MAX, NULL, NULL},
    {"cronjob", {"node", "results", "report", "schedule"}, true, CRON_JOB_MAX, NULL, NULL},
    {"daemonset", {"every", "results", "report"}, true, LABEL_MAX, "24h", NULL},
    {"sonobuoy", {NULL}, false, 0, "0", SONOBUOY},
};

static int refuse(pl_error *err, const char *option, const char *value, const char *why) {
  return pl_fail(err, PL_ERR_USAGE, "--%s %s: %s", option, value, why);
}

static int check_value(const value_rule *rule, const char *value, pl_error *err) {
  size_t length = strlen(value);
  if (length > rule->maximum)
    return pl_fail(err, PL_ERR_USAGE, "--%s: longer than %zu characters", rule->option, rule->maximum);
  bool ends_well = length > 0 && (!rule->last || strchr(rule->last, value[length - 1]));
  if (!ends_well || !strchr(rule->first, *value) || strspn(value, rule->characters) != length)
    return refuse(err, rule->option, value, "this is none that Kubernetes takes");
  return 0;
}

static const char *given(const pl_options *options, const value_rule *rule) {
  const char *value = *(const char *const *)((const char *)options + rule->offset);
  return value ? value : rule->fallback;
}

static const manifest_kind *find_kind(const char *name) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (pl_equal(kinds[i].name, name))
      return &kinds[i];
  return NULL;
}

static bool takes(const manifest_kind *kind, const char *option) {
  for (size_t i = 0; i < sizeof kind->takes / sizeof *kind->takes; i++)
    if (pl_equal(kind->takes[i], option))
      return true;
  return false;
}

static int check_kind(const manifest_kind *kind, const pl_options *options, pl_error *err) {
  const struct {
    const char *option;
    bool set;
  } given_options[] = {
      {"node", options->nodes.count > 0},      {"results", options->results != NULL},
      {"schedule", options->schedule != NULL}, {"every", options->every != NULL},
      {"report", options->report_count > 0},
  };
  for (size_t i = 0; i < sizeof given_options / sizeof *given_options; i++)
    if (given_options[i].set && !takes(kind, given_options[i].option))
      return pl_fail(err, PL_ERR_USAGE, "--%s does not go with 'manifest %s'", given_options[i].option, kind->name);
  return 0;
}

static int check_reports(const pl_options *options, pl_error *err) {
  for (size_t i = 0; i < options->report_count; i++) {
    const char *format = options->reports[i].format;
    if (options->reports[i].target)
      return refuse(err, "report", format, "files are named after their node; --results DIR says where they go");
    for (size_t j = 0; j < i; j++)
      if (pl_equal(options->reports[j].format, format))
        return refuse(err, "report", format, "it is asked for twice");
  }
  if (options->report_count > 1 && !options->results)
    return pl_fail(err, PL_ERR_USAGE,
                   "two reports cannot both go to the container's log; --results DIR writes them to files");
  return 0;
}

static int check_values(const pl_options *options, pl_error *err) {
  for (size_t i = 0; i < RULES; i++) {
    const char *value = given(options, &rules[i]);
    if (value && check_value(&rules[i], value, err) < 0)
      return -1;
  }
  for (size_t i = 0; i < options->nodes.count; i++)
    if (check_value(&node_rule, options->nodes.items[i], err) < 0)
      return -1;
  if (options->kubernetes && pl_kubernetes_minor(options->kubernetes) == 0)
    return refuse(err, "kubernetes", options->kubernetes, "this is no version of Kubernetes, such as 1.34 or 1.34.9");
  return check_reports(options, err);
}

/* "plumbline-NODE" as a label: where that takes another letter or fewer, a digest of the name keeps two nodes apart. */
static const char *object_name(pl_arena *arena, const manifest_kind *kind, const char *node) {
  char *name = pl_printf(arena, "plumbline%s%s", *node ? "-" : "", node), hex[PL_SHA256_HEX];
  bool changed = strlen(name) > kind->name_max || strchr(name, '.');
  if (!changed)
    return name;
  for (char *at = name; (at = strchr(at, '.'));)
    *at = '-';
  pl_sha256(node, strlen(node), hex);
  int room = (int)kind->name_max - MARK - 1;
  return pl_printf(arena, "%.*s-%.*s", room, name, MARK, hex);
}

static pl_texts one(pl_arena *arena, const char *text) {
  if (!text)
    return (pl_texts){NULL, 0};
  const char **items = pl_new_array(arena, const char *, 1);
  items[0] = text;
  return (pl_texts){items, 1};
}

/* Reports to the log, or to a file a node. */
static pl_texts reports(pl_arena *arena, const pl_options *options) {
  size_t count = options->report_count ? options->report_count : 1;
  const char **items = pl_new_array(arena, const char *, count);
  for (size_t i = 0; i < count; i++) {
    const char *format = options->report_count ? options->reports[i].format : "junit";
    const char *ending = pl_equal(format, "junit") ? "xml" : format;
    items[i] = options->results ? pl_printf(arena, "%s=/out/$(NODE_NAME).%s", format, ending) : format;
  }
  return (pl_texts){items, count};
}

static const char *set_if(bool condition) { return condition ? "" : NULL; }

/* The namespaces of every cluster keep the labels that they have. */
static bool is_ours(const char *namespace) { return !pl_equal(namespace, "default") && !pl_starts(namespace, "kube-"); }

static int put(pl_arena *arena, const pl_options *options, const manifest_kind *kind, pl_error *err) {
  const char *namespace = given(options, &rules[NAMESPACE_RULE]);
  const char *every = options->every ? options->every : kind->every;
  bool annotate = options->kubernetes && pl_kubernetes_minor(options->kubernetes) < APPARMOR_FIELD;
  pl_template_value values[] = {
      {"node", one(arena, NULL)},
      {"name", one(arena, NULL)},
      {"kind", one(arena, kind->name)},
      {"namespace", one(arena, namespace)},
      {"image", one(arena, given(options, &rules[IMAGE_RULE]))},
      {"results", one(arena, options->results)},
      {"schedule", one(arena, given(options, &rules[SCHEDULE_RULE]))},
      {"report", kind->sonobuoy ? one(arena, NULL) : reports(arena, options)},
      {"sonobuoy", one(arena, kind->sonobuoy)},
      {"every", one(arena, every)},
      {"stays", one(arena, every)},
      {"network", one(arena, set_if(options->network))},
      {"apparmor-annotation", one(arena, set_if(annotate))},
  };
  pl_template template = {arena, "src/ship/manifest", values, sizeof values / sizeof *values, stdout};
  if (kind->namespaced && is_ours(namespace) && pl_template_put(&template, "namespace", 0, err) < 0)
    return -1;
  size_t count = options->nodes.count ? options->nodes.count : 1;
  for (size_t i = 0; i < count; i++) {
    const char *node = options->nodes.count ? options->nodes.items[i] : NULL;
    values[0].texts = one(arena, node);
    values[1].texts = one(arena, object_name(arena, kind, node ? node : ""));
    if (pl_template_put(&template, kind->name, 0, err) < 0)
      return -1;
  }
  return 0;
}

int pl_command_manifest(pl_arena *arena, const pl_options *options) {
  const manifest_kind *kind = find_kind(options->operands.items[0]);
  pl_error err = {0};
  if (!kind)
    return pl_tell(PL_EXIT_INTERNAL, "manifest %s: there is no such kind", options->operands.items[0]);
  if (check_kind(kind, options, &err) < 0 || check_values(options, &err) < 0)
    return pl_tell_error(&err);
  if (put(arena, options, kind, &err) < 0)
    return pl_tell(PL_EXIT_INTERNAL, "%s", err.text);
  return 0;
}
