/* Reads the configuration file of a vendor's build of a component and turns it into flags, as that build does. */
#include "vendor_config.h"

#include "argument_words.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "src/kube/addresses.h"

typedef struct reading {
  pl_arena *arena;
  pl_component_input *input;
  const pl_platform_build *build;
  pl_config_file file;
  const char *directory; /* that relative paths of the file are below */
  const pl_node *arguments;
  pl_argument_words words;
} reading;

/* ---- the words ---- */

/* LINE 0: what the build puts there when the file says nothing. */
static void add_flag(reading *r, const char *name, const char *value, uint32_t line) {
  pl_argument_place place = {.layer = "file", .where = r->file.shown, .line = line};
  if (!line)
    place = (pl_argument_place){.layer = "default", .where = r->build->source};
  pl_argument_words_add(&r->words, pl_printf(r->arena, "--%s=%s", name, value), place);
}

static void add_own(reading *r) {
  const pl_component_input *input = r->input;
  for (size_t i = 0; i < input->argc; i++)
    pl_argument_words_add(&r->words, input->argv[i],
                          input->argv_places ? input->argv_places[i] : (pl_argument_place){.layer = input->argv_layer});
}

static void add_arguments(reading *r) {
  pl_each_member (flag, r->arguments)
    pl_each_item (value, flag->value)
      add_flag(r, flag->key, pl_text(value), value->line);
}

/* ---- what comes from elsewhere in the file ---- */

static bool is_set(const pl_node *node) {
  return node && node->kind != PL_NULL && !(node->kind == PL_STRING && node->string.length == 0) &&
         !((node->kind == PL_LIST || node->kind == PL_OBJECT) && pl_count(node) == 0);
}

static bool is_true(const pl_node *node) { return pl_is(node, PL_BOOLEAN) && node->boolean; }

/* "certificate,key:name,name" */
static const char *pair_text(reading *r, const pl_node *pair) {
  pl_auto_buffer pl_buffer text;
  pl_buffer_init(&text, PL_DOCUMENT_BYTES_MAX);
  pl_buffer_printf(&text, "%s,%s", pl_get_text(pair, "certFile", ""), pl_get_text(pair, "keyFile", ""));
  const char *between = ":";
  pl_each_item (name, pl_get(pair, "names")) {
    pl_buffer_printf(&text, "%s%s", between, pl_item_text(name));
    between = ",";
  }
  return pl_buffer_take(&text, r->arena).data;
}

/* A directory stands for the regular files in it, what cannot be looked at for itself. */
static void add_files(reading *r, const char *name, const char *path, uint32_t line) {
  const pl_file *file = pl_view_stat(r->input->view, path);
  if (file->state != PL_FILE_PRESENT || file->type != PL_TYPE_DIRECTORY) {
    add_flag(r, name, path, line);
    return;
  }
  pl_paths entries = pl_view_walk(r->input->view, path, &(pl_walk){.max_depth = 1, .files = true});
  for (size_t i = 0; i < entries.count; i++)
    if (pl_view_stat(r->input->view, entries.items[i])->target == NULL)
      add_flag(r, name, entries.items[i], line);
  if (!entries.complete)
    add_flag(r, name, path, line);
}

static void add_part(reading *r, const pl_platform_taken *taken, const char *text, uint32_t line) {
  const char *host, *port;
  switch ((pl_platform_part)taken->part) {
  case PL_PART_HOST:
  case PL_PART_PORT:
    if (pl_split_host_port(r->arena, text, &host, &port))
      add_flag(r, taken->set, taken->part == PL_PART_HOST ? host : port, line);
    return;
  case PL_PART_PATH:
    add_flag(r, taken->set, *text ? pl_path_join(r->arena, r->directory, text) : text, line);
    return;
  case PL_PART_FILES:
    add_files(r, taken->set, pl_path_join(r->arena, r->directory, text), line);
    return;
  case PL_PART_WHOLE:
  case PL_PART_PAIRS:
    break;
  }
  add_flag(r, taken->set, text, line);
}

static void add_value(reading *r, const pl_platform_taken *taken, const pl_node *value) {
  int64_t number;
  if (value->kind == PL_OBJECT)
    add_part(r, taken, pair_text(r, value), value->line);
  else if (pl_integral(value, &number))
    add_part(r, taken, pl_printf(r->arena, "%lld", (long long)number), value->line);
  else
    add_part(r, taken, pl_item_text(value), value->line);
}

static void add_taken(reading *r, const pl_platform_taken *taken) {
  const pl_node *value = pl_get_path(r->file.document, taken->from);
  if (pl_count(pl_get(r->arguments, taken->set)) > 0 ||
      (taken->when && !is_true(pl_get_path(r->file.document, taken->when))))
    return;
  if (!is_set(value))
    for (size_t i = 0; i < taken->fallback.count; i++)
      add_part(r, taken, taken->fallback.items[i], 0);
  else if (value->kind == PL_LIST)
    pl_each_item (item, value)
      add_value(r, taken, item);
  else
    add_value(r, taken, value);
}

