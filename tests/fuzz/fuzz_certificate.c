/* Certificates. The first byte chooses: the rest is PEM as it stands, or DER, which is put into PEM first. */
#include <nettle/base64.h>
#include <stdlib.h>

#include "plumbline/core/certificate.h"
#include "plumbline/core/number.h"

static pl_bytes as_pem(pl_arena *arena, const uint8_t *data, size_t size) {
  char *text = pl_alloc(arena, BASE64_ENCODE_RAW_LENGTH(size) + 1);
  base64_encode_raw(text, size, data);
  const char *pem = pl_printf(arena, "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n", text);
  return (pl_bytes){pem, strlen(pem)};
}

static bool is_clean(const char *text) {
  for (; *text; text++)
    if ((unsigned char)*text < 0x20 || *text == 0x7f)
      return false;
  return true;
}

static void check(pl_arena *arena, const pl_certificate *one) {
  int64_t again = 0;
  if (!is_clean(one->subject) || !is_clean(one->issuer) || (one->common_name && !is_clean(one->common_name)))
    abort();
  for (size_t i = 0; i < one->organization_count; i++)
    if (!is_clean(one->organizations[i]))
      abort();
  if (strlen(one->fingerprint) != 64)
    abort();
  if (pl_parse_time(pl_format_time(arena, one->not_after), &again, NULL) < 0 || again != one->not_after)
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1)
    return 0;
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes pem = data[0] & 1 ? as_pem(arena, data + 1, size - 1)
                             : (pl_bytes){pl_strndup(arena, (const char *)data + 1, size - 1), size - 1};
  pl_certificates certificates;
  pl_error err = {0};
  int result = pl_certificates_read(arena, pem, &certificates, &err);
  if ((result < 0) != (err.kind != PL_ERR_NONE) || (result == 0 && certificates.count == 0))
    abort();
  for (size_t i = 0; i < certificates.count; i++)
    check(arena, &certificates.items[i]);
  return 0;
}
