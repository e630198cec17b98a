/*
 * Audit policies: read as a version reads them, asked about requests, and what they cover. The first byte chooses the
 * version. What an ordinary caller's request is recorded with lies between the least and the most that is said of it.
 */
#include <stdlib.h>

#include "plumbline/core/json.h"
#include "plumbline/core/yaml.h"
#include "src/kube/audit_policy.h"

#define EVERY_STAGE (PL_AUDIT_RECEIVED | PL_AUDIT_STARTED | PL_AUDIT_COMPLETE)

static const char *const groups[] = {"developers", "system:authenticated", NULL};

static const struct {
  const char *name; /* in `covers` */
  unsigned stages;
  pl_audit_request request; /* a blank is no namespace or name that a policy means */
} asked[] = {
    {"secrets",
     PL_AUDIT_RECEIVED | PL_AUDIT_COMPLETE,
     {"get", "", "secrets", "", .namespace = " ", .name = " ", .user = "jane", .groups = groups}},
    {"secrets",
     EVERY_STAGE,
     {"watch", "", "secrets", "", .namespace = " ", .name = " ", .user = "jane", .groups = groups}},
    {"tokenreviews",
     PL_AUDIT_RECEIVED | PL_AUDIT_COMPLETE,
     {"create", "authentication.k8s.io", "tokenreviews", "", .namespace = "", .name = " ", .user = "jane",
      .groups = groups}},
    {"deployments-write",
     PL_AUDIT_RECEIVED | PL_AUDIT_COMPLETE,
     {"deletecollection", "apps", "deployments", "", .namespace = " ", .name = " ", .user = "jane", .groups = groups}},
    {"pods-exec",
     EVERY_STAGE,
     {"create", "", "pods", "exec", .namespace = " ", .name = " ", .user = "jane", .groups = groups}},
};

static pl_audit_level level_of(const pl_node *levels, const char *name) {
  const char *text = pl_get_text(levels, name, "");
  for (pl_audit_level level = PL_AUDIT_NONE; level <= PL_AUDIT_REQUEST_RESPONSE; level++)
    if (strcmp(text, pl_audit_level_name(level)) == 0)
      return level;
  abort();
}

static void check_bounds(const pl_audit_policy *policy, const pl_node *coverage) {
  for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
    pl_audit_answer answer = pl_audit_ask(policy, &asked[i].request);
    pl_audit_level level = asked[i].stages & ~answer.omit_stages ? answer.level : PL_AUDIT_NONE;
    if (level < level_of(pl_get(coverage, "least"), asked[i].name) ||
        level > level_of(pl_get(coverage, "most"), asked[i].name))
      abort();
  }
  pl_audit_ask(policy, &(pl_audit_request){.verb = "get", .path = "/healthz/x"});
  pl_audit_ask(policy, &(pl_audit_request){.verb = "post", .path = ""});
}

static void run(pl_arena *arena, int minor, const char *text, size_t length) {
  pl_error err = {0};
  const pl_node *document = pl_yaml_read(arena, (pl_bytes){text, length}, PL_YAML_THEIRS, NULL, &err);
  pl_audit_policy policy;
  if (!document)
    return;
  if (pl_audit_policy_read(arena, document, minor, &policy, &err) < 0) {
    if (err.kind == PL_ERR_NONE)
      abort();
    return;
  }
  if (pl_count(policy.rules) == 0)
    abort();
  pl_node *coverage = pl_audit_coverage(arena, &policy);
  check_bounds(&policy, coverage);
  if (!pl_json_text(arena, coverage, false))
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int minors[] = {34, 36, 27, 0};
  if (size < 2)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  const char *text = pl_strndup(arena, (const char *)data + 1, size - 1);
  run(arena, minors[data[0] % (sizeof minors / sizeof *minors)], text, size - 1);
  return 0;
}
