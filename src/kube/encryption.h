/*
 * Secrets at rest: what an EncryptionConfiguration makes of each resource. Keys themselves are never here (yaml.h).
 * Private to this level. Source: k8s.io/apiserver pkg/server/options/encryptionconfig/config.go,
 * pkg/apis/apiserver/validation/validation_encryption.go.
 */
#pragma once

#include "plumbline/core/node.h"

typedef struct pl_encryption_rules {
  int minor;           /* 0: unknown */
  bool kms_v1, kms_v2; /* the feature gates let KMS v1, v2 be used */
  bool reload;         /* --encryption-provider-config-automatic-reload */
} pl_encryption_rules;

typedef struct pl_encryption {
  const pl_node *entries; /* `resources` of the document */
  bool uses_kms_v1;
} pl_encryption;

/* Who writes a resource: the first provider of the first entry for it. */
typedef struct pl_encryptor {
  const char *provider;    /* "identity", "aescbc", "aesgcm", "secretbox", "kms" */
  const char *label;       /* with the first key: "aescbc:v1:key1"; "kms", "identity" */
  const char *kms_version; /* "v1", "v2"; NULL without KMS */
  const char *endpoint;    /* of KMS, as written: "unix:///run/kms.sock"; NULL without */
  int64_t key_bytes;       /* length of the writing key; 0 without one */
  uint32_t line;           /* of the provider; 0: no entry fits, so it is plain */
} pl_encryptor;

/* DOCUMENT as the apiserver loads it. RET points into DOCUMENT. ERR: why it would not start with it. */
int pl_encryption_read(pl_arena *arena, const pl_node *document, const pl_encryption_rules *rules, pl_encryption *ret,
                       pl_error *err);
/* The provider that writes what ENTRY is first to name. */
const char *pl_encryption_entry_provider(const pl_node *entry);
/* RESOURCE as in the document: "secrets", "deployments.apps". ENCRYPTION NULL: no file, everything is plain. */
pl_encryptor pl_encryption_of(pl_arena *arena, const pl_encryption *encryption, const char *resource);
/* The fact `secrets_at_rest` of ENCRYPTION, which was read from FILE. */
pl_node *pl_encryption_facts(pl_arena *arena, const pl_encryption *encryption, const char *file);
/* The same where there is none: STATE is none, refused, unreadable or absent. FILE may be NULL. */
pl_node *pl_encryption_facts_without(pl_arena *arena, const char *state, const char *because, const char *file);
