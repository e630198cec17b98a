/* X.509 certificates in PEM. DER is taken apart element by element with libtasn1. */
#include "plumbline/core/certificate.h"

#include <libtasn1.h>

#include "certificate_private.h"
#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"

bool pl_der_take(pl_der *from, unsigned tag, pl_der *ret) {
  unsigned char class_bits = 0;
  unsigned long number = 0;
  int tag_length = 0, length_length = 0;
  if (from->left == 0 || from->left > PL_CERTIFICATE_BYTES_MAX ||
      asn1_get_tag_der(from->data, (int)from->left, &class_bits, &tag_length, &number) != ASN1_SUCCESS)
    return false;
  if (tag != DER_ANY && (number > 30 || (class_bits | number) != tag))
    return false;
  size_t left = from->left - (size_t)tag_length;
  long length = asn1_get_length_der(from->data + tag_length, (int)left, &length_length);
  if (length < 0 || left < (size_t)length_length || (size_t)length > left - (size_t)length_length)
    return false;
  const unsigned char *content = from->data + tag_length + length_length;
  if (ret)
    *ret = (pl_der){.data = content, .left = (size_t)length};
  *from = (pl_der){.data = content + length, .left = left - (size_t)length_length - (size_t)length};
  return true;
}

bool pl_der_next(const pl_der *from, unsigned tag) { return from->left > 0 && from->data[0] == tag; }

bool pl_der_is(const pl_der *content, const char *bytes, size_t length) {
  return content->left == length && memcmp(content->data, bytes, length) == 0;
}

/* Skip an element that need not be there. */
static bool skip_optional(pl_der *from, unsigned tag) {
  return !pl_der_next(from, tag) || pl_der_take(from, tag, NULL);
}

/* UTCTime YYMMDDhhmmssZ (1950 to 2049) or GeneralizedTime YYYYMMDDhhmmssZ, as RFC 5280 has them. */
static bool read_time(pl_der *from, int64_t *ret) {
  pl_der time;
  char text[] = "19YY-MM-DDThh:mm:ssZ";
  static const unsigned char places[] = {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18};
  bool two_digits = pl_der_next(from, DER_UTC_TIME);
  size_t first = two_digits ? 2 : 0, digits = sizeof places - first;
  if (!pl_der_take(from, two_digits ? DER_UTC_TIME : DER_GENERALIZED_TIME, &time))
    return false;
  if (time.left != digits + 1 || time.data[digits] != 'Z')
    return false;
  if (two_digits && time.data[0] < '5')
    memcpy(text, "20", 2);
  for (size_t i = 0; i < digits; i++)
    text[places[first + i]] = (char)time.data[i];
  return pl_parse_time(text, ret, NULL) == 0;
}

/* SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLen INTEGER OPTIONAL } */
static bool read_basic_constraints(pl_der value, pl_certificate *ret) {
  pl_der content, authority;
  if (!pl_der_take(&value, DER_SEQUENCE, &content) || value.left > 0)
    return false;
  if (pl_der_next(&content, DER_BOOLEAN)) {
    if (!pl_der_take(&content, DER_BOOLEAN, &authority) || authority.left != 1)
      return false;
    ret->authority = authority.data[0] != 0;
  }
  return skip_optional(&content, DER_INTEGER) && content.left == 0;
}

static bool read_extension(pl_der *from, pl_certificate *ret) {
  static const char basic_constraints[] = "\x55\x1d\x13";
  pl_der extension, oid, value;
  if (!pl_der_take(from, DER_SEQUENCE, &extension) || !pl_der_take(&extension, DER_OID, &oid) ||
      !skip_optional(&extension, DER_BOOLEAN) || !pl_der_take(&extension, DER_OCTET_STRING, &value) ||
      extension.left > 0)
    return false;
  return !pl_der_is(&oid, basic_constraints, sizeof basic_constraints - 1) || read_basic_constraints(value, ret);
}

static bool read_extensions(pl_der *from, pl_certificate *ret) {
  pl_der wrapped, list;
  if (from->left == 0)
    return true;
  if (!pl_der_take(from, DER_EXPLICIT + 3, &wrapped) || !pl_der_take(&wrapped, DER_SEQUENCE, &list) ||
      wrapped.left > 0 || from->left > 0)
    return false;
  while (list.left > 0)
    if (!read_extension(&list, ret))
      return false;
  return true;
}

static bool read_names(pl_arena *arena, pl_der issuer, pl_der subject, pl_certificate *ret) {
  pl_name name;
  if (!pl_name_read(arena, issuer, &name))
    return false;
  ret->issuer = name.text;
  if (!pl_name_read(arena, subject, &name))
    return false;
  ret->subject = name.text;
  ret->common_name = name.common_name;
  ret->organizations = name.organizations;
  ret->organization_count = name.organization_count;
  return true;
}

static bool read_validity(pl_der validity, pl_certificate *ret) {
  return read_time(&validity, &ret->not_before) && read_time(&validity, &ret->not_after) && validity.left == 0;
}