/* As AdmissionConfiguration lists them. What is relative lies beside the file. */
static const pl_node *admission_of(reading *r, const pl_node *plugins) {
  pl_node *list = pl_node_list(r->arena), *document = pl_node_object(r->arena);
  pl_each_member (plugin, plugins) {
    pl_node *item = pl_node_object(r->arena);
    const char *location = pl_get_text(plugin->value, "location", "");
    pl_object_set(r->arena, item, "name", pl_node_string(r->arena, plugin->key));
    if (*location)
      pl_object_set(r->arena, item, "path", pl_node_string(r->arena, pl_path_join(r->arena, r->directory, location)));
    if (pl_get(plugin->value, "configuration"))
      pl_object_set(r->arena, item, "configuration", pl_get(plugin->value, "configuration"));
    pl_list_add(r->arena, list, item);
  }
  pl_object_set(r->arena, document, "plugins", list);
  return document;
}

/* ---- the file ---- */

static int check_arguments(const pl_node *arguments, const char *name, pl_error *err) {
  if (arguments && arguments->kind != PL_NULL && arguments->kind != PL_OBJECT)
    return pl_fail(err, PL_ERR_TYPE, "%s: a map is wanted, not %s", name, pl_kind_name(arguments->kind));
  pl_each_member (flag, arguments) {
    if (flag->value->kind != PL_LIST && flag->value->kind != PL_NULL)
      return pl_fail(err, PL_ERR_TYPE, "--%s: a list is wanted", flag->key);
    pl_each_item (value, flag->value)
      if (!pl_text(value))
        return pl_fail(err, PL_ERR_TYPE, "--%s: strings are wanted", flag->key);
  }
  return 0;
}

static int check_document(reading *r, pl_error *err) {
  const pl_node *document = r->file.document;
  if (!pl_equal(pl_get_text(document, "apiVersion", NULL), r->build->api_version) ||
      !pl_equal(pl_get_text(document, "kind", NULL), r->build->kind))
    return pl_fail(err, PL_ERR_TYPE, "it is no %s of %s", r->build->kind, r->build->api_version);
  return check_arguments(pl_get(document, r->build->arguments), r->build->arguments, err);
}

/* What keeps the whole from being told, NULL: nothing. */
static const char *find_trouble(reading *r) {
  pl_error err = {0};
  if (r->file.state == PL_CONFIG_READ && check_document(r, &err) < 0)
    pl_config_refuse(&r->file, r->arena, &err);
  if (r->file.state != PL_CONFIG_READ)
    return r->file.reason;
  for (size_t i = 0; i < r->build->unknown_with.count; i++)
    if (is_set(pl_get_path(r->file.document, r->build->unknown_with.items[i])))
      return pl_printf(r->arena, "%s: it has %s, which is not followed", r->file.shown,
                       r->build->unknown_with.items[i]);
  return NULL;
}

static pl_node *note_unknown(reading *r) {
  pl_node *notes = pl_node_list(r->arena);
  pl_each_member (member, r->build->fields.count ? r->file.document : NULL)
    if (!pl_texts_have(r->build->fields, member->key) && pl_count(notes) < PL_NOTES_MAX)
      pl_list_add_text(r->arena, notes,
                       pl_printf(r->arena, "%s:%u: %s is no key that is known here and has no effect", r->file.shown,
                                 member->line, member->key));
  return notes;
}

static void add_all(reading *r) {
  r->arguments = pl_get(r->file.document, r->build->arguments);
  add_own(r);
  add_arguments(r);
  for (size_t i = 0; i < r->build->taken_count; i++)
    add_taken(r, &r->build->taken[i]);
  pl_component_input *input = r->input;
  input->own_argc = input->argc;
  input->argv = r->words.argv;
  input->argv_places = r->words.places;
  input->argc = r->words.count;
  if (!r->build->admission)
    return;
  input->admission = admission_of(r, pl_get_path(r->file.document, r->build->admission));
  input->admission_where = r->file.shown;
}

pl_vendor_config pl_vendor_config_read(pl_arena *arena, pl_component_input *input) {
  const pl_platform_build *build = input->build;
  pl_vendor_config ret = {0};
  if (!build || !build->config)
    return ret;
  const pl_flag_spec specs[] = {
      {.name = build->config, .kind = PL_FLAG_STRING}, {.name = "v", .kind = PL_FLAG_STRING}, {.name = NULL}};
  pl_flags flags = {0};
  pl_flags_parse(arena, input->argv, input->argc, specs, PL_FLAGS_PFLAG, &flags, NULL);
  const pl_flag *flag = pl_flags_last(&flags, build->config);
  if (!flag || !*flag->value)
    return ret;
  const pl_flag_run run = {.arena = arena, .input = input};
  reading r = {.arena = arena,
               .input = input,
               .build = build,
               .file = pl_config_read(&run, flag->value, false),
               .words = {.arena = arena}};
  ret.given = true;
  ret.path = pl_flag_run_path(&run, flag->value);
  r.directory = pl_dirname(arena, ret.path);
  const char *trouble = find_trouble(&r);
  if (trouble)
    ret.unknown = pl_printf(arena, "effective flags not observable: it is given --%s: %s", build->config, trouble);
  else
    add_all(&r);
  ret.notes = trouble ? NULL : note_unknown(&r);
  return ret;
}
