/* X.509 certificates in PEM, by libtasn1. Private keys are recognised and never looked into. */
#pragma once

#include "plumbline/core/text.h"

typedef struct pl_certificate {
  const char *subject, *issuer; /* "CN=kubernetes", RFC 4514 order, escaped */
  const char *common_name;      /* NULL when there is none */
  const char *const *organizations;
  size_t organization_count;
  int64_t not_before, not_after; /* seconds since the epoch */
  bool authority;                /* basicConstraints CA */
  char fingerprint[65];          /* SHA-256 of the DER, hex */
} pl_certificate;

typedef struct pl_certificates {
  pl_certificate *items;
  size_t count;
  bool has_private_key; /* a PRIVATE KEY block stands in the data; set even when reading fails */
} pl_certificates;

/* Every CERTIFICATE block of PEM. No block at all is an error (SYNTAX), as is a block that is no certificate. */
int pl_certificates_read(pl_arena *arena, pl_bytes pem, pl_certificates *ret, pl_error *err);