/* TBSCertificate of RFC 5280, 4.1: [0] version, serial number, algorithm, issuer, validity, subject, public key,
   [1] and [2] identifiers, [3] extensions. */
static bool read_signed_part(pl_arena *arena, pl_der part, pl_certificate *ret) {
  pl_der issuer, validity, subject;
  return skip_optional(&part, DER_EXPLICIT + 0) && pl_der_take(&part, DER_INTEGER, NULL) &&
         pl_der_take(&part, DER_SEQUENCE, NULL) && pl_der_take(&part, DER_SEQUENCE, &issuer) &&
         pl_der_take(&part, DER_SEQUENCE, &validity) && pl_der_take(&part, DER_SEQUENCE, &subject) &&
         pl_der_take(&part, DER_SEQUENCE, NULL) && skip_optional(&part, DER_CONTEXT + 1) &&
         skip_optional(&part, DER_CONTEXT + 2) && read_extensions(&part, ret) && read_validity(validity, ret) &&
         read_names(arena, issuer, subject, ret);
}

static bool read_der(pl_arena *arena, pl_bytes der, pl_certificate *ret) {
  pl_der all = {.data = (const unsigned char *)der.data, .left = der.length}, content, part;
  *ret = (pl_certificate){0};
  if (!pl_der_take(&all, DER_SEQUENCE, &content) || all.left > 0)
    return false;
  if (!pl_der_take(&content, DER_SEQUENCE, &part) || !read_signed_part(arena, part, ret))
    return false;
  pl_sha256(der.data, der.length, ret->fingerprint);
  return pl_der_take(&content, DER_SEQUENCE, NULL) && pl_der_take(&content, DER_BIT_STRING, NULL) && content.left == 0;
}

/* ---- PEM ---- */

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END CERTIFICATE-----";
static const char certificate_label[] = "CERTIFICATE-----", key_label[] = "PRIVATE KEY-----";

typedef struct pem {
  const char *at, *end; /* what is still to be read */
  uint32_t line;        /* of AT */
} pem;

static const char *find(const char *from, const char *end, const char *text) {
  return memmem(from, (size_t)(end - from), text, strlen(text));
}

static void advance(pem *p, const char *to) {
  for (; p->at < to; p->at++)
    p->line += *p->at == '\n';
}

/* The next line that begins a block, its label (up to the line's end) in *RET. A label must begin its line. */
static bool next_block(pem *p, const char *start, pl_bytes *ret) {
  const char *mark = find(p->at, p->end, begin_mark);
  while (mark && mark > start && mark[-1] != '\n')
    mark = find(mark + 1, p->end, begin_mark);
  if (!mark)
    return false;
  advance(p, mark);
  const char *label = mark + sizeof begin_mark - 1;
  const char *newline = memchr(label, '\n', (size_t)(p->end - label));
  *ret = (pl_bytes){.data = label, .length = (size_t)((newline ? newline : p->end) - label)};
  return true;
}

static bool is_label(pl_bytes label, const char *wanted) {
  while (label.length > 0 && (label.data[label.length - 1] == ' ' || label.data[label.length - 1] == '\r'))
    label.length--;
  return label.length == strlen(wanted) && memcmp(label.data, wanted, label.length) == 0;
}

static int read_block(pl_arena *arena, pem *p, pl_bytes label, pl_certificate *ret, pl_error *err) {
  const char *body = label.data + label.length, *end = find(body, p->end, end_mark);
  if (!end)
    return pl_fail(err, PL_ERR_SYNTAX, "certificate without an END line");
  pl_auto_arena pl_arena *passing = pl_arena_new();
  pl_bytes der;
  if (pl_base64_decode(passing, body, (size_t)(end - body), &der, err) < 0)
    return -1;
  if (!read_der(arena, der, ret))
    return pl_fail(err, PL_ERR_SYNTAX, "not an X.509 certificate");
  advance(p, end);
  return 0;
}

int pl_certificates_read(pl_arena *arena, pl_bytes text, pl_certificates *ret, pl_error *err) {
  *ret = (pl_certificates){.has_private_key = find(text.data, text.data + text.length, key_label) != NULL};
  if (text.length > PL_CERTIFICATE_BYTES_MAX)
    return pl_fail(err, PL_ERR_LIMIT, "larger than %u bytes", PL_CERTIFICATE_BYTES_MAX);
  pem p = {.at = text.data, .end = text.data + text.length, .line = 1};
  pl_bytes label;
  size_t capacity = 0;
  for (; next_block(&p, text.data, &label); p.at = p.at < label.data ? label.data : p.at) {
    pl_certificate one;
    if (!is_label(label, certificate_label))
      continue;
    if (read_block(arena, &p, label, &one, err) < 0) {
      if (err)
        err->line = p.line;
      return -1;
    }
    pl_push(arena, ret->items, ret->count, capacity, one);
  }
  return ret->count > 0 ? 0 : pl_fail(err, PL_ERR_SYNTAX, "no certificate in it");
}
