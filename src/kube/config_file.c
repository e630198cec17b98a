/* Reads the structured files of control-plane components, and says what it means when that fails. */
#include "src/kube/config_file.h"

#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"

static pl_config_file failed(const pl_flag_run *run, const char *shown, const pl_error *err) {
  bool refused = err->kind == PL_ERR_ABSENT || err->kind == PL_ERR_SYNTAX || err->kind == PL_ERR_TYPE;
  return (pl_config_file){.state = refused ? PL_CONFIG_REFUSED : PL_CONFIG_UNREADABLE,
                          .shown = shown,
                          .reason = pl_strdup(run->arena, err->text)};
}

static void forget(const pl_flag_run *run, const char *path, pl_bytes bytes) {
  const char *host_path = pl_view_host_path(run->input->view, path, NULL);
  if (host_path)
    pl_host_forget(run->input->view->host, host_path);
  else
    pl_wipe((void *)(uintptr_t)bytes.data, bytes.length);
}

pl_config_file pl_config_read(const pl_flag_run *run, const char *path, bool secret) {
  const char *absolute = pl_flag_run_path(run, path), *shown = absolute;
  pl_bytes bytes;
  pl_error err = {0};
  if (pl_view_read(run->input->view, absolute, PL_DOCUMENT_BYTES_MAX, false, &bytes, &shown, &err) < 0)
    return failed(run, shown, &err);
  pl_source *source = pl_new(run->arena, pl_source);
  *source = (pl_source){.where = shown, .layer = "file"};
  const pl_node *document = pl_yaml_read(run->arena, bytes, PL_YAML_THEIRS, source, &err);
  if (secret)
    forget(run, absolute, bytes);
  if (!document) {
    pl_error_prefix(&err, "%s", shown);
    return failed(run, shown, &err);
  }
  return (pl_config_file){.state = PL_CONFIG_READ, .document = document, .shown = shown};
}

void pl_config_refuse(pl_config_file *file, pl_arena *arena, const pl_error *err) {
  file->state = PL_CONFIG_REFUSED;
  file->reason = pl_printf(arena, "%s: %s", file->shown, err->text);
}

bool pl_config_taint(pl_flag_run *run, const pl_config_file *file, const char *name) {
  if (file->state == PL_CONFIG_UNREADABLE)
    pl_flag_unreadable(run, name, file->reason);
  else if (file->state == PL_CONFIG_REFUSED)
    pl_settings_refused_value(run->settings, name, file->reason);
  return file->state != PL_CONFIG_READ;
}

typedef struct noting {
  pl_flag_run *run;
  const pl_config_file *file;
} noting;

static void note_unknown(const char *path, const pl_member *member, void *context) {
  const noting *n = context;
  pl_settings_note(n->run->settings, "%s:%u: %s is no key of this version and has no effect", n->file->shown,
                   member->line, path);
}

void pl_config_note_unknown(pl_flag_run *run, const pl_config_file *file, const pl_shape *fields) {
  if (file->state == PL_CONFIG_READ)
    pl_shape_each_unknown(run->arena, file->document, fields, note_unknown, &(noting){.run = run, .file = file});
}

void pl_config_put(pl_flag_run *run, const pl_config_file *file, const char *name, pl_node *value, uint32_t line) {
  pl_flag_put(run, name, value, "file", file->shown, line);
}
