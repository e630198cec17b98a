/* PodSecurityConfigurations: what is taken has known levels, and names nobody twice. The first byte chooses the
 * version. */
#include <stdlib.h>

#include "plumbline/core/yaml.h"
#include "src/kube/admission.h"

static void ask(const pl_node *document) {
  static const char *const levels[] = {"", "privileged", "baseline", "restricted", NULL};
  static const char *const modes[] = {"enforce", "audit", "warn", NULL};
  for (const char *const *mode = modes; *mode; mode++)
    if (!pl_in(pl_get_text(pl_get(document, "defaults"), *mode, ""), levels))
      abort();
  pl_each_member (list, pl_get(document, "exemptions"))
    for (size_t i = 0; i < pl_count(list->value); i++)
      for (size_t j = 0; j < i; j++)
        if (pl_text(list->value->list.items[i]) &&
            pl_equal(pl_text(list->value->list.items[i]), pl_text(list->value->list.items[j])))
          abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int minors[] = {34, 36, 27, 0};
  if (size < 2)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data + 1, size - 1), size - 1};
  pl_error err = {0};
  const pl_node *document = pl_yaml_read(arena, text, PL_YAML_THEIRS, NULL, &err);
  if (!document)
    return 0;
  if (pl_pod_security_check(arena, document, minors[data[0] & 3], &err) == 0)
    ask(document);
  else if (err.kind == PL_ERR_NONE)
    abort();
  return 0;
}
