/* Puts together what is known of one instance of a component. */
#include "instance.h"

#include "argument_file.h"
#include "argument_words.h"
#include "embedded.h"
#include "plumbline/host/processes.h"
#include "supervised.h"
#include "vendor_config.h"

static pl_arena *arena_of(const pl_instance_sources *sources) { return sources->host->arena; }

/* "hyperkube kubelet --x": the component's own arguments begin after the first word. */
static size_t first_argument(const pl_process *process) {
  return process->argc > 0 && strcmp(pl_basename(process->argv[0]), "hyperkube") == 0;
}

static void from_process(const pl_instance_sources *sources, pl_instance *instance) {
  const pl_candidate *candidate = sources->candidate;
  const pl_process *process = candidate->process;
  pl_component_input *input = &instance->input;
  size_t first = first_argument(process);
  input->argv = process->argv + first;
  input->argc = process->argc - first;
  input->argv_where = pl_printf(arena_of(sources), "pid %d", process->pid);
  input->argv_layer = "flag";
  input->environ = candidate->environ;
  input->environ_count = candidate->environ_count;
  input->environ_unread = candidate->environ_unread;
  input->cwd = candidate->cwd;
  if (process->argv_denied)
    instance->arguments_unknown = "its command line cannot be read: permission denied";
  else if (process->argv_cut)
    instance->arguments_unknown = "its command line is too long to be read whole";
}

/* What a program of several components starts one of them with. */
typedef struct part_arguments {
  const char *const *argv;
  const pl_argument_place *places;
  size_t argc;
  const char *where, *unknown; /* NULL: as the program's; and why they cannot be told, else NULL */
  pl_texts files;
} part_arguments;

static part_arguments read_argument_file(const pl_instance_sources *sources, const pl_platform_arguments *arguments) {
  pl_arena *arena = arena_of(sources);
  const pl_program *program = sources->program;
  const char *option = arguments->option;
  const char *given = option ? pl_program_option(arena, program, option, PL_FLAG_STRING) : NULL;
  pl_argument_file_input input = {.host = sources->host,
                                  .program = arguments->component,
                                  .environ = program->environ,
                                  .environ_count = program->environ_count,
                                  .environ_known = !program->environ_unread,
                                  .variables = sources->platform->variables};
  input.path = pl_path_join(arena, program->cwd ? program->cwd : "/", given ? given : arguments->file);
  pl_argument_file file;
  pl_argument_file_read(&input, &file);
  const char **path = pl_new_array(arena, const char *, 1);
  path[0] = input.path;
  return (part_arguments){.argv = file.argv,
                          .places = file.places,
                          .argc = file.argc,
                          .where = input.path,
                          .unknown = file.unknown,
                          .files = {path, 1}};
}

static part_arguments from_supervisor(const pl_instance_sources *sources, const pl_platform_arguments *entry) {
  const pl_program *program = sources->program;
  const pl_supervised *supervised = program->supervised;
  part_arguments ret = {.files = supervised->files};
  pl_supervised_arguments arguments = {.unknown = supervised->unknown};
  if (!arguments.unknown)
    arguments = pl_supervised_arguments_of(supervised, entry, entry->component, program->name);
  if (arguments.unknown) {
    ret.unknown = pl_printf(arena_of(sources), "it is part of %s (pid %d): effective flags not observable: %s",
                            program->name, program->pid, arguments.unknown);
    return ret;
  }
  ret.argv = arguments.argv;
  ret.argc = arguments.argc;
  ret.places = arguments.places;
  return ret;
}

static part_arguments arguments_of_part(const pl_instance_sources *sources, const pl_platform_arguments *entry) {
  const pl_program *program = sources->program;
  if (entry && !entry->file && program->supervised)
    return from_supervisor(sources, entry);
  if (entry && entry->file && pl_program_options_known(program))
    return read_argument_file(sources, entry);
  return (part_arguments){.unknown =
                              pl_printf(arena_of(sources), "it is part of %s (pid %d): effective flags not observable",
                                        program->name, program->pid)};
}

/* ENTRY is of another component that this program has started for sure. */
static bool is_another_part(const pl_instance_sources *sources, const pl_platform_arguments *entry) {
  if (entry == sources->arguments || strcmp(entry->process, sources->program->name) != 0)
    return false;
  pl_embedding found = pl_embedding_find(arena_of(sources), sources->pass, sources->platform, entry->component);
  return found.program == sources->program && !found.perhaps;
}

