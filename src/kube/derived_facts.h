/* Facts that are worked out from several settings. Private to this level. */
#pragma once

#include "collection.h"

/* {state: none | policy-only | active | unreadable, because, policy, rules, covers, least, most}. */
pl_node *pl_audit_facts(pl_collection *collection);
/* {state: none | configured | unreadable, because, provider}. */
pl_node *pl_secrets_at_rest_facts(const pl_collection *collection);
/* {conf_dir, conf_dir_from, files}. */
pl_node *pl_cni_facts(pl_collection *collection);
