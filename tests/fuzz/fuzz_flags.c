/* Command lines: one word a line, split by both dialects, every value read. What came out must lie within what went in. */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "plumbline/kube/flags.h"

static const pl_flag_spec specs[] = {
    {.name = "text", .kind = PL_FLAG_STRING},       {.name = "on", .kind = PL_FLAG_BOOLEAN},
    {.name = "number", .kind = PL_FLAG_INTEGER, .min = INT32_MIN, .max = INT32_MAX},
    {.name = "span", .kind = PL_FLAG_DURATION},     {.name = "share", .kind = PL_FLAG_REAL},
    {.name = "slice", .kind = PL_FLAG_SLICE},       {.name = "array", .kind = PL_FLAG_ARRAY},
    {.name = "map", .kind = PL_FLAG_MAP},           {.name = "gates", .kind = PL_FLAG_GATES},
    {.name = "pair", .kind = PL_FLAG_PAIR},         {.name = "labels", .kind = PL_FLAG_LABELS},
    {.name = "less", .kind = PL_FLAG_THRESHOLDS},   {.name = "headers", .kind = PL_FLAG_HEADERS},
    {.name = "taints", .kind = PL_FLAG_TAINTS},     {.name = "ip", .kind = PL_FLAG_IP},
    {.name = "version", .kind = PL_FLAG_OPTIONAL},  {.name = "v", .kind = PL_FLAG_INTEGER},
    {.name = "h", .kind = PL_FLAG_BOOLEAN},         {.name = NULL},
};

static void read_values(pl_arena *arena, const pl_flags *flags) {
  for (const pl_flag_spec *spec = specs; spec->name; spec++) {
    pl_error err = {0};
    pl_node *value;
    const pl_flag *last;
    int result = pl_flags_value(arena, flags, spec, &value, &last, &err);
    if (result < 0 && (value || !last || err.kind == PL_ERR_NONE))
      abort();
    if (value && (!last || last->spec != spec || !pl_json_text(arena, value, false)))
      abort();
  }
}

static void split(pl_arena *arena, const char *const *argv, size_t argc, pl_flag_dialect dialect) {
  pl_flags flags;
  pl_error err = {0};
  int result = pl_flags_parse(arena, argv, argc, specs, dialect, &flags, &err);
  if (result < 0 && err.kind == PL_ERR_NONE)
    abort();
  for (size_t i = 0; i < flags.count; i++)
    if (flags.items[i].index == 0 || flags.items[i].index >= argc || !flags.items[i].value)
      abort();
  if (flags.stray_count >= argc)
    abort();
  read_values(arena, &flags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *const *argv;
  size_t argc = pl_split(arena, pl_strndup(arena, (const char *)data, size), '\n', &argv);
  split(arena, argv, argc, PL_FLAGS_PFLAG);
  split(arena, argv, argc, PL_FLAGS_GO);
  return 0;
}
