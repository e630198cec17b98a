/* Lays out a case below a directory of /tmp, computes and compares. */
#include "oracle.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "plumbline/core/json.h"
#include "plumbline/core/number.h"

/* ---- the root ---- */

static void make_parents(int root, const char *path) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", path);
  for (char *slash = strchr(copy, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdirat(root, copy, 0755);
    *slash = '/';
  }
}

static void write_file(int root, const char *path, pl_bytes content) {
  make_parents(root, path);
  if (pl_ends(path, "/"))
    return;
  int fd = openat(root, path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
  ck_assert_msg(fd >= 0, "%s cannot be written", path);
  ck_assert_int_eq(write(fd, content.data, content.length), (ssize_t)content.length);
  close(fd);
}

/* "A usual set of test keys and certificates", whose content no case depends on. */
static void write_pki(int root) {
  static const char *const names[] = {"ca", "apiserver", "apiserver-etcd-client", "apiserver-kubelet-client", "front-proxy-ca",
                                      "front-proxy-client", "etcd/ca", "etcd/server", "etcd/peer", "etcd/healthcheck-client", NULL};
  static const pl_bytes content = {"test\n", 5};
  char path[256];
  for (const char *const *name = names; *name; name++) {
    snprintf(path, sizeof path, "etc/kubernetes/pki/%s.crt", *name);
    write_file(root, path, content);
    snprintf(path, sizeof path, "etc/kubernetes/pki/%s.key", *name);
    write_file(root, path, content);
  }
  write_file(root, "etc/kubernetes/pki/sa.pub", content);
  write_file(root, "etc/kubernetes/pki/sa.key", content);
}

static void write_root(int root, const pl_node *row) {
  if (!pl_equal(pl_get_text(row, "component", NULL), "kubelet"))
    write_pki(root);
  pl_each_member(file, pl_get(row, "files"))
    write_file(root, file->key + 1, file->value->string);
  pl_each_member(link, pl_get(row, "symlinks")) {
    make_parents(root, link->key + 1);
    ck_assert_int_eq(symlinkat(pl_text(link->value), root, link->key + 1), 0);
  }
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk) {
  (void)st;
  (void)type;
  (void)walk;
  return remove(path);
}

/* ---- the input ---- */

static const char *const *texts_of(pl_arena *arena, const pl_node *list) {
  const char **texts = pl_new_array(arena, const char *, pl_count(list) + 1);
  size_t count = 0;
  pl_each_item(item, list)
    texts[count++] = pl_text(item);
  return texts;
}

static const char *const *environment_of(pl_arena *arena, const pl_node *object) {
  const char **texts = pl_new_array(arena, const char *, pl_count(object) + 1);
  size_t count = 0;
  pl_each_member(member, object)
    texts[count++] = pl_printf(arena, "%s=%s", member->key, pl_text(member->value));
  return texts;
}

/* "1.34" is 34; of etcd "3.5.30" is 305. */
static int minor_of(pl_arena *arena, const char *version) {
  const char *const *parts;
  int64_t major = 0, minor = 0;
  size_t count = pl_split(arena, version, '.', &parts);
  ck_assert(count >= 2 && pl_parse_int(parts[0], 0, 99, &major, NULL) == 0 && pl_parse_int(parts[1], 0, 99, &minor, NULL) == 0);
  return (int)(major == 1 ? minor : major * 100 + minor);
}

/* ---- comparison ---- */

static const char *show(pl_arena *arena, const pl_node *node) { return node ? pl_json_text(arena, node, false) : "nothing"; }

static const char *compare_value(pl_arena *arena, const pl_settings *settings, const pl_member *expected) {
  pl_settings scratch;
  pl_settings_init(&scratch, arena);
  pl_settings_put(&scratch, expected->key, expected->value, "default", NULL, 0);
  const pl_node *wanted = pl_settings_value(&scratch, expected->key), *entry = pl_get(settings->values, expected->key);
  const pl_node *value = pl_get(entry, "value");
  if (value && pl_node_equal(wanted, value))
    return NULL;
  return pl_printf(arena, "%s: %s is wanted, not %s", expected->key, show(arena, wanted), show(arena, value ? value : entry));
}

/* "flag", "file", "drop-in:PATH", "env", "default" */
static const char *compare_source(pl_arena *arena, const pl_settings *settings, const pl_member *expected, const char *cwd) {
  const char *wanted = pl_text(expected->value);
  const pl_node *from = pl_get(pl_get(settings->values, expected->key), "from");
  const char *layer = pl_get_text(from, "layer", "nothing"), *where = pl_get_text(from, "where", "");
  if (pl_starts(wanted, "drop-in:")) {
    const char *path = pl_path_join(arena, cwd, wanted + strlen("drop-in:"));
    if (pl_equal(layer, "drop-in") && pl_equal(where, path))
      return NULL;
  } else if (pl_equal(layer, pl_equal(wanted, "env") ? "environment" : wanted)) {
    return NULL;
  }
  return pl_printf(arena, "source of %s: %s is wanted, not %s", expected->key, wanted, show(arena, from));
}

static const char *compare_refusal(pl_arena *arena, const pl_settings *settings, const pl_node *expect) {
  const char *stage = pl_get_text(expect, "stage", NULL);
  const pl_node *first = pl_count(settings->refused) ? settings->refused->list.items[0] : NULL;
  if (!pl_get(expect, "error"))
    return first ? pl_printf(arena, "accepted by the component, refused here: %s", show(arena, first)) : NULL;
  if (!first)
    return pl_printf(arena, "not refused: %s", pl_get_text(expect, "error", ""));
  if (stage && !pl_equal(stage, pl_get_text(first, "stage", NULL)))
    return pl_printf(arena, "refused at stage %s: %s", stage, show(arena, first));
  return NULL;
}

/* What stops a component after it has accepted its configuration was looked at for the kubelet only. */
static const char *compare(pl_arena *arena, const pl_settings *settings, const pl_node *row, const char *cwd) {
  const pl_node *expect = pl_get(row, "expect");
  const char *found = compare_refusal(arena, settings, expect);
  if (!found && pl_equal(pl_get_text(row, "component", ""), "kubelet") &&
      (pl_get(expect, "late_error") != NULL) != (pl_count(settings->late) > 0))
    found = pl_printf(arena, "late: %s is wanted, not %s", pl_get_text(expect, "late_error", "nothing"), show(arena, settings->late));
  pl_each_member(expected, pl_get(expect, "settings"))
    if (!found)
      found = compare_value(arena, settings, expected);
  pl_each_member(expected, pl_get(expect, "source"))
    if (!found)
      found = compare_source(arena, settings, expected, cwd);
  return found;
}

/* ---- a case ---- */

static oracle_function find_component(const oracle_component *components, const char *name) {
  for (; components->name; components++)
    if (pl_equal(components->name, name))
      return components->settings;
  return NULL;
}

static const char *run_in(pl_arena *arena, const char *directory, const pl_node *row, oracle_function settings, pl_tables *tables) {
  pl_error err = {0};
  pl_host *host = pl_host_open(arena, &(pl_host_options){.root = directory}, &err);
  ck_assert_msg(host != NULL, "%s", err.text);
  pl_view view = {.host = host};
  const pl_node *argv = pl_get(row, "argv"), *environment = pl_get(row, "env");
  pl_component_input input = {
      .argv = texts_of(arena, argv),
      .argc = pl_count(argv),
      .argv_where = "pid 1",
      .argv_layer = "flag",
      .environ = environment_of(arena, environment),
      .environ_count = pl_count(environment),
      .cwd = pl_get_text(row, "cwd", "/"),
      .view = &view,
      .tables = tables,
      .minor = minor_of(arena, pl_get_text(row, "version", "")),
  };
  pl_settings computed;
  settings(arena, &input, &computed);
  pl_host_close(host);
  return compare(arena, &computed, row, input.cwd);
}

bool oracle_run(pl_arena *arena, const char *line, size_t length, const oracle_component *components, pl_tables *tables, oracle_result *ret) {
  pl_error err = {0};
  const pl_node *row = pl_json_read(arena, (pl_bytes){line, length}, &pl_json_document_limits, NULL, &err);
  ck_assert_msg(row != NULL, "%s", err.text);
  *ret = (oracle_result){.id = pl_get_text(row, "id", ""), .component = pl_get_text(row, "component", ""), .version = pl_get_text(row, "version", "")};
  oracle_function settings = find_component(components, ret->component);
  if (!settings)
    return false;
  char directory[] = "/tmp/plumbline-oracle-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(directory));
  int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
  write_root(root, row);
  ret->disagreement = run_in(arena, directory, row, settings, tables);
  close(root);
  nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  return true;
}
