/* URLs as far as they may be shown. */
#pragma once

#include "plumbline/core/memory.h"

/*
 * TEXT, with "(not shown)" for whatever stands before the '@' in the authority of each URL in it
 * ("https://NAME:PASSWORD@host"): a name and a password, or a token. TEXT itself where there is nothing of the kind.
 * NULL gives NULL.
 */
const char *pl_hide_userinfo(pl_arena *arena, const char *text);
