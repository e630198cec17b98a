/* Hashing of keys that a hostile document chose: SipHash-1-3 under a key of this process. */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t pl_hash(const char *data, size_t length);
