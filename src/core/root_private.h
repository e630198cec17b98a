/* For tests of the core: what pl_root does where the kernel refuses openat2. */
#pragma once

#include "plumbline/core/root.h"

/* From now on resolve component by component, as after a refusal. */
void pl_root_force_walk(pl_root *root);
