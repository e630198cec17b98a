/*
 * The configuration that kube-scheduler runs with. With --config the deprecated flags count for nothing, while those of
 * leader election and of serving still do. Source: cmd/kube-scheduler/app/options,
 * pkg/scheduler/apis/config/v1/defaults.go, pkg/scheduler/apis/config/validation.
 */
#include "plumbline/core/number.h"
#include "src/kube/config_file.h"
#include "src/kube/flag_gates.h"
#include "src/kube/shape.h"
#include "src/kube/tls_flags.h"

/* ---- the file's type ---- */

static const pl_shape plugin_shape[] = {
    {"name", PL_SHAPE_TEXT, NULL}, {"weight", PL_SHAPE_INT32, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape set_shape[] = {{"enabled", PL_SHAPE_OBJECTS, plugin_shape},
                                     {"disabled", PL_SHAPE_OBJECTS, plugin_shape},
                                     {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape plugins_shape[] = {
    {"preEnqueue", PL_SHAPE_OBJECT, set_shape},     {"queueSort", PL_SHAPE_OBJECT, set_shape},
    {"preFilter", PL_SHAPE_OBJECT, set_shape},      {"filter", PL_SHAPE_OBJECT, set_shape},
    {"postFilter", PL_SHAPE_OBJECT, set_shape},     {"preScore", PL_SHAPE_OBJECT, set_shape},
    {"score", PL_SHAPE_OBJECT, set_shape},          {"reserve", PL_SHAPE_OBJECT, set_shape},
    {"permit", PL_SHAPE_OBJECT, set_shape},         {"preBind", PL_SHAPE_OBJECT, set_shape},
    {"bind", PL_SHAPE_OBJECT, set_shape},           {"postBind", PL_SHAPE_OBJECT, set_shape},
    {"multiPoint", PL_SHAPE_OBJECT, set_shape},     {"placementGenerate", PL_SHAPE_OBJECT, set_shape},
    {"placementScore", PL_SHAPE_OBJECT, set_shape}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape plugin_config_shape[] = {
    {"name", PL_SHAPE_TEXT, NULL}, {"args", PL_SHAPE_ANY, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape profile_shape[] = {{"schedulerName", PL_SHAPE_TEXT, NULL},
                                         {"percentageOfNodesToScore", PL_SHAPE_INT32, NULL},
                                         {"plugins", PL_SHAPE_OBJECT, plugins_shape},
                                         {"pluginConfig", PL_SHAPE_OBJECTS, plugin_config_shape},
                                         {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape extender_shape[] = {{"urlPrefix", PL_SHAPE_TEXT, NULL},
                                          {"filterVerb", PL_SHAPE_TEXT, NULL},
                                          {"preemptVerb", PL_SHAPE_TEXT, NULL},
                                          {"prioritizeVerb", PL_SHAPE_TEXT, NULL},
                                          {"weight", PL_SHAPE_INT32, NULL},
                                          {"bindVerb", PL_SHAPE_TEXT, NULL},
                                          {"enableHTTPS", PL_SHAPE_BOOLEAN, NULL},
                                          {"tlsConfig", PL_SHAPE_ANY, NULL},
                                          {"httpTimeout", PL_SHAPE_DURATION, NULL},
                                          {"nodeCacheCapable", PL_SHAPE_BOOLEAN, NULL},
                                          {"managedResources", PL_SHAPE_ANY, NULL},
                                          {"ignorable", PL_SHAPE_BOOLEAN, NULL},
                                          {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape client_shape[] = {
    {"kubeconfig", PL_SHAPE_TEXT, NULL},  {"acceptContentTypes", PL_SHAPE_TEXT, NULL},
    {"contentType", PL_SHAPE_TEXT, NULL}, {"qps", PL_SHAPE_NUMBER, NULL},
    {"burst", PL_SHAPE_INT32, NULL},      {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape election_shape[] = {
    {"leaderElect", PL_SHAPE_BOOLEAN, NULL},    {"leaseDuration", PL_SHAPE_DURATION, NULL},
    {"renewDeadline", PL_SHAPE_DURATION, NULL}, {"retryPeriod", PL_SHAPE_DURATION, NULL},
    {"resourceLock", PL_SHAPE_TEXT, NULL},      {"resourceName", PL_SHAPE_TEXT, NULL},
    {"resourceNamespace", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};

#define COMMON_FIELDS                                                                                                  \
  PL_SHAPE_HEADER, {"parallelism", PL_SHAPE_INT32, NULL}, {"leaderElection", PL_SHAPE_OBJECT, election_shape},         \
      {"clientConnection", PL_SHAPE_OBJECT, client_shape}, {"enableProfiling", PL_SHAPE_BOOLEAN, NULL},                \
      {"enableContentionProfiling", PL_SHAPE_BOOLEAN, NULL}, {"percentageOfNodesToScore", PL_SHAPE_INT32, NULL},       \
      {"podInitialBackoffSeconds", PL_SHAPE_INT32, NULL}, {"podMaxBackoffSeconds", PL_SHAPE_INT32, NULL},              \
      {"profiles", PL_SHAPE_OBJECTS, profile_shape}, {                                                                 \
    "extenders", PL_SHAPE_OBJECTS, extender_shape                                                                      \
  }

static const pl_shape file_shape[] = {
    COMMON_FIELDS, {"delayCacheUntilActive", PL_SHAPE_BOOLEAN, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape beta_shape[] = {COMMON_FIELDS,
                                      {"healthzBindAddress", PL_SHAPE_TEXT, NULL},
                                      {"metricsBindAddress", PL_SHAPE_TEXT, NULL},
                                      {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape_version file_versions[] = {
    {"kubescheduler.config.k8s.io/v1", "KubeSchedulerConfiguration", 0, 0},
    {"kubescheduler.config.k8s.io/v1beta3", "KubeSchedulerConfiguration", 0, 29},
    {"kubescheduler.config.k8s.io/v1beta2", "KubeSchedulerConfiguration", 0, 28},
    {NULL, NULL, 0, 0},
};

/* What the file feeds, by the names of its own keys. A zero or an empty text stands for the default, except of the two
 * that are pointers. */
static const struct fed {
  const char *name;
  bool keeps_zero;
} fed[] = {
    {"enableProfiling", true},
    {"enableContentionProfiling", true},
    {"clientConnection.kubeconfig", false},
    {"clientConnection.contentType", false},
    {"clientConnection.qps", false},
    {"clientConnection.burst", false},
    {"leaderElection.leaderElect", true},
    {"leaderElection.leaseDuration", false},
    {"leaderElection.renewDeadline", false},
    {"leaderElection.retryPeriod", false},
    {"leaderElection.resourceLock", false},
    {"leaderElection.resourceName", false},
    {"leaderElection.resourceNamespace", false},
};
#define FED_COUNT (sizeof fed / sizeof *fed)

/* ---- values ---- */

static bool is_zero(const pl_node *node) {
  int64_t number;
  if (pl_is(node, PL_STRING))
    return node->string.length == 0 || (pl_parse_duration(node->string.data, &number, NULL) == 0 && number == 0);
  return pl_integral(node, &number) && number == 0;
}

/* Durations in Go's own spelling, whole numbers as integers. */
static pl_node *normal(pl_arena *arena, const char *name, const pl_node *node) {
  int64_t number;
  if (pl_is(node, PL_STRING) && (pl_ends(name, "Duration") || pl_ends(name, "Deadline") || pl_ends(name, "Period")) &&
      pl_parse_duration(node->string.data, &number, NULL) == 0)
    return pl_node_string(arena, pl_format_duration(arena, number));
  if (pl_integral(node, &number))
    return pl_node_integer(arena, number);
  return pl_node_copy(arena, node);
}

static void put_file(pl_flag_run *run, const pl_config_file *file) {
  for (size_t i = 0; i < FED_COUNT; i++) {
    const pl_node *node = pl_get_path(file->document, fed[i].name);
    if (node && node->kind != PL_NULL && (fed[i].keeps_zero || !is_zero(node)))
      pl_config_put(run, file, fed[i].name, normal(run->arena, fed[i].name, node), node->line);
  }
  const pl_node *contention = pl_get(file->document, "enableContentionProfiling");
  if (!pl_flag_boolean(run, "enableProfiling", true) && !pl_is(contention, PL_BOOLEAN))
    pl_flag_put(run, "enableContentionProfiling", pl_node_boolean(run->arena, false), "default", NULL, 0);
}

static int64_t number_of(const pl_node *document, const char *name, int64_t fallback) {
  int64_t number;
  return pl_integral(pl_get(document, name), &number) ? number : fallback;
}

static int check_numbers(const pl_node *document, pl_error *err) {
  int64_t share = number_of(document, "percentageOfNodesToScore", 0),
          first = number_of(document, "podInitialBackoffSeconds", 1);
  if (number_of(document, "parallelism", 16) <= 0)
    return pl_fail(err, PL_ERR_SYNTAX, "parallelism: should be an integer value greater than zero");
  if (share < 0 || share > 100)
    return pl_fail(err, PL_ERR_SYNTAX, "percentageOfNodesToScore: not in valid range [0-100]");
  if (first <= 0 || number_of(document, "podMaxBackoffSeconds", 10) < first)
    return pl_fail(err, PL_ERR_SYNTAX,
                   "podInitialBackoffSeconds must be above zero and podMaxBackoffSeconds not below it");
  if (number_of(pl_get(document, "clientConnection"), "burst", 0) < 0)
    return pl_fail(err, PL_ERR_SYNTAX, "clientConnection.burst: must be non-negative");
  return 0;
}

static int check_profiles(pl_arena *arena, const pl_node *profiles, pl_error *err) {
  pl_node *seen = pl_node_object(arena);
  pl_each_item (profile, profiles) {
    const char *name = pl_get_text(profile, "schedulerName", pl_count(profiles) == 1 ? "default-scheduler" : "");
    if (!*name || pl_get(seen, name))
      return pl_fail(err, PL_ERR_SYNTAX, "line %u: a profile %s", profile->line,
                     *name ? "has the schedulerName of another" : "has no schedulerName");
    pl_object_set_boolean(arena, seen, name, true);
  }
  return 0;
}

static pl_config_file read_file(pl_flag_run *run, const char *path) {
  pl_config_file file = pl_config_read(run, path, false);
  const pl_shape_version *version = file_versions;
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ &&
      (pl_shape_header(run->arena, file.document, file_versions, run->minor, &version, &err) < 0 ||
       pl_shape_check(run->arena, file.document, version == file_versions ? file_shape : beta_shape, true, &err) < 0 ||
       check_numbers(file.document, &err) < 0 ||
       check_profiles(run->arena, pl_get(file.document, "profiles"), &err) < 0))
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  return file;
}

static int64_t duration_of(const pl_flag_run *run, const char *name) {
  int64_t ns = 0;
  pl_parse_duration(pl_flag_text(run, name), &ns, NULL);
  return ns;
}

/* Only a configuration file makes the scheduler look at these. */
static void check_election(pl_flag_run *run) {
  int64_t lease = duration_of(run, "leaderElection.leaseDuration"),
          renew = duration_of(run, "leaderElection.renewDeadline");
  if (!pl_flag_boolean(run, "leaderElection.leaderElect", true))
    return;
  if (lease <= 0 || renew <= 0 || duration_of(run, "leaderElection.retryPeriod") <= 0 || lease < renew)
    pl_flag_refuse(run, "validation", "leaderElection.leaseDuration",
                   "leaderElection: durations must be greater than zero, leaseDuration greater than renewDeadline");
  if (strcmp(pl_flag_text(run, "leaderElection.resourceLock"), "leases") != 0)
    pl_flag_refuse(run, "validation", "leaderElection.resourceLock", "resourceLock value must be \"leases\"");
}

/* A setting of the file that a flag has the last word on stays what the flag says. */
static void taint(pl_flag_run *run, const pl_config_file *file) {
  for (size_t i = 0; i < FED_COUNT; i++) {
    const pl_node *from = pl_get(pl_get(run->settings->values, fed[i].name), "from");
    if (!pl_get_text(from, "where", NULL)) /* a default */
      pl_config_taint(run, file, fed[i].name);
  }
}

static void whole_qps(pl_flag_run *run) {
  int64_t number;
  if (pl_parse_int(pl_flag_text(run, "clientConnection.qps"), 0, INT32_MAX, &number, NULL) == 0)
    pl_flag_respell(run, "clientConnection.qps", pl_node_integer(run->arena, number));
}

void pl_scheduler_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  pl_flag_run run;
  if (!pl_flag_run_begin(&run, arena, input, "kube-scheduler", PL_FLAGS_PFLAG, ret))
    return;
  pl_config_file file = {.state = PL_CONFIG_READ};
  const pl_flag *config = pl_flags_last(&run.flags, "config");
  bool with_config = config && *config->value;
  pl_flag_run_stray(&run, false);
  pl_flag_run_defaults(&run);
  whole_qps(&run);
  if (with_config)
    file = read_file(&run, config->value);
  if (with_config && file.state == PL_CONFIG_READ)
    put_file(&run, &file);
  pl_flag_run_given(&run, with_config);
  whole_qps(&run);
  taint(&run, &file);
  if (with_config && file.state == PL_CONFIG_READ)
    check_election(&run);
  pl_flag_gates_check(&run);
  pl_flag_tls_check(&run, false);
  pl_flag_run_files(&run);
}
