/* Leaves names, passwords and queries out of URLs. */
#include "plumbline/core/url.h"

#include "plumbline/core/text.h"

#define HIDDEN "(not shown)"

/* The '@' that ends the user's part of the authority at AUTHORITY, NULL when there is none. Blanks and quotes may be
 * part of a password. */
static const char *end_of_userinfo(const char *authority) { return memrchr(authority, '@', strcspn(authority, "/?#")); }

/* A part of a text that is not shown. */
typedef struct part {
  const char *start, *end;
} part;

/* The first URL in TEXT that has a user's part. */
static bool find_userinfo(const char *text, part *ret) {
  for (const char *scheme = strstr(text, "://"); scheme; scheme = strstr(scheme + 3, "://")) {
    *ret = (part){scheme + 3, end_of_userinfo(scheme + 3)};
    if (ret->end)
      return true;
  }
  return false;
}

/* The first URL in TEXT that has a query, which goes on to the next blank. */
static bool find_query(const char *text, part *ret) {
  static const char blanks[] = " \t\r\n";
  const char *mark = text;
  for (const char *scheme = strstr(text, "://"); scheme; scheme = strstr(scheme + 3, "://")) {
    const char *authority = pl_starts(scheme + 3, HIDDEN) ? scheme + 3 + strlen(HIDDEN) : scheme + 3;
    if (authority <= mark) /* the same mark as before */
      continue;
    mark = authority + strcspn(authority, "?#,\"' \t\r\n");
    *ret = (part){mark + 1, *mark == '?' ? mark + 1 + strcspn(mark + 1, blanks) : mark};
    if (ret->end > ret->start && !pl_starts(ret->start, HIDDEN))
      return true;
  }
  return false;
}

static const char *hide(pl_arena *arena, const char *text, bool (*find)(const char *text, part *ret)) {
  part found;
  if (!find(text, &found))
    return text;
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, SIZE_MAX / 2);
  do {
    pl_buffer_add(&out, text, (size_t)(found.start - text));
    pl_buffer_text(&out, HIDDEN);
    text = found.end;
  } while (find(text, &found));
  pl_buffer_text(&out, text);
  return pl_buffer_take(&out, arena).data;
}

const char *pl_hide_url_secrets(pl_arena *arena, const char *text) {
  bool has_url = text && strstr(text, "://");
  return has_url ? hide(arena, hide(arena, text, find_userinfo), find_query) : text;
}
