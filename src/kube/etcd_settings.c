/*
 * The configuration that etcd runs with: a configuration file alone, else flags and, for what they do not give, the
 * environment. Source: server/etcdmain/config.go, server/embed/config.go, pkg/flags/flag.go.
 */
#include "plumbline/core/escape.h"
#include "src/kube/etcd.h"

#define PREFIX              "ETCD_"
#define VERSION_ASIDE_SINCE 305

/* ---- the environment ---- */

/* "data-dir" -> "ETCD_DATA_DIR" */
static const char *variable_of(pl_arena *arena, const char *flag) {
  char *name = pl_printf(arena, PREFIX "%s", flag);
  for (char *c = name + strlen(PREFIX); *c; c++)
    *c = (char)(*c == '-' ? '_' : *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
  return name;
}

static void put_variable(pl_flag_run *run, const pl_table_entry *flag, const pl_flag_spec *spec, const char *name,
                         const char *text) {
  pl_flag one = {.name = flag->name, .value = text, .spec = spec};
  pl_flags flags = {.items = &one, .count = 1};
  pl_node *value;
  pl_error err = {0};
  const char *where = pl_printf(run->arena, "%s environment %s", run->input->argv_where, name);
  if (pl_flags_value(run->arena, &flags, spec, &value, NULL, &err) == 0) {
    pl_flag_put(run, flag->name, spec->secret ? pl_flag_hidden(run->arena, text) : value, "environment", where, 0);
    return;
  }
  const char *reason = pl_printf(run->arena, "invalid value for %s: %s", name, err.text);
  pl_settings_refuse_one(run->settings, "environment", where, flag->name, reason);
  pl_settings_refused_value(run->settings, flag->name, reason);
}

/* There are no variables for help, and from 3.5 on ETCD_VERSION is put aside. */
static bool has_variable(const pl_flag_run *run, const char *flag) {
  static const char *const without[] = {"help", "h", NULL};
  bool early = run->minor && run->minor < VERSION_ASIDE_SINCE;
  return !pl_in(flag, without) && (early || strcmp(flag, "version") != 0);
}

/* A variable beside its flag stops etcd, whatever they say. */
static void from_environment(pl_flag_run *run) {
  for (size_t i = 0; i < run->table->flags.count; i++) {
    const pl_table_entry *flag = &run->table->flags.items[i];
    if (!pl_table_has(flag, run->minor) || !has_variable(run, flag->name))
      continue;
    const char *name = variable_of(run->arena, flag->name),
               *text = pl_environ(run->input->environ, run->input->environ_count, name);
    if (text && pl_flag_given(run, flag->name))
      pl_flag_refuse(run, "environment", flag->name,
                     "conflicting environment variable %s is shadowed by the command-line flag --%s", name, flag->name);
    else if (text && *text)
      put_variable(run, flag, &run->table->specs[i], name, text);
  }
}

static pl_node *variables_of_flags(const pl_flag_run *run) {
  pl_node *names = pl_node_object(run->arena);
  for (size_t i = 0; i < run->table->flags.count; i++)
    pl_object_put(run->arena, names, variable_of(run->arena, run->table->flags.items[i].name), names);
  return names;
}

/* Beside a file no variable counts; else those that stand for no flag do not. */
static void note_variables(pl_flag_run *run, bool with_file) {
  static const char *const others[] = {PREFIX "CONFIG_FILE", PREFIX "UNSUPPORTED_ARCH", NULL}; /* count all the same */
  const pl_node *known = variables_of_flags(run);
  for (size_t i = 0; i < run->input->environ_count; i++) {
    const char *variable = run->input->environ[i];
    if (!pl_starts(variable, PREFIX))
      continue;
    const char *name = pl_strndup(run->arena, variable, strcspn(variable, "="));
    bool of_flag = pl_get(known, name) != NULL;
    if (of_flag == with_file && !pl_in(name, others))
      pl_settings_note(run->settings, "the variable %s %s", pl_escape_text(run->arena, name),
                       with_file ? "has no effect beside a configuration file" : "is none of etcd's and has no effect");
  }
}

/* Without the environment, what no flag gives cannot be told. */
static void without_environment(pl_flag_run *run) {
  for (size_t i = 0; i < run->table->flags.count; i++) {
    const char *name = run->table->flags.items[i].name;
    if (pl_flag_value(run, name) && !pl_flag_given(run, name))
      pl_flag_unreadable(run, name, run->input->environ_unread);
  }
}

/* ---- values of their own kinds ---- */

static pl_node *split(pl_arena *arena, const char *text) {
  pl_node *list = pl_node_list(arena);
  const char *const *items;
  size_t count = *text ? pl_split(arena, text, ',', &items) : 0;
  for (size_t i = 0; i < count; i++)
    pl_list_add(arena, list, pl_node_string(arena, items[i]));
  return list;
}

/* The text of setting NAME is LIST; so is that of its default. */
static void respell(pl_flag_run *run, const char *name, pl_node *list) {
  const char *fallback = pl_text(pl_settings_default_of(run->settings, name));
  pl_flag_respell(run, name, list);
  pl_settings_default(run->settings, name, fallback ? split(run->arena, fallback) : NULL);
}

static void make_lists(pl_flag_run *run) {
  static const char *const lists[] = {"cipher-suites", "client-cert-allowed-hostname", "peer-cert-allowed-cn",
                                      "peer-cert-allowed-hostname", NULL};
  for (const char *const *name = lists; *name; name++)
    if (pl_is(pl_flag_value(run, *name), PL_STRING))
      respell(run, *name, split(run->arena, pl_flag_text(run, *name)));
  for (const char *const *name = pl_etcd_url_settings; *name; name++) {
    pl_error err = {0};
    if (!pl_is(pl_flag_value(run, *name), PL_STRING))
      continue;
    pl_node *urls = pl_etcd_urls(run->arena, pl_flag_text(run, *name), &err);
    respell(run, *name, urls ? urls : pl_node_list(run->arena));
    if (!urls)
      pl_flag_refuse(run, "flags", *name, "--%s: %s", *name, err.text);
  }
}

/* Where the data is: "NAME.etcd" below the working directory unless something else is said. */
static void data_directory(pl_flag_run *run, const char *unread) {
  if (pl_flag_value(run, "data-dir") && !*pl_flag_text(run, "data-dir")) {
    if (pl_flag_value(run, "name"))
      pl_flag_put(run, "data-dir", pl_node_printf(run->arena, "%s.etcd", pl_flag_text(run, "name")), "default", NULL,
                  0);
    else
      pl_flag_unreadable(run, "data-dir", unread ? unread : "the name is not known");
  }
  if (pl_flag_value(run, "name"))
    pl_settings_default(run->settings, "data-dir", pl_node_printf(run->arena, "%s.etcd", pl_flag_text(run, "name")));
  const char *directory = pl_flag_text(run, "data-dir"), *log = pl_flag_text(run, "wal-dir");
  pl_flag_derive(run, "effective.dataDir",
                 *directory ? pl_node_string(run->arena, pl_flag_run_path(run, directory)) : NULL, "data-dir");
  pl_flag_derive(run, "effective.walDir", *log ? pl_node_string(run->arena, pl_flag_run_path(run, log)) : NULL,
                 "wal-dir");
  pl_flag_run_host_path(run, "effective.dataDir");
  pl_flag_run_host_path(run, "effective.walDir");
}

/* ---- refusals ---- */

static bool is_given(const pl_flag_run *run, const char *name) {
  const pl_node *from = pl_get(pl_get(run->settings->values, name), "from");
  return from && !pl_equal(pl_get_text(from, "layer", ""), "default");
}

static void check_advertised(pl_flag_run *run, bool with_file) {
  if (!with_file && is_given(run, "listen-client-urls") && !is_given(run, "advertise-client-urls") &&
      pl_flag_value(run, "advertise-client-urls"))
    pl_flag_refuse(run, "validation", "advertise-client-urls",
                   "--advertise-client-urls is required when --listen-client-urls is set explicitly");
}

static void check_timing(pl_flag_run *run) {
  int64_t beat = pl_flag_integer(run, "heartbeat-interval", 100),
          election = pl_flag_integer(run, "election-timeout", 1000);
  if (beat <= 0 || election <= 0 || 5 * beat > election || election > 50000)
    pl_flag_refuse(
        run, "validation", "election-timeout",
        "--election-timeout should be at least 5 times --heartbeat-interval and at most 50000, and both above zero");
}

static void check_cluster(pl_flag_run *run) {
  static const char *const states[] = {"new", "existing", NULL}, *const modes[] = {"", "periodic", "revision", NULL};
  static const char *const ways[] = {"discovery", "discovery-srv", "initial-cluster", NULL};
  int ways_given = 0;
  for (const char *const *way = ways; *way; way++)
    ways_given += *pl_flag_text(run, *way) != '\0';
  if (ways_given > 1)
    pl_flag_refuse(run, "validation", NULL, "multiple discovery or bootstrap flags are set");
  if (pl_flag_value(run, "initial-cluster-state") && !pl_in(pl_flag_text(run, "initial-cluster-state"), states))
    pl_flag_refuse(run, "validation", "initial-cluster-state", "unexpected clusterState");
  if (!pl_in(pl_flag_text(run, "auto-compaction-mode"), modes))
    pl_flag_refuse(run, "validation", "auto-compaction-mode", "unknown auto-compaction-mode");
  if (*pl_flag_text(run, "logger") && strcmp(pl_flag_text(run, "logger"), "zap") != 0)
    pl_flag_refuse(run, "validation", "logger", "unknown logger option");
}

/* ---- all together ---- */

/* The file that is in use, NULL when flags and environment are. */
static const char *config_file(const pl_flag_run *run) {
  const pl_flag *flag = pl_flags_last(&run->flags, "config-file");
  const char *path = flag && *flag->value
                         ? flag->value
                         : pl_environ(run->input->environ, run->input->environ_count, PREFIX "CONFIG_FILE");
  return path && *path ? path : NULL;
}

/* Why the file cannot be read, NULL when it was, or when etcd would refuse it. */
static const char *from_file(pl_flag_run *run, const char *path) {
  const pl_flag *flag = pl_flags_last(&run->flags, "config-file");
  bool by_flag = flag && *flag->value;
  pl_flag_put(run, "config-file", pl_node_string(run->arena, path),
              by_flag ? pl_settings_argv_layer(run->input, flag->index) : "environment",
              by_flag ? pl_settings_argv(run->arena, run->input, flag->index)
                      : pl_printf(run->arena, "%s environment " PREFIX "CONFIG_FILE", run->input->argv_where),
              0);
  pl_config_file file = pl_etcd_file(run, path);
  make_lists(run);
  pl_etcd_file_taint(run, &file);
  pl_flag_run_ignored(run, "config-file");
  return file.state == PL_CONFIG_UNREADABLE ? file.reason : NULL;
}

/* Flags of URLs are looked at as they are read, whether they count in the end or not. */
static void check_url_flags(pl_flag_run *run) {
  for (size_t i = 0; i < run->flags.count; i++) {
    const pl_flag *flag = &run->flags.items[i];
    pl_error err = {0};
    if (pl_in(flag->name, pl_etcd_url_settings) && !pl_etcd_urls(run->arena, flag->value, &err))
      pl_settings_refuse_one(run->settings, "flags", run->input->argv_where, flag->name,
                             pl_printf(run->arena, "--%s: %s", flag->name, err.text));
  }
}

void pl_etcd_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  pl_flag_run run;
  if (!pl_flag_run_begin(&run, arena, input, "etcd", PL_FLAGS_GO, ret))
    return;
  const char *path = config_file(&run), *unread = path ? NULL : input->environ_unread;
  pl_flag_run_stray(&run, true);
  pl_flag_run_defaults(&run);
  if (path) {
    check_url_flags(&run);
    unread = from_file(&run, path);
    note_variables(&run, true);
  } else {
    pl_flag_run_given(&run, false);
    from_environment(&run);
    note_variables(&run, false);
    make_lists(&run);
    if (unread)
      without_environment(&run);
  }
  data_directory(&run, unread);
  pl_etcd_urls_check(&run);
  check_advertised(&run, path != NULL);
  check_timing(&run);
  check_cluster(&run);
  pl_etcd_tls(&run, unread);
  pl_flag_run_files(&run);
}
