/* Distinguished names of certificates as RFC 4514 text. */
#include <libtasn1.h>

#include "certificate_private.h"
#include "plumbline/core/escape.h"

#define NAME_TEXT_MAX (8u << 20) /* never reached by a name within a certificate of PL_CERTIFICATE_BYTES_MAX */

/* Attribute types with their short names; any other is shown by its number. A number begins with a digit. */
static const struct {
  const char *oid, *name;
} attributes[] = {
    {"2.5.4.3", "CN"},
    {"2.5.4.5", "serialNumber"},
    {"2.5.4.6", "C"},
    {"2.5.4.7", "L"},
    {"2.5.4.8", "ST"},
    {"2.5.4.9", "STREET"},
    {"2.5.4.10", "O"},
    {"2.5.4.11", "OU"},
    {"2.5.4.17", "postalCode"},
    {"0.9.2342.19200300.100.1.1", "UID"},
    {"0.9.2342.19200300.100.1.25", "DC"},
    {"1.2.840.113549.1.9.1", "emailAddress"},
};

static const unsigned byte_strings[] = {DER_UTF8_STRING,    DER_PRINTABLE_STRING, DER_IA5_STRING,
                                        DER_NUMERIC_STRING, DER_T61_STRING,       DER_VISIBLE_STRING};

/* The type's short name or dotted number. */
static const char *attribute_type(pl_arena *arena, pl_der oid) {
  unsigned char with_length[128] = {(unsigned char)oid.left};
  char dotted[512];
  int used = 0;
  if (oid.left == 0 || oid.left >= sizeof with_length || (oid.data[oid.left - 1] & 0x80)) /* ends within a number */
    return NULL;
  memcpy(with_length + 1, oid.data, oid.left);
  if (asn1_get_object_id_der(with_length, (int)oid.left + 1, &used, dotted, sizeof dotted) != ASN1_SUCCESS)
    return NULL;
  for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++)
    if (pl_equal(dotted, attributes[i].oid))
      return attributes[i].name;
  return pl_strdup(arena, dotted);
}

/* UTF-8 of a BMPString: two bytes a character, no surrogates. */
static bool read_bmp(pl_arena *arena, pl_der value, pl_bytes *ret) {
  if (value.left % 2 != 0)
    return false;
  char *text = pl_alloc(arena, value.left / 2 * 3 + 1), *out = text;
  for (size_t i = 0; i < value.left; i += 2) {
    unsigned point = (unsigned)value.data[i] << 8 | value.data[i + 1];
    if (point >= 0xd800 && point <= 0xdfff)
      return false;
    if (point >= 0x800)
      *out++ = (char)(0xe0 | point >> 12);
    if (point >= 0x80)
      *out++ = (char)(point >= 0x800 ? 0x80 | (point >> 6 & 0x3f) : 0xc0 | point >> 6);
    *out++ = (char)(point >= 0x80 ? 0x80 | (point & 0x3f) : point);
  }
  *ret = (pl_bytes){.data = text, .length = (size_t)(out - text)};
  return true;
}

static bool read_text(pl_arena *arena, pl_der value, pl_bytes *ret) {
  pl_der content;
  for (size_t i = 0; i < sizeof byte_strings / sizeof *byte_strings; i++) {
    pl_der rest = value;
    if (pl_der_take(&rest, byte_strings[i], &content)) {
      *ret = (pl_bytes){.data = (const char *)content.data, .length = content.left};
      return true;
    }
  }
  return pl_der_take(&value, DER_BMP_STRING, &content) && read_bmp(arena, content, ret);
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void put_hex(pl_buffer *out, pl_der value) {
  pl_buffer_text(out, "#");
  for (size_t i = 0; i < value.left; i++)
    pl_buffer_printf(out, "%02x", value.data[i]);
}

/* The value of an attribute with what RFC 4514 wants behind a backslash. */
static void put_value(pl_buffer *out, pl_bytes value) {
  for (size_t i = 0; i < value.length; i++) {
    char c = value.data[i];
    bool edge = (i == 0 && (c == ' ' || c == '#')) || (i + 1 == value.length && c == ' ');
    if (c == '\0') {
      pl_buffer_text(out, "\\00");
      continue;
    }
    if (edge || strchr("\"+,;<>\\", c))
      pl_buffer_text(out, "\\");
    pl_buffer_add(out, &c, 1);
  }
}

/* Kubernetes takes the last common name for the user and every organization for a group. */
static void note(pl_arena *arena, const char *type, pl_bytes value, pl_name *name) {
  if (pl_equal(type, "CN"))
    name->common_name = pl_escape(arena, value.data, value.length);
  if (pl_equal(type, "O"))
    pl_push(arena, name->organizations, name->organization_count, name->organization_capacity,
            pl_escape(arena, value.data, value.length));
}

static bool read_attribute(pl_arena *arena, pl_der attribute, pl_buffer *out, pl_name *name) {
  pl_der oid, value;
  if (!pl_der_take(&attribute, DER_OID, &oid))
    return false;
  value = attribute;
  const char *type = attribute_type(arena, oid);
  if (!type || !pl_der_take(&attribute, DER_ANY, NULL) || attribute.left > 0)
    return false;
  pl_buffer_text(out, type);
  pl_buffer_text(out, "=");
  pl_bytes text;
  if (!is_digit(*type) && read_text(arena, value, &text)) { /* a number as type goes with hexadecimal digits */
    put_value(out, text);
    note(arena, type, text, name);
  } else {
    put_hex(out, value);
  }
  return true;
}

/* One relative name: attributes of a set, joined by "+". */
static bool read_relative(pl_arena *arena, pl_der set, pl_bytes *ret, pl_name *name) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, NAME_TEXT_MAX);
  pl_der attribute;
  do {
    if (!pl_der_take(&set, DER_SEQUENCE, &attribute))
      return false;
    pl_buffer_text(&out, out.length > 0 ? "+" : "");
    if (!read_attribute(arena, attribute, &out, name))
      return false;
  } while (set.left > 0);
  *ret = pl_buffer_take(&out, arena);
  return true;
}

bool pl_name_read(pl_arena *arena, pl_der name, pl_name *ret) {
  pl_auto_arena pl_arena *passing = pl_arena_new();
  pl_bytes *relatives = NULL;
  size_t count = 0, capacity = 0;
  *ret = (pl_name){0};
  while (name.left > 0) {
    pl_der set;
    pl_bytes relative;
    if (!pl_der_take(&name, DER_SET, &set) || !read_relative(arena, set, &relative, ret))
      return false;
    pl_push(passing, relatives, count, capacity, relative);
  }
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, NAME_TEXT_MAX);
  pl_buffer_text(&out, "");
  for (size_t i = count; i > 0; i--) { /* RFC 4514 begins with the last */
    pl_buffer_text(&out, i < count ? "," : "");
    pl_buffer_add(&out, relatives[i - 1].data, relatives[i - 1].length);
  }
  ret->text = pl_escape(arena, out.data, out.length);
  return true;
}
