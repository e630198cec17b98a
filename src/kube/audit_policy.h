/*
 * An audit policy, asked what it records of a request. Private to this level.
 * Source: k8s.io/apiserver pkg/audit/policy (reader.go, checker.go), pkg/apis/audit/validation.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_audit_level {
  PL_AUDIT_NONE,
  PL_AUDIT_METADATA,
  PL_AUDIT_REQUEST,
  PL_AUDIT_REQUEST_RESPONSE
} pl_audit_level;

typedef enum pl_audit_stage {
  PL_AUDIT_RECEIVED = 1, /* bits */
  PL_AUDIT_STARTED = 2,
  PL_AUDIT_COMPLETE = 4,
  PL_AUDIT_PANIC = 8
} pl_audit_stage;

typedef struct pl_audit_policy {
  const pl_node *rules; /* list of objects, at least one */
  unsigned omit_stages; /* of the policy itself */
} pl_audit_policy;

typedef struct pl_audit_request {
  const char *verb;
  const char *group, *resource, *subresource; /* "" for none; RESOURCE NULL: no resource request */
  const char *namespace, *name;               /* "" for none, NULL for any */
  const char *path;                           /* when RESOURCE is NULL */
  const char *user;                           /* NULL: any caller, GROUPS do not count then */
  const char *const *groups;                  /* NULL-terminated */
} pl_audit_request;

typedef struct pl_audit_answer {
  pl_audit_level level;
  unsigned omit_stages;
  const pl_node *rule; /* NULL: no rule matched */
} pl_audit_answer;

/* DOCUMENT as 1.MINOR loads it. RET points into DOCUMENT. ERR: why the apiserver would not start with it. */
int pl_audit_policy_read(pl_arena *arena, const pl_node *document, int minor, pl_audit_policy *ret, pl_error *err);
/* What a policy may hold; the apiserver passes over other keys. */
const struct pl_shape *pl_audit_policy_shape(void);
/* The first rule that matches decides; none: PL_AUDIT_NONE. */
pl_audit_answer pl_audit_ask(const pl_audit_policy *policy, const pl_audit_request *request);
/* RULE falls to a request like this; what is NULL in REQUEST could be such that it does. */
bool pl_audit_rule_matches(const pl_node *rule, const pl_audit_request *request);
unsigned pl_audit_rule_stages(const pl_audit_policy *policy,
                              const pl_node *rule); /* those left out for RULE, as bits */
pl_audit_level pl_audit_rule_level(const pl_node *rule);
/* {covers, least, most: {NAME: level}} for what a benchmark wants recorded: see audit_coverage.c. */
pl_node *pl_audit_coverage(pl_arena *arena, const pl_audit_policy *policy);
const char *pl_audit_level_name(pl_audit_level level); /* "None", "Metadata", "Request", "RequestResponse" */
