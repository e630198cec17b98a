/* SipHash-1-3, so that nobody who writes a document can make its keys collide. */
#include "src/core/hash.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>
#include <sys/auxv.h>

typedef struct state {
  uint64_t v0, v1, v2, v3;
} state;

static inline uint64_t rotate(uint64_t value, unsigned bits) { return value << bits | value >> (64 - bits); }

static inline void mix(state *s) {
  s->v0 += s->v1, s->v1 = rotate(s->v1, 13) ^ s->v0, s->v0 = rotate(s->v0, 32);
  s->v2 += s->v3, s->v3 = rotate(s->v3, 16) ^ s->v2;
  s->v0 += s->v3, s->v3 = rotate(s->v3, 21) ^ s->v0;
  s->v2 += s->v1, s->v1 = rotate(s->v1, 17) ^ s->v2, s->v2 = rotate(s->v2, 32);
}

static inline void absorb(state *s, uint64_t word) {
  s->v3 ^= word;
  mix(s);
  s->v0 ^= word;
}

/* The 16 random bytes that the kernel hands every process; asking costs no system call. */
static const uint64_t *process_key(void) {
  static uint64_t key[2];
  static bool asked;
  const void *random = asked ? NULL : (const void *)getauxval(AT_RANDOM);
  if (random)
    memcpy(key, random, sizeof key);
  asked = true;
  return key;
}

/* The LENGTH bytes of DATA, fewer than eight; at once where as many stand BEFORE it. */
static uint64_t rest_of(const char *data, size_t length, bool before) {
  uint64_t word = 0;
  if (before && length > 0) {
    memcpy(&word, data + length - sizeof word, sizeof word);
    return le64toh(word) >> 8 * (sizeof word - length);
  }
  for (size_t at = 0; at < length; at++)
    word |= (uint64_t)(unsigned char)data[at] << 8 * at;
  return word;
}

uint64_t pl_hash(const char *data, size_t length) {
  const uint64_t *key = process_key();
  state s = {key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d, key[0] ^ 0x6c7967656e657261,
             key[1] ^ 0x7465646279746573};
  uint64_t word, last = (uint64_t)length << 56;
  size_t whole = length & ~(size_t)7;
  for (size_t at = 0; at < whole; at += 8) {
    memcpy(&word, data + at, sizeof word);
    absorb(&s, word);
  }
  absorb(&s, last | rest_of(data + whole, length - whole, whole > 0));
  s.v2 ^= 0xff;
  for (int round = 0; round < 3; round++)
    mix(&s);
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
