/* Files in facts. Private to this level. */
#pragma once

#include "collection.h"

/* {PATH: {type, mode, ...}} of everything that the host was asked about. */
pl_node *pl_file_facts(const pl_collection *collection);
