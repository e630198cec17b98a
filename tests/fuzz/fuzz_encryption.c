/*
 * EncryptionConfigurations: read as a version reads them, and asked who writes a resource. The first byte chooses the
 * version, gates and reloading.
 */
#include <stdlib.h>

#include "plumbline/core/yaml.h"
#include "src/kube/encryption.h"

static const char *const providers[] = {"identity", "aescbc", "aesgcm", "secretbox", "kms", NULL};
static const char *const resources[] = {
    "secrets", "configmaps", "deployments.apps", "events", "events.events.k8s.io", "", "pods.something", NULL};

static void ask(pl_arena *arena, const pl_encryption *encryption) {
  for (const char *const *resource = resources; *resource; resource++) {
    pl_encryptor writer = pl_encryption_of(arena, encryption, *resource);
    if (!pl_in(writer.provider, providers) || !pl_starts(writer.label, writer.provider))
      abort();
    if ((writer.kms_version != NULL) != (strcmp(writer.provider, "kms") == 0) || writer.key_bytes < 0)
      abort();
    if (!encryption && (strcmp(writer.provider, "identity") != 0 || writer.line != 0))
      abort();
  }
}

static void run(pl_arena *arena, const pl_encryption_rules *rules, const char *text, size_t length) {
  pl_error err = {0};
  const pl_node *document = pl_yaml_read(arena, (pl_bytes){text, length}, PL_YAML_THEIRS, NULL, &err);
  pl_encryption encryption;
  if (!document)
    return;
  if (pl_encryption_read(arena, document, rules, &encryption, &err) < 0) {
    if (err.kind == PL_ERR_NONE)
      abort();
    return;
  }
  ask(arena, &encryption);
  pl_each_item (entry, encryption.entries)
    if (!pl_in(pl_encryption_entry_provider(entry), providers))
      abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int minors[] = {34, 36, 27, 0};
  if (size < 2)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *text = pl_strndup(arena, (const char *)data + 1, size - 1);
  pl_encryption_rules rules = {.minor = minors[data[0] & 3],
                               .kms_v1 = (data[0] & 4) != 0,
                               .kms_v2 = (data[0] & 8) == 0,
                               .reload = (data[0] & 16) != 0};
  ask(arena, NULL);
  run(arena, &rules, text, size - 1);
  return 0;
}
