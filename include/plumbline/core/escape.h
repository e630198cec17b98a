/*
 * The one place where bytes become printable text.
 *
 * Facts, and so every report, hold UTF-8 only: a byte that is not valid UTF-8, a C0 or C1 control character, DEL, a
 * bidirectional control, a line or paragraph separator, a byte order mark, a non-character stands as \xNN a byte, and
 * a backslash is doubled.
 */
#pragma once

#include "plumbline/core/text.h"

char *pl_escape(pl_arena *arena, const char *data, size_t length);
char *pl_escape_text(pl_arena *arena, const char *text); /* NUL-terminated; NULL gives NULL */
/* No byte of TEXT would be escaped, a backslash included. */
bool pl_is_clean(const char *data, size_t length);
/* How many bytes of DATA, from its beginning, are printable ASCII other than quote and backslash: what every format
 * takes as it is. */
size_t pl_plain_length(const char *data, size_t length);
/* Length of the valid UTF-8 sequence at DATA (1 to 4), 0 if there is none. *RET_POINT is optional. */
size_t pl_utf8_decode(const char *data, size_t length, uint32_t *ret_point);
/* A code point that would deceive a reader or break a format: those that are named above. */
bool pl_is_hidden(uint32_t point);
