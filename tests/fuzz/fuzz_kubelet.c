/*
 * The kubelet's documents: a configuration and drop-ins, parted by lines of "=", through decoding, defaults, all three kinds of merging and
 * the checks. The first byte chooses the version.
 */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"
#include "src/kube/kubelet.h"

static pl_arena *shared;
static pl_tables *tables;
static pl_faults faults;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  shared = pl_arena_new();
  pl_faults_init(&faults, shared);
  pl_data *data = pl_data_open(shared, NULL, false, NULL);
  if (!data)
    abort();
  tables = pl_tables_load(shared, data, &faults);
  return 0;
}

static pl_node *read_part(pl_arena *arena, const char *text, size_t length, const pl_source *source) {
  return pl_yaml_read(arena, (pl_bytes){pl_strndup(arena, text, length), length}, PL_YAML_THEIRS, source, NULL);
}

/* NODE over what K has, in the way of K's version. */
static void lay_over(pl_kubelet *k, const pl_node *node) {
  pl_error err = {0};
  bool versioned = k->minor >= PL_KUBELET_VERSIONED;
  pl_schema_reading reading = {.arena = k->arena, .names = k->minor == PL_KUBELET_MERGO ? PL_NAMES_EXACT : versioned ? PL_NAMES_FOLDED : PL_NAMES_GO,
                               .notes = k->ret};
  pl_node *over = versioned || k->minor == PL_KUBELET_MERGO ? pl_node_object(k->arena) : pl_node_copy(k->arena, k->config);
  const pl_node *document = node;
  if (k->minor != PL_KUBELET_MERGO)
    document = pl_merge_patch(k->arena, pl_schema_encode(k->arena, k->schema, k->config, !versioned), node);
  if (pl_schema_decode(&reading, k->schema, document, over, &err) < 0) {
    if (err.kind == PL_ERR_NONE)
      abort();
    return;
  }
  pl_kubelet_defaults(k, over);
  if (k->minor == PL_KUBELET_MERGO)
    pl_mergo(k->arena, k->schema, k->config, over);
  else
    k->config = over;
}

/* A drop-in that says nothing changes nothing, but in 1.28, where it brings all defaults back. */
static void check_neutral(pl_kubelet *k) {
  if (k->minor == PL_KUBELET_MERGO)
    return;
  const pl_node *before = pl_schema_encode(k->arena, k->schema, k->config, false);
  lay_over(k, pl_node_object(k->arena));
  if (!pl_node_equal(before, pl_schema_encode(k->arena, k->schema, k->config, false)))
    abort();
}

static void run(pl_arena *arena, int minor, const char *text, size_t length) {
  pl_settings settings;
  pl_settings_init(&settings, arena);
  pl_view view = {0};
  const char *const argv[] = {"kubelet", NULL};
  pl_component_input input = {.argv = argv, .argc = 1, .argv_where = "fuzz", .argv_layer = "flag", .view = &view, .tables = tables, .minor = minor};
  pl_kubelet k = {.arena = arena, .input = &input, .ret = &settings, .table = pl_tables_get(tables, "kubelet"), .minor = minor,
                  .exact_version = true, .cwd = "/", .flag_gates = true, .marks = pl_node_object(arena)};
  if (!k.table)
    abort();
  k.schema = pl_schema_build(arena, k.table, minor);
  k.config = pl_node_object(arena);
  pl_kubelet_flags_read(&k);
  pl_kubelet_defaults(&k, k.config);
  const pl_source source = {.where = "fuzz", .layer = "file"};
  for (const char *end = text + length, *part = text; part < end;) {
    const char *mark = memmem(part, (size_t)(end - part), "\n=\n", 3);
    const pl_node *node = read_part(arena, part, (size_t)((mark ? mark : end) - part), &source);
    if (pl_is(node, PL_OBJECT))
      lay_over(&k, node);
    part = mark ? mark + 3 : end;
  }
  check_neutral(&k);
  pl_kubelet_record(&k, k.config);
  pl_kubelet_gates_put(&k);
  pl_kubelet_validate(&k);
  pl_kubelet_tls(&k);
  pl_kubelet_authorization(&k);
  if (!pl_json_text(arena, settings.values, false))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int minors[] = {34, 28, 29, 31, 27, 32, 35, 36};
  if (size < 2)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  run(arena, minors[data[0] % (sizeof minors / sizeof *minors)], (const char *)data + 1, size - 1);
  return 0;
}
