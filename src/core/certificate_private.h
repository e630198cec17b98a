/* DER by pieces, for the certificate reader. */
#pragma once

#include "plumbline/core/text.h"

enum {
  DER_BOOLEAN = 0x01,
  DER_INTEGER = 0x02,
  DER_BIT_STRING = 0x03,
  DER_OCTET_STRING = 0x04,
  DER_OID = 0x06,
  DER_UTF8_STRING = 0x0c,
  DER_NUMERIC_STRING = 0x12,
  DER_PRINTABLE_STRING = 0x13,
  DER_T61_STRING = 0x14,
  DER_IA5_STRING = 0x16,
  DER_UTC_TIME = 0x17,
  DER_GENERALIZED_TIME = 0x18,
  DER_VISIBLE_STRING = 0x1a,
  DER_BMP_STRING = 0x1e,
  DER_SEQUENCE = 0x30,
  DER_SET = 0x31,
  DER_CONTEXT = 0x80,  /* plus the number */
  DER_EXPLICIT = 0xa0, /* plus the number */
  DER_ANY = 0x100      /* for pl_der_take: whatever stands there */
};

/* What is left of a piece. */
typedef struct pl_der {
  const unsigned char *data;
  size_t left;
} pl_der;

/* Take the next element, which must be TAG, off FROM; its content goes to *RET (may be NULL). */
bool pl_der_take(pl_der *from, unsigned tag, pl_der *ret);
/* The next element is TAG. */
bool pl_der_next(const pl_der *from, unsigned tag);
bool pl_der_is(const pl_der *content, const char *bytes, size_t length);

/* The content of a Name, escaped: RFC 4514 text, the last common name (or NULL), the organizations in order. */
typedef struct pl_name {
  const char *text, *common_name;
  const char **organizations;
  size_t organization_count, organization_capacity;
} pl_name;
bool pl_name_read(pl_arena *arena, pl_der name, pl_name *ret);
