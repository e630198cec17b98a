/* URLs as far as they may be shown. */
#pragma once

#include "plumbline/core/memory.h"

/*
 * TEXT, with "(not shown)" for whatever stands before the '@' in the authority of each URL in it
 * ("https://NAME:PASSWORD@host"), a name and a password, or a token, and for its query ("https://host/p?token=..."), up
 * to the next blank. TEXT itself where there is nothing of the kind. NULL gives NULL.
 */
const char *pl_hide_url_secrets(pl_arena *arena, const char *text);
