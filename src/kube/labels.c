/* Names and values of Kubernetes labels and taints. */
#include "src/kube/labels.h"

#define LABEL_PART_MAX 63
#define SUBDOMAIN_MAX  253

static bool is_alphanumeric(char c, bool upper) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (upper && c >= 'A' && c <= 'Z');
}

/* Letters and digits with BETWEEN allowed inside. */
static bool is_word(const char *text, size_t length, bool upper, const char *between) {
  if (length == 0 || !is_alphanumeric(text[0], upper) || !is_alphanumeric(text[length - 1], upper))
    return false;
  for (size_t i = 0; i < length; i++)
    if (!is_alphanumeric(text[i], upper) && !strchr(between, text[i]))
      return false;
  return true;
}

static bool is_subdomain(const char *text, size_t length) {
  if (length > SUBDOMAIN_MAX)
    return false;
  for (;;) {
    const char *dot = memchr(text, '.', length);
    size_t part = dot ? (size_t)(dot - text) : length;
    if (!is_word(text, part, false, "-"))
      return false;
    if (!dot)
      return true;
    text += part + 1;
    length -= part + 1;
  }
}

bool pl_is_subdomain(const char *text) { return is_subdomain(text, strlen(text)); }

bool pl_is_dns_label(const char *text) {
  size_t length = strlen(text);
  return length <= LABEL_PART_MAX && is_word(text, length, false, "-");
}

bool pl_is_qualified_name(const char *text) {
  const char *slash = strchr(text, '/');
  const char *name = slash ? slash + 1 : text;
  size_t length = strlen(name);
  return (!slash || is_subdomain(text, (size_t)(slash - text))) && length <= LABEL_PART_MAX &&
         is_word(name, length, true, "-_.");
}

bool pl_is_label_value(const char *text) {
  size_t length = strlen(text);
  return length == 0 || (length <= LABEL_PART_MAX && is_word(text, length, true, "-_."));
}
