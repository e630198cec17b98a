/*
 * Which admission plugins are active, what the file says that configures them, and whether EventRateLimit has limits.
 * Source: pkg/kubeapiserver/options/{plugins,admission}.go, k8s.io/apiserver pkg/server/options/admission.go,
 * pkg/admission/config.go, plugin/pkg/admission/eventratelimit.
 */
#include "src/kube/admission.h"

#include "plumbline/kube/platform.h"

#define PLUGINS      "effective.admissionPlugins"
#define EVENT_LIMITS "effective.eventRateLimit"
#define EVENT_PLUGIN "EventRateLimit"
#define POD_SECURITY "PodSecurity"

/* ---- the set ---- */

static const pl_table_entries *known_plugins(const pl_flag_run *run) {
  return pl_table_entries_of(run->table, "admission");
}

/* "DOMAIN/NAME" or "x.DOMAIN/NAME" of the vendor whose build this is. */
static bool is_of_build(const pl_platform_build *build, const char *name) {
  const char *slash = strchr(name, '/'), *domain = build ? build->plugin_domain : NULL;
  size_t length = slash ? (size_t)(slash - name) : 0, tail = domain ? strlen(domain) : 0;
  return domain && length >= tail && strncmp(slash - tail, domain, tail) == 0 &&
         (length == tail || slash[-(ptrdiff_t)tail - 1] == '.');
}

/* A build that was given its vendor's file has further plugins on by default. */
static bool is_on_in_build(const pl_flag_run *run, const char *name) {
  return run->input->own_argc && run->input->build && pl_texts_have(run->input->build->plugins, name);
}

static void check_known(pl_flag_run *run, const char *flag) {
  pl_each_item (item, pl_flag_value(run, flag)) {
    const pl_table_entry *plugin = pl_table_find(known_plugins(run), pl_item_text(item));
    const char *shown = pl_item_text(item);
    if ((plugin && pl_table_has(plugin, run->minor)) || is_of_build(run->input->build, pl_item_text(item)))
      continue;
    if (run->input->minor == 0 || run->input->minor > run->table->last)
      pl_settings_note(run->settings, "the admission plugin %s is not in our tables", shown);
    else
      pl_flag_refuse(run, "validation", flag, "%s plugin \"%s\" is unknown", flag, shown);
  }
}

