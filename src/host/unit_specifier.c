/* "%n" and its kin in unit files (systemd.unit(5), "Specifiers"), for the system manager. */
#include "unit_specifier.h"

#include "plumbline/core/limits.h"

static const char *suffix_of(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot ? dot : name + strlen(name);
}

static const char *prefix(const pl_specifier_context *c) {
  size_t length = strcspn(c->unit, "@");
  size_t whole = (size_t)(suffix_of(c->unit) - c->unit);
  return pl_strndup(c->host->arena, c->unit, length < whole ? length : whole);
}

static const char *last_of_prefix(const pl_specifier_context *c) {
  const char *text = prefix(c), *dash = strrchr(text, '-');
  return dash ? dash + 1 : text;
}

static const char *instance(const pl_specifier_context *c) {
  const char *at = strchr(c->unit, '@'), *suffix = suffix_of(c->unit);
  return at && at < suffix ? pl_strndup(c->host->arena, at + 1, (size_t)(suffix - at - 1)) : "";
}

static int hex(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/* Unit names write '/' as '-', and other bytes as \xNN. */
static const char *unescaped(const pl_specifier_context *c, const char *text) {
  char *out = pl_strdup(c->host->arena, text), *end = out;
  while (*text) {
    bool coded = text[0] == '\\' && text[1] == 'x' && hex(text[2]) >= 0 && hex(text[3]) >= 0;
    *end++ = (char)(coded ? hex(text[2]) << 4 | hex(text[3]) : *text == '-' ? '/' : *text);
    text += coded ? 4 : 1;
  }
  *end = '\0';
  return out;
}

static const char *without_suffix(const pl_specifier_context *c) {
  return pl_strndup(c->host->arena, c->unit, (size_t)(suffix_of(c->unit) - c->unit));
}

static const char *unescaped_prefix(const pl_specifier_context *c) { return unescaped(c, prefix(c)); }
static const char *unescaped_last(const pl_specifier_context *c) { return unescaped(c, last_of_prefix(c)); }
static const char *unescaped_instance(const pl_specifier_context *c) { return unescaped(c, instance(c)); }
static const char *unit_name(const pl_specifier_context *c) { return c->unit; }

static const char *file_name(const pl_specifier_context *c) {
  const char *named = instance(c);
  const char *path = unescaped(c, *named ? named : prefix(c));
  return *path == '/' ? path : pl_printf(c->host->arena, "/%s", path);
}

static const char *credentials(const pl_specifier_context *c) {
  return pl_printf(c->host->arena, "/run/credentials/%s", c->unit);
}

/* First line of a file of the node, NULL when it cannot be read or is empty. */
static const char *first_line(const pl_specifier_context *c, const char *path) {
  pl_bytes text;
  if (pl_host_read(c->host, path, PL_SMALL_FILE_BYTES_MAX, &text, NULL) < 0)
    return NULL;
  size_t length = strcspn(text.data, "\n");
  return length > 0 ? pl_strndup(c->host->arena, text.data, length) : NULL;
}

static const char *host_name(const pl_specifier_context *c) { return first_line(c, "/etc/hostname"); }
static const char *machine_id(const pl_specifier_context *c) { return first_line(c, "/etc/machine-id"); }
static const char *kernel_release(const pl_specifier_context *c) { return first_line(c, "/proc/sys/kernel/osrelease"); }

static const char *short_host_name(const pl_specifier_context *c) {
  const char *name = host_name(c);
  return name ? pl_strndup(c->host->arena, name, strcspn(name, ".")) : NULL;
}

static const struct {
  char letter;
  const char *text;
  const char *(*resolve)(const pl_specifier_context *c);
} specifiers[] = {
    {'%', "%", NULL},
    {'u', "root", NULL},
    {'U', "0", NULL},
    {'g', "root", NULL},
    {'G', "0", NULL},
    {'h', "/root", NULL},
    {'t', "/run", NULL},
    {'S', "/var/lib", NULL},
    {'C', "/var/cache", NULL},
    {'L', "/var/log", NULL},
    {'E', "/etc", NULL},
    {'T', "/tmp", NULL},
    {'V', "/var/tmp", NULL},
    {'n', NULL, unit_name},
    {'N', NULL, without_suffix},
    {'p', NULL, prefix},
    {'P', NULL, unescaped_prefix},
    {'i', NULL, instance},
    {'I', NULL, unescaped_instance},
    {'j', NULL, last_of_prefix},
    {'J', NULL, unescaped_last},
    {'f', NULL, file_name},
    {'d', NULL, credentials},
    {'H', NULL, host_name},
    {'l', NULL, short_host_name},
    {'m', NULL, machine_id},
    {'v', NULL, kernel_release},
};

static bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Put what "%LETTER" stands for into OUT. To systemd an unknown one is a fault, but "%" before anything else stays. */
static int add(const pl_specifier_context *c, char letter, pl_buffer *out, pl_error *err) {
  for (size_t i = 0; i < sizeof specifiers / sizeof *specifiers; i++) {
    if (specifiers[i].letter != letter)
      continue;
    const char *text = specifiers[i].text ? specifiers[i].text : specifiers[i].resolve(c);
    if (text)
      pl_buffer_text(out, text);
    return text ? 0 : pl_fail(err, PL_ERR_UNSUPPORTED, "the file behind the specifier %%%c cannot be read", letter);
  }
  if (is_letter_or_digit(letter))
    return pl_fail(err, PL_ERR_UNSUPPORTED, "the specifier %%%c is unknown, or known to the running manager only",
                   letter);
  pl_buffer_add(out, "%", 1);
  pl_buffer_add(out, &letter, 1);
  return 0;
}

const char *pl_specifiers_resolve(void *context, const char *text, pl_error *err) {
  const pl_specifier_context *c = context;
  if (!strchr(text, '%'))
    return text;
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, PL_CMDLINE_BYTES_MAX);
  pl_buffer_text(&out, "");
  while (*text && !out.overflow) {
    size_t plain = strcspn(text, "%");
    pl_buffer_add(&out, text, plain);
    text += plain;
    if (!*text)
      break;
    if (!text[1]) {
      pl_buffer_add(&out, text++, 1);
    } else {
      if (add(c, text[1], &out, err) < 0)
        return NULL;
      text += 2;
    }
  }
  if (!out.overflow)
    return pl_strndup(c->host->arena, out.data, out.length);
  pl_fail(err, PL_ERR_LIMIT, "a value of more than %d bytes", PL_CMDLINE_BYTES_MAX);
  return NULL;
}