static void add_gates(pl_argument_words *w, const part_arguments *part) {
  static const pl_flag_spec specs[] = {{.name = "feature-gates", .kind = PL_FLAG_GATES}, {.name = NULL}};
  pl_flags flags = {0};
  if (!part->unknown)
    pl_flags_parse(w->arena, part->argv, part->argc, specs, PL_FLAGS_PFLAG, &flags, NULL);
  for (size_t i = 0; i < flags.count; i++)
    if (flags.items[i].spec && flags.items[i].index < part->argc)
      pl_argument_words_add(w, pl_printf(w->arena, "--feature-gates=%s", flags.items[i].value),
                            part->places[flags.items[i].index]);
}

/* Components in one process share its feature gates (component-base's DefaultFeatureGate): those that another one is
 * given go in front of its own. */
static void share_gates(const pl_instance_sources *sources, part_arguments *part) {
  pl_argument_words w = {.arena = arena_of(sources)};
  for (size_t i = 0; i < sources->platform->argument_count; i++) {
    const pl_platform_arguments *entry = &sources->platform->arguments[i];
    part_arguments other = {.unknown = "not started"};
    if (is_another_part(sources, entry))
      other = arguments_of_part(sources, entry);
    if (w.count == 0 && part->argc > 0)
      pl_argument_words_add(&w, part->argv[0], part->places[0]);
    add_gates(&w, &other);
  }
  if (w.count < 2)
    return;
  for (size_t i = 1; i < part->argc; i++)
    pl_argument_words_add(&w, part->argv[i], part->places[i]);
  part->argv = w.argv;
  part->places = w.places;
  part->argc = w.count;
}

/* A program of several components works out by itself what each is started with; some read that from files. */
static void from_program(const pl_instance_sources *sources, pl_instance *instance) {
  const pl_program *program = sources->program;
  pl_component_input *input = &instance->input;
  part_arguments part = arguments_of_part(sources, sources->arguments);
  if (!part.unknown && sources->spec->kubernetes)
    share_gates(sources, &part);
  input->argv_where = part.where ? part.where : pl_printf(arena_of(sources), "pid %d", program->pid);
  input->argv_layer = "file";
  input->argv = part.argv;
  input->argc = part.argc;
  input->argv_places = part.places;
  input->environ = program->environ;
  input->environ_count = program->environ_count;
  input->environ_unread = program->environ_unread;
  input->cwd = program->cwd;
  instance->arguments_files = part.files;
  instance->arguments_unknown = part.unknown;
}

static void from_manifest(const pl_instance_sources *sources, pl_instance *instance) {
  pl_manifest_arguments arguments;
  pl_manifest_arguments_read(arena_of(sources), sources->manifest->container, sources->spec, &arguments);
  pl_component_input *input = &instance->input;
  input->argv = arguments.argv;
  input->argc = arguments.argc;
  input->argv_where = sources->manifest->path;
  input->argv_layer = "manifest";
  input->environ = arguments.environ;
  input->environ_count = arguments.environ_count;
  input->cwd = pl_get_text(sources->manifest->container, "workingDir", NULL);
  instance->arguments_unknown = arguments.unknown;
}

static void from_unit(const pl_instance_sources *sources, pl_instance *instance) {
  const pl_unit *unit = sources->unit;
  pl_component_input *input = &instance->input;
  input->argv = unit->argv;
  input->argc = unit->argc;
  input->argv_where = unit->name;
  input->argv_layer = "manifest";
  input->environ = unit->environment;
  input->environ_count = unit->environment_count;
  input->cwd = unit->working_directory;
  instance->arguments_unknown = unit->why;
}

/* Where the platform's record does not tell what such a file gives, what is on the command line says too little. */
static void check_vendor_config(const pl_instance_sources *sources, pl_instance *instance) {
  static const char flag[] = "--openshift-config";
  for (size_t i = 1; i < instance->input.argc && !instance->arguments_unknown; i++)
    if (strncmp(instance->input.argv[i], flag, sizeof flag - 1) == 0 && sources->spec->control_plane)
      instance->arguments_unknown =
          pl_printf(arena_of(sources), "effective flags not observable: it is given %s, a file of OpenShift's", flag);
}

static void read_vendor_config(const pl_instance_sources *sources, pl_instance *instance) {
  instance->input.build = pl_platform_build_of(sources->platform, sources->spec->name);
  if (!instance->input.build) {
    check_vendor_config(sources, instance);
    return;
  }
  if (instance->arguments_unknown)
    return;
  pl_vendor_config config = pl_vendor_config_read(arena_of(sources), &instance->input);
  instance->arguments_unknown = config.unknown;
  instance->config_notes = config.notes;
  if (!config.given)
    return;
  const char **path = pl_new_array(arena_of(sources), const char *, 1);
  path[0] = config.path;
  instance->arguments_files = (pl_texts){path, 1};
}

static const pl_view *find_view(const pl_instance_sources *sources) {
  const pl_candidate *candidate = sources->candidate;
  bool in_pod = sources->manifest || (candidate && candidate->cgroup.pod_uid);
  bool own_root = candidate && !in_pod && pl_has_own_root(sources->host, sources->pass, candidate);
  return in_pod || own_root ? pl_view_of_container(sources->host, sources->bundle, sources->manifest, candidate)
                            : pl_view_of_host(sources->host);
}

