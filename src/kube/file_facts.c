/* Everything that was asked about a file, as facts. */
#include "file_facts.h"

#include "plumbline/core/escape.h"
#include "plumbline/core/number.h"
#include "plumbline/host/accounts.h"

typedef struct file_context {
  pl_arena *arena;
  const pl_host *host;
  pl_node *facts;
} file_context;

static const char *name_or_number(pl_arena *arena, const char *name, uint32_t id) {
  return name ? name : pl_printf(arena, "%u", id);
}

static pl_node *present(pl_arena *arena, const pl_host *host, const pl_file *file) {
  pl_node *fact = pl_node_object_for(arena, 8u + (file->target != NULL) + (*file->digest != '\0'));
  pl_object_set_text(arena, fact, "type", pl_file_type_name(file->type));
  pl_object_set_text(arena, fact, "mode", pl_printf(arena, "%04o", file->mode));
  pl_object_set_integer(arena, fact, "uid", file->uid);
  pl_object_set_integer(arena, fact, "gid", file->gid);
  pl_object_set_text(arena, fact, "owner", name_or_number(arena, pl_user_name(host, file->uid), file->uid));
  pl_object_set_text(arena, fact, "group", name_or_number(arena, pl_group_name(host, file->gid), file->gid));
  pl_object_set_integer(arena, fact, "size", file->size);
  pl_object_set_text(arena, fact, "mtime", pl_format_time(arena, file->mtime));
  if (file->target)
    pl_object_set_text(arena, fact, "target", file->target);
  if (*file->digest)
    pl_object_set_text(arena, fact, "digest", file->digest);
  return fact;
}

static void visit(const pl_file *file, void *data) {
  file_context *context = data;
  pl_arena *arena = context->arena;
  pl_node *fact;
  if (file->state == PL_FILE_PRESENT) {
    fact = present(arena, context->host, file);
  } else {
    fact = pl_node_object_for(arena, 1);
    if (file->state == PL_FILE_ABSENT)
      pl_object_set_boolean(arena, fact, "absent", true);
    else
      pl_object_set_text(arena, fact, "unreadable", file->why);
  }
  pl_object_put(arena, context->facts, pl_escape_text(arena, file->path), fact);
}

pl_node *pl_file_facts(const pl_collection *collection) {
  file_context context = {
      .arena = collection->arena, .host = collection->host, .facts = pl_node_object(collection->arena)};
  pl_host_each_file(collection->host, visit, &context);
  return context.facts;
}
