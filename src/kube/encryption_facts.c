/* What an EncryptionConfiguration means for Secrets, as facts. Of keys only the length is here. */
#include "src/kube/encryption.h"

static pl_node *entry_facts(pl_arena *arena, const pl_node *entry) {
  pl_node *facts = pl_node_object(arena), *names = pl_node_list(arena);
  pl_each_item (item, pl_get(entry, "resources"))
    pl_list_add_text(arena, names, pl_text(item) ? pl_text(item) : "");
  pl_object_set(arena, facts, "resources", names);
  pl_object_set_text(arena, facts, "provider", pl_encryption_entry_provider(entry));
  pl_object_set_integer(arena, facts, "line", entry->line);
  return facts;
}

pl_node *pl_encryption_facts(pl_arena *arena, const pl_encryption *encryption, const char *file) {
  pl_encryptor writer = pl_encryption_of(arena, encryption, "secrets");
  pl_node *facts = pl_node_object(arena), *list = pl_node_list(arena);
  pl_object_set_text(arena, facts, "state", "configured");
  pl_object_set_text(arena, facts, "file", file);
  pl_object_set_text(arena, facts, "provider", writer.provider);
  pl_object_set_text(arena, facts, "writer",
                     writer.kms_version ? pl_printf(arena, "kms-%s", writer.kms_version) : writer.provider);
  pl_object_set(arena, facts, "key_bytes",
                writer.key_bytes ? pl_node_integer(arena, writer.key_bytes) : pl_node_null(arena));
  pl_object_set_text(arena, facts, "endpoint", writer.endpoint);
  pl_each_item (entry, encryption->entries)
    pl_list_add(arena, list, entry_facts(arena, entry));
  pl_object_set(arena, facts, "resources", list);
  return facts;
}

pl_node *pl_encryption_facts_without(pl_arena *arena, const char *state, const char *because, const char *file) {
  pl_node *facts = pl_node_object(arena);
  pl_object_set_text(arena, facts, "state", state);
  pl_object_set_text(arena, facts, "because", because);
  pl_object_set_text(arena, facts, "file", file);
  if (pl_equal(state, "none"))
    pl_object_set_text(arena, facts, "provider", "identity");
  pl_object_set_text(arena, facts, "writer", state);
  pl_object_set(arena, facts, "key_bytes", pl_node_null(arena));
  pl_object_set(arena, facts, "endpoint", pl_node_null(arena));
  return facts;
}