static pl_version find_version(const pl_instance_sources *sources, const pl_instance *instance) {
  const pl_process *process = sources->candidate ? sources->candidate->process : NULL;
  const pl_program *program = sources->program;
  const char *image = sources->bundle ? sources->bundle->image : NULL;
  pl_version_input input = {
      .host = sources->host, .packages = sources->packages, .spec = sources->spec, .kubernetes = sources->kubernetes};
  input.image = image ? image : sources->manifest ? pl_get_text(sources->manifest->container, "image", NULL) : NULL;
  input.image_where = image ? sources->bundle->path : sources->manifest ? sources->manifest->path : NULL;
  if (!instance->view->container)
    input.exe = process                    ? process->exe
                : program                  ? program->exe
                : instance->input.argc > 0 ? instance->input.argv[0]
                                           : NULL;
  input.exe_deleted = (process && process->exe_deleted) || (program && program->exe_deleted);
  if (input.exe && input.exe[0] != '/')
    input.exe = NULL;
  return pl_version_find(&input);
}

static void read_runtime(const pl_instance_sources *sources, pl_instance *instance) {
  const pl_layout *layout = sources->platform ? &sources->platform->layout : NULL;
  pl_runtime_input input = {.host = sources->host,
                            .argv = instance->input.argv,
                            .argc = instance->input.argc,
                            .argv_where = instance->input.argv_where,
                            .environ = instance->input.environ,
                            .environ_count = instance->input.environ_count,
                            .cwd = instance->input.cwd,
                            .version = instance->version.text,
                            .major = instance->version.minor / 100};
  instance->runtime = pl_new(arena_of(sources), pl_runtime);
  if (sources->spec->id == PL_CRIO) {
    input.config = layout && layout->crio_config ? layout->crio_config : "/etc/crio/crio.conf";
    pl_crio_read(&input, instance->runtime);
  } else {
    input.config = layout && layout->containerd_config ? layout->containerd_config : "/etc/containerd/config.toml";
    input.state = layout ? layout->containerd_state : NULL;
    pl_containerd_read(&input, instance->runtime);
  }
  instance->settings = instance->runtime->settings;
}

static void read_settings(const pl_instance_sources *sources, pl_instance *instance) {
  pl_arena *arena = arena_of(sources);
  if (!sources->spec->settings) {
    read_runtime(sources, instance);
    return;
  }
  const pl_table *table = sources->tables ? pl_tables_get(sources->tables, sources->spec->name) : NULL;
  instance->flag_specs = table ? table->specs : NULL;
  pl_settings_init(&instance->settings, arena);
  if (instance->arguments_unknown)
    pl_settings_note(&instance->settings, "its settings are not known: %s", instance->arguments_unknown);
  else if (instance->input.argc == 0)
    instance->arguments_unknown = "its command line is empty";
  else if (sources->tables)
    sources->spec->settings(arena, &instance->input, &instance->settings);
  if (table && sources->spec->kubernetes && instance->input.minor > table->last)
    pl_settings_note(&instance->settings,
                     "Kubernetes 1.%d is newer than what is known of it: flags and defaults are those of 1.%d",
                     instance->input.minor, table->last);
  for (size_t i = 0; i < instance->arguments_files.count; i++)
    pl_settings_file(&instance->settings, instance->view, "arguments", instance->arguments_files.items[i]);
}

pl_instance *pl_instance_new(const pl_instance_sources *sources) {
  pl_instance *instance = pl_new(arena_of(sources), pl_instance);
  instance->spec = sources->spec;
  instance->candidate = sources->candidate;
  instance->program = sources->program;
  instance->pod = sources->pod;
  instance->bundle = sources->bundle;
  instance->manifest = sources->manifest;
  instance->unit = sources->unit;
  if (sources->candidate)
    from_process(sources, instance);
  else if (sources->program)
    from_program(sources, instance);
  else if (sources->manifest)
    from_manifest(sources, instance);
  else if (sources->unit)
    from_unit(sources, instance);
  instance->view = find_view(sources);
  instance->input.view = instance->view;
  read_vendor_config(sources, instance);
  instance->version = find_version(sources, instance);
  instance->input.tables = sources->tables;
  instance->input.minor = instance->version.minor;
  read_settings(sources, instance);
  return instance;
}

const pl_node *pl_instance_file(const pl_instance *instance, const char *role, size_t index) {
  pl_each_item (file, instance->settings.files) {
    if (pl_equal(pl_get_text(file, "role", NULL), role) && index-- == 0)
      return file;
  }
  return NULL;
}
