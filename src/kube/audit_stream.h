/* Whether what kube-apiserver records leaves the node. Private to this level. */
#pragma once

#include "collection.h"

/* {state, because, path, shippers: [{name, pid, exe, pod, audit_log}]} as plumbline-facts(5) has it. */
pl_node *pl_audit_stream_fact(pl_collection *collection);
