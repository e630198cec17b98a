/* Facts that are worked out from settings. Private to this level. */
#pragma once

#include "collection.h"

/* `audit` and `secrets_at_rest` into FACTS: what the API server's settings come to, or why that cannot be told. */
void pl_put_apiserver_facts(pl_collection *collection, pl_node *facts);
