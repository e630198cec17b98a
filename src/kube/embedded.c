/* Finds components that are part of a program of several. */
#include "embedded.h"

#include "supervised.h"

static const pl_program *running(const pl_pass *pass, const char *name) {
  for (size_t i = 0; i < pass->program_count; i++)
    if (strcmp(pass->programs[i].name, name) == 0)
      return &pass->programs[i];
  return NULL;
}

static const pl_platform_arguments *arguments_of(const pl_platform *platform, const char *process,
                                                 const char *component) {
  for (size_t i = 0; i < platform->argument_count; i++) {
    const pl_platform_arguments *entry = &platform->arguments[i];
    if (strcmp(entry->process, process) == 0 && strcmp(entry->component, component) == 0)
      return entry;
  }
  return NULL;
}

const char *pl_program_option(pl_arena *arena, const pl_program *program, const char *name, pl_flag_kind kind) {
  const pl_flag_spec specs[] = {{.name = name, .kind = kind}, {.name = NULL}};
  const pl_process *process = program->process;
  pl_flags flags = {0};
  if (pl_flags_parse(arena, process->argv, process->argc, specs, PL_FLAGS_PFLAG, &flags, NULL) < 0)
    return NULL;
  const pl_flag *given = pl_flags_last(&flags, name);
  return given ? given->value : NULL;
}

bool pl_program_options_known(const pl_program *program) {
  const pl_process *process = program->process;
  return process->argc > 0 && !process->argv_denied && !process->argv_cut;
}

typedef enum part { PART_NOT, PART_PERHAPS, PART_SURE } part;

/* The supervisor's options, and what is on disk, say whether the component is started. */
static part decide_supervised(const pl_supervised *supervised, const pl_platform_arguments *arguments) {
  for (size_t i = 0; i < arguments->unless.count; i++)
    if (pl_supervised_is_set(supervised, arguments->unless.items[i]))
      return PART_NOT;
  const char *path = arguments->if_path ? pl_supervised_expand(supervised, arguments->if_path) : NULL;
  if (!path)
    return PART_SURE;
  pl_file_state state = pl_host_stat(supervised->host, path)->state;
  return state == PL_FILE_PRESENT ? PART_SURE : state == PL_FILE_ABSENT ? PART_NOT : PART_PERHAPS;
}

/* Only a switch of the program that is read as pflag reads it decides what "may" be in it. */
static part decide(pl_arena *arena, const pl_platform_embeds *entry, const pl_program *program,
                   const pl_platform_arguments *arguments) {
  static const char *const on[] = {"1", "t", "T", "true", "TRUE", "True", NULL}, *const off[] = {
                                                                                     "0",     "f",     "F", "false",
                                                                                     "FALSE", "False", NULL};
  const pl_supervised *supervised = program->supervised;
  if (supervised && !supervised->unknown && arguments)
    return decide_supervised(supervised, arguments);
  if (!entry->perhaps)
    return PART_SURE;
  if (!arguments || !arguments->toggle || !pl_program_options_known(program))
    return PART_PERHAPS;
  const char *given = pl_program_option(arena, program, arguments->toggle, PL_FLAG_BOOLEAN);
  return !given || pl_in(given, on) ? PART_SURE : pl_in(given, off) ? PART_NOT : PART_PERHAPS;
}

pl_embedding pl_embedding_find(pl_arena *arena, const pl_pass *pass, const pl_platform *platform,
                               const char *component) {
  pl_embedding found = {0};
  for (size_t i = 0; platform && i < platform->embed_count; i++) {
    const pl_platform_embeds *entry = &platform->embeds[i];
    const pl_program *program = pl_texts_have(entry->components, component) ? running(pass, entry->process) : NULL;
    if (!program)
      continue;
    const pl_platform_arguments *arguments = arguments_of(platform, entry->process, component);
    part answer = decide(arena, entry, program, arguments);
    if (answer != PART_NOT && (!found.program || answer == PART_SURE))
      found = (pl_embedding){.program = program, .perhaps = answer == PART_PERHAPS, .arguments = arguments};
    if (answer == PART_SURE)
      break;
  }
  return found;
}

const char *pl_embedding_missing(const pl_pass *pass, const pl_platform *platform, const char *component) {
  const char *found = NULL;
  for (size_t i = 0; platform && i < platform->embed_count; i++) {
    if (running(pass, platform->embeds[i].process))
      return NULL;
    if (!found && pl_texts_have(platform->embeds[i].components, component))
      found = platform->embeds[i].process;
  }
  return found;
}

const char *pl_embedding_because(pl_arena *arena, const pl_embedding *embedding) {
  const pl_program *program = embedding->program;
  return embedding->perhaps ? pl_printf(arena, "it may be part of %s (pid %d), whose configuration decides",
                                        program->name, program->pid)
                            : pl_printf(arena, "part of %s (pid %d)", program->name, program->pid);
}
