/*
 * Facts that come with the settings of kube-apiserver: what is recorded, and how secrets lie in etcd. Shapes:
 * plumbline-facts(5).
 */
#pragma once

#include "plumbline/kube/settings.h"

/*
 * {state, because?, policy?, rules?, highest?, covers, least, most}. SETTINGS is what pl_apiserver_settings gave; NULL:
 * there is no apiserver. state: none (no policy), policy-only (nowhere to write to), active, unreadable (the policy, or
 * it would be refused). highest: the highest level at which a rule that can be reached has anything written. covers:
 * NAME -> None, Metadata, Request, RequestResponse, the least that is recorded of a thing, or mixed
 * (src/kube/audit_coverage.c says when). No policy covers nothing: None.
 */
pl_node *pl_audit_facts(pl_arena *arena, const pl_settings *settings);
/*
 * {state, because?, file, provider, writer, key_bytes, endpoint, resources?: [{resources, provider, line}]}: provider
 * is what writes Secrets (identity, aescbc, aesgcm, secretbox, kms), writer the same with the version of KMS (kms-v1,
 * kms-v2), else the state. state: none (no file), configured, refused, unreadable, absent (SETTINGS is NULL).
 */
pl_node *pl_secrets_at_rest_facts(pl_arena *arena, const pl_settings *settings);
