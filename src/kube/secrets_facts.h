/* The fact `secrets_at_rest`. Private to this level. */
#pragma once

#include "src/kube/collection.h"

pl_node *pl_secrets_facts(pl_collection *collection);
