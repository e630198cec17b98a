/* SHA-256 and base64, by nettle. */
#include "plumbline/core/digest.h"

#include <nettle/base64.h>
#include <nettle/sha2.h>

void pl_wipe(void *memory, size_t length) {
  if (length > 0)
    explicit_bzero(memory, length);
}

void pl_sha256(const void *data, size_t length, char ret_hex[PL_SHA256_HEX]) {
  static const char digits[] = "0123456789abcdef";
  struct sha256_ctx hash;
  uint8_t sum[SHA256_DIGEST_SIZE];
  sha256_init(&hash);
  sha256_update(&hash, length, data);
  sha256_digest(&hash, sizeof sum, sum);
  for (size_t i = 0; i < sizeof sum; i++) {
    ret_hex[2 * i] = digits[sum[i] >> 4];
    ret_hex[2 * i + 1] = digits[sum[i] & 15];
  }
  ret_hex[2 * sizeof sum] = '\0';
}

/* Decode piece by piece, into OUT or, when that is NULL, into a piece that is overwritten and wiped. */
static int decode(const char *text, size_t length, uint8_t *out, size_t *ret, pl_error *err) {
  enum { PIECE = 1024 };
  uint8_t passing[BASE64_DECODE_LENGTH(PIECE)];
  struct base64_decode_ctx state;
  base64_decode_init(&state);
  size_t done = 0;
  int ok = 1;
  for (size_t i = 0; i < length && ok; i += PIECE) {
    size_t got = sizeof passing;
    ok = base64_decode_update(&state, &got, passing, length - i < PIECE ? length - i : PIECE, text + i);
    if (ok && out)
      memcpy(out + done, passing, got);
    done += ok ? got : 0;
  }
  ok = ok && base64_decode_final(&state);
  pl_wipe(passing, sizeof passing);
  pl_wipe(&state, sizeof state);
  if (!ok)
    return pl_fail(err, PL_ERR_SYNTAX, "not base64");
  *ret = done;
  return 0;
}

int pl_base64_length(const char *text, size_t length, size_t *ret, pl_error *err) {
  return decode(text, length, NULL, ret, err);
}

int pl_base64_decode(pl_arena *arena, const char *text, size_t length, pl_bytes *ret, pl_error *err) {
  uint8_t *out = pl_alloc(arena, BASE64_DECODE_LENGTH(length) + 1);
  size_t done = 0;
  if (decode(text, length, out, &done, err) < 0)
    return -1;
  out[done] = '\0';
  *ret = (pl_bytes){.data = (const char *)out, .length = done};
  return 0;
}
