/* Scalars that are secrets. */
#include "src/core/secret.h"

#include "plumbline/core/digest.h"
#include "plumbline/core/yaml.h"

const char *const pl_yaml_secret_keys[] = {"client-key-data", "token",    "password",      "secret",
                                           "access-token",    "id-token", "refresh-token", "client-secret",
                                           "identitytoken",   NULL};

bool pl_is_secret_key(const char *key) { return pl_in(key, pl_yaml_secret_keys); }

/* As Go reads it, which passes over line ends but no blanks. */
static bool is_base64(const char *data, size_t length, size_t *ret) {
  return !memchr(data, ' ', length) && !memchr(data, '\t', length) && pl_base64_length(data, length, ret, NULL) == 0;
}

pl_node *pl_secret_node(pl_arena *arena, const char *data, size_t length) {
  size_t decoded = length;
  bool base64 = is_base64(data, length, &decoded);
  pl_node *node = pl_node_object(arena);
  pl_object_set_boolean(arena, node, "secret", true);
  pl_object_set_integer(arena, node, "length", (int64_t)(base64 ? decoded : length));
  if (!base64)
    pl_object_set_boolean(arena, node, "base64", false);
  return node;
}
