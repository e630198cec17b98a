/* SHA-256 and base64, by nettle. */
#pragma once

#include "plumbline/core/text.h"

#define PL_SHA256_HEX 65

void pl_sha256(const void *data, size_t length, char ret_hex[PL_SHA256_HEX]);
/* Length that TEXT would decode to, or -1 when it is no base64 (white space is allowed). Nothing decoded is kept. */
int pl_base64_length(const char *text, size_t length, size_t *ret, pl_error *err);
/* Decode into ARENA. Only for what is no secret (certificates). */
int pl_base64_decode(pl_arena *arena, const char *text, size_t length, pl_bytes *ret, pl_error *err);
/* Overwrite and be sure of it. */
void pl_wipe(void *memory, size_t length);
