/* Leaves names and passwords out of URLs. */
#include "plumbline/core/url.h"

#include "plumbline/core/text.h"

#define HIDDEN "(not shown)"

/* The '@' that ends the user's part of the authority at AUTHORITY, NULL when there is none. Blanks and quotes may be
 * part of a password. */
static const char *end_of_userinfo(const char *authority) { return memrchr(authority, '@', strcspn(authority, "/?#")); }

/* The first URL in TEXT that has a user's part: its authority and the '@'. */
static const char *find_userinfo(const char *text, const char **ret_at) {
  for (const char *scheme = strstr(text, "://"); scheme; scheme = strstr(scheme + 3, "://")) {
    *ret_at = end_of_userinfo(scheme + 3);
    if (*ret_at)
      return scheme + 3;
  }
  return NULL;
}

const char *pl_hide_userinfo(pl_arena *arena, const char *text) {
  const char *at, *found = text ? find_userinfo(text, &at) : NULL;
  if (!found)
    return text;
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, SIZE_MAX / 2);
  for (; found; found = find_userinfo(text, &at)) {
    pl_buffer_add(&out, text, (size_t)(found - text));
    pl_buffer_text(&out, HIDDEN);
    text = at;
  }
  pl_buffer_text(&out, text);
  return pl_buffer_take(&out, arena).data;
}
