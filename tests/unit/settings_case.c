#include "settings_case.h"

#include <check.h>

#include "plumbline/core/json.h"

settings_case *settings_case_new(settings_function function) {
  small_node *node = small_node_new();
  settings_case *c = pl_new(node->arena, settings_case);
  pl_error err = {0};
  c->node = node;
  c->function = function;
  pl_faults_init(&c->faults, node->arena);
  if (!node->data)
    node->data = pl_data_open(node->arena, NULL, false, &err);
  ck_assert_msg(node->data != NULL, "%s", err.text);
  c->tables = pl_tables_load(node->arena, node->data, &c->faults);
  return c;
}

void settings_case_free(settings_case *c) { small_node_free(c->node); }

void settings_case_file(settings_case *c, const char *path, const char *content) {
  small_node_file(c->node, path, content);
}

void settings_case_run(settings_case *c, int minor, const char *line) {
  const char *const *argv;
  size_t argc = pl_split(c->node->arena, line, ' ', &argv), count = 0;
  while (c->environ && c->environ[count])
    count++;
  c->view.host = small_node_host(c->node);
  pl_component_input input = {.argv = argv,
                              .argc = argc,
                              .argv_where = "pid 8",
                              .argv_layer = c->layer ? c->layer : "flag",
                              .environ = c->environ,
                              .environ_count = count,
                              .environ_unread = c->environ_unread,
                              .cwd = c->cwd,
                              .view = &c->view,
                              .tables = c->tables,
                              .minor = minor};
  c->function(c->node->arena, &input, &c->settings);
  ck_assert_msg(c->faults.total == 0, "%s", c->faults.total ? c->faults.items[0].text : "");
}

static const char *show(const settings_case *c, const pl_node *node) {
  return node ? pl_json_text(c->node->arena, node, false) : "nothing";
}

const char *settings_case_entry(const settings_case *c, const char *name) {
  return show(c, pl_get(c->settings.values, name));
}

const char *settings_case_value(const settings_case *c, const char *name) {
  const pl_node *entry = pl_get(c->settings.values, name);
  if (pl_get(entry, "unreadable"))
    return "unreadable";
  const char *value = show(c, pl_get(entry, "value"));
  return pl_get(entry, "refused") ? pl_printf(c->node->arena, "%s (refused)", value) : value;
}

const char *settings_case_default(const settings_case *c, const char *name) {
  const pl_node *fallback = pl_get(pl_get(c->settings.values, name), "default");
  return fallback ? pl_json_text(c->node->arena, fallback, false) : "nothing";
}

const char *settings_case_from(const settings_case *c, const char *name) {
  const pl_node *from = pl_get(pl_get(c->settings.values, name), "from");
  const char *text = pl_get_text(from, "layer", "nothing"), *where = pl_get_text(from, "where", NULL);
  int64_t line = pl_get_integer(from, "line", 0);
  if (where)
    text = pl_printf(c->node->arena, "%s %s", text, where);
  return line ? pl_printf(c->node->arena, "%s:%lld", text, (long long)line) : text;
}

static const char *join(const settings_case *c, const pl_node *list) {
  const char *text = "";
  pl_each_item (item, list) {
    const char *one = pl_text(item) ? pl_text(item) : pl_get_text(item, "reason", "");
    text = *text ? pl_printf(c->node->arena, "%s; %s", text, one) : one;
  }
  return text;
}

const char *settings_case_refused(const settings_case *c) { return join(c, c->settings.refused); }
const char *settings_case_late(const settings_case *c) { return join(c, c->settings.late); }
const char *settings_case_notes(const settings_case *c) { return join(c, c->settings.notes); }

const char *settings_case_all(const settings_case *c) {
  const pl_node *parts[] = {c->settings.values, c->settings.refused, c->settings.late,
                            c->settings.notes,  c->settings.files,   c->settings.derived};
  const char *text = "";
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (parts[i])
      text = pl_printf(c->node->arena, "%s%s\n", text, show(c, parts[i]));
  return text;
}