static void check_flags(pl_flag_run *run) {
  const pl_node *enable = pl_flag_value(run, "enable-admission-plugins"),
                *disable = pl_flag_value(run, "disable-admission-plugins");
  bool both = pl_flag_given(run, "enable-admission-plugins") || pl_flag_given(run, "disable-admission-plugins");
  if (pl_flag_given(run, "admission-control") && both)
    pl_flag_refuse(
        run, "validation", PLUGINS,
        "admission-control and enable-admission-plugins/disable-admission-plugins flags are mutually exclusive");
  check_known(run, "admission-control");
  check_known(run, "enable-admission-plugins");
  check_known(run, "disable-admission-plugins");
  pl_node *disabled = pl_node_object(run->arena);
  pl_each_item (item, disable)
    pl_object_put(run->arena, disabled, pl_item_text(item), item);
  pl_each_item (item, enable)
    if (pl_get(disabled, pl_item_text(item))) {
      pl_flag_refuse(run, "validation", PLUGINS,
                     "%s in enable-admission-plugins and disable-admission-plugins overlapped", pl_item_text(item));
      return;
    }
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* --admission-control is the whole list: what is not in it counts as disabled. */
static void spread_old_flag(pl_flag_run *run) {
  const pl_table_entries *known = known_plugins(run);
  const pl_node *list = pl_flag_value(run, "admission-control");
  const char **others = pl_new_array(run->arena, const char *, known->count);
  size_t count = 0;
  for (size_t i = 0; i < known->count; i++)
    if (pl_table_has(&known->items[i], run->minor) && !pl_list_has(list, known->items[i].name))
      others[count++] = known->items[i].name;
  qsort(others, count, sizeof *others, compare_texts);
  pl_node *disabled = pl_node_list(run->arena);
  for (size_t i = 0; i < count; i++)
    pl_list_add(run->arena, disabled, pl_node_string(run->arena, others[i]));
  pl_flag_put(run, "enable-admission-plugins", pl_node_copy(run->arena, list), "default", NULL, 0);
  pl_flag_put(run, "disable-admission-plugins", disabled, "default", NULL, 0);
}

typedef struct plugin_set {
  pl_node *names;
  const char *doubt; /* a plugin that is on by default in some versions only, the version being unknown */
} plugin_set;

static plugin_set active_plugins(const pl_flag_run *run, const pl_node *enable, const pl_node *disable) {
  const pl_table_entries *known = known_plugins(run);
  plugin_set set = {.names = pl_node_list(run->arena)};
  for (size_t i = 0; i < known->count; i++) {
    const pl_table_entry *plugin = &known->items[i];
    bool enabled = pl_list_has(enable, plugin->name), disabled = pl_list_has(disable, plugin->name);
    bool vendor = is_on_in_build(run, plugin->name);
    bool by_default = vendor || pl_equal(pl_table_default_text(plugin, run->minor), "on");
    if (!pl_table_has(plugin, run->minor) || (!enabled && (disabled || !by_default)))
      continue;
    if (!enabled && !vendor && run->minor == 0 && pl_table_varies(run->table, plugin))
      set.doubt = plugin->name;
    else
      pl_list_add(run->arena, set.names, pl_node_string(run->arena, plugin->name));
  }
  return set;
}

/* Where the set comes from: the last flag that has a say. */
static const char *source_of_set(const pl_flag_run *run) {
  static const char *const flags[] = {"admission-control", "enable-admission-plugins", "disable-admission-plugins",
                                      NULL};
  for (const char *const *flag = flags; *flag; flag++)
    if (pl_flag_given(run, *flag))
      return *flag;
  return "enable-admission-plugins";
}

static void put_set(pl_flag_run *run) {
  plugin_set set = active_plugins(run, pl_flag_value(run, "enable-admission-plugins"),
                                  pl_flag_value(run, "disable-admission-plugins"));
  pl_flag_derive(run, PLUGINS, set.names, source_of_set(run));
  if (pl_settings_default_of(run->settings, "enable-admission-plugins")) /* tables of this version */
    pl_settings_default(run->settings, PLUGINS, active_plugins(run, NULL, NULL).names);
  if (set.doubt)
    pl_settings_note(
        run->settings,
        "the version is unknown: plugins that only some versions have on by default, such as %s, are left out",
        set.doubt);
  static const char *const flags[] = {"admission-control", "enable-admission-plugins", "disable-admission-plugins",
                                      NULL};
  for (const char *const *flag = flags; *flag; flag++)
    pl_settings_refused_like(run->settings, PLUGINS, *flag);
}

/* ---- configuration of plugins ---- */

static const pl_shape plugin_shape[] = {{"name", PL_SHAPE_TEXT, NULL},
                                        {"path", PL_SHAPE_TEXT, NULL},
                                        {"configuration", PL_SHAPE_ANY, NULL},
                                        {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape file_shape[] = {
    PL_SHAPE_HEADER, {"plugins", PL_SHAPE_OBJECTS, plugin_shape}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape_version file_versions[] = {
    {"apiserver.config.k8s.io/v1", "AdmissionConfiguration", 0, 0},
    {"apiserver.k8s.io/v1alpha1", "AdmissionConfiguration", 0, 0},
    {NULL, NULL, 0, 0},
};

static const pl_shape limit_shape[] = {{"type", PL_SHAPE_TEXT, NULL},
                                       {"qps", PL_SHAPE_INT32, NULL},
                                       {"burst", PL_SHAPE_INT32, NULL},
                                       {"cacheSize", PL_SHAPE_INT32, NULL},
                                       {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape limits_shape[] = {
    PL_SHAPE_HEADER, {"limits", PL_SHAPE_OBJECTS, limit_shape}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape_version limits_versions[] = {
    {"eventratelimit.admission.k8s.io/v1alpha1", "Configuration", 0, 0},
    {NULL, NULL, 0, 0},
};

/* Two shapes from before there were versions are let through by their key. */
static bool is_legacy(const pl_node *document) {
  return !*pl_get_text(document, "apiVersion", "") &&
         (pl_get(document, "imagePolicy") || pl_get(document, "podNodeSelectorPluginConfig"));
}

static int check_limits(const pl_flag_run *run, const pl_node *document, pl_error *err) {
  static const char *const types[] = {"Server", "Namespace", "User", "SourceAndObject", NULL};
  const pl_node *limits = pl_get(document, "limits");
  if (pl_shape_header(run->arena, document, limits_versions, run->minor, NULL, err) < 0 ||
      pl_shape_check(run->arena, document, limits_shape, false, err) < 0)
    return -1;
  if (pl_count(limits) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "limits: must not be empty");
  pl_each_item (limit, limits) {
    int64_t qps = 0, burst = 0;
    pl_integral(pl_get(limit, "qps"), &qps);
    pl_integral(pl_get(limit, "burst"), &burst);
    if (!pl_in(pl_get_text(limit, "type", ""), types) || qps <= 0 || burst <= 0)
      return pl_fail(err, PL_ERR_SYNTAX, "line %u: a limit needs a known type, qps and burst above zero", limit->line);
  }
  return 0;
}

void pl_admission_stops_later(pl_flag_run *run, const char *reason) {
  pl_node *entry = pl_node_object(run->arena);
  pl_object_set_text(run->arena, entry, "reason", reason);
  pl_list_add(run->arena, run->settings->late, entry);
}

static const pl_node *find_plugin(const pl_node *document, const char *name) {
  pl_each_item (item, pl_get(document, "plugins"))
    if (pl_equal(pl_get_text(item, "name", ""), name))
      return item;
  return NULL;
}

/* What stands in the file itself wins over a path; a relative one lies beside the file. */
pl_config_file pl_admission_config(pl_flag_run *run, pl_config_file file, const char *plugin) {
  const pl_node *item = find_plugin(file.document, plugin), *inlined = pl_get(item, "configuration");
  const char *path = pl_get_text(item, "path", "");
  file.document = pl_is(inlined, PL_OBJECT) ? inlined : NULL;
  if (file.document || !*path)
    return file;
  const char *base = pl_dirname(run->arena, pl_flag_run_path(run, pl_flag_text(run, "admission-control-config-file")));
  path = pl_path_join(run->arena, base, path);
  pl_settings_file(run->settings, run->input->view, "admission", path);
  return pl_config_read(run, path, false);
}

static void judge_limits(pl_flag_run *run, pl_config_file file) {
  pl_error err = {0};
  file = pl_admission_config(run, file, EVENT_PLUGIN);
  if (file.state == PL_CONFIG_READ && !file.document) {
    pl_admission_stops_later(run, "the admission plugin EventRateLimit is on without limits");
    return;
  }
  if (file.state == PL_CONFIG_READ && check_limits(run, file.document, &err) < 0)
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_admission_stops_later(run, file.reason);
  pl_config_note_unknown(run, &file, limits_shape);
  if (!pl_config_taint(run, &file, EVENT_LIMITS))
    pl_config_put(run, &file, EVENT_LIMITS, pl_node_boolean(run->arena, true), file.document->line);
}

/* What a vendor's build puts in the place of a file of its own. */
static pl_config_file of_build(const pl_flag_run *run) {
  return (pl_config_file){
      .state = PL_CONFIG_READ, .document = run->input->admission, .shown = run->input->admission_where};
}

static pl_config_file read_file(pl_flag_run *run) {
  pl_config_file file = pl_config_read(run, pl_flag_text(run, "admission-control-config-file"), false);
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ && !is_legacy(file.document) &&
      (pl_shape_header(run->arena, file.document, file_versions, run->minor, NULL, &err) < 0 ||
       pl_shape_check(run->arena, file.document, file_shape, true, &err) < 0))
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_REFUSED)
    pl_flag_refuse(run, "config-file", "admission-control-config-file", "%s", file.reason);
  return file;
}

void pl_apiserver_admission(pl_flag_run *run) {
  pl_config_file file = {.state = PL_CONFIG_READ, .shown = "--admission-control-config-file"};
  check_flags(run);
  if (pl_flag_given(run, "admission-control"))
    spread_old_flag(run);
  put_set(run);
  if (*pl_flag_text(run, "admission-control-config-file"))
    file = read_file(run);
  else if (run->input->admission)
    file = of_build(run);
  pl_apiserver_pod_security(run, &file, pl_list_has(pl_flag_value(run, PLUGINS), POD_SECURITY));
  pl_flag_derive(run, EVENT_LIMITS, pl_node_boolean(run->arena, false), PLUGINS);
  pl_settings_default(run->settings, EVENT_LIMITS, pl_node_boolean(run->arena, false));
  if (!pl_list_has(pl_flag_value(run, PLUGINS), EVENT_PLUGIN))
    return;
  if (!pl_config_taint(run, &file, EVENT_LIMITS))
    judge_limits(run, file);
}
