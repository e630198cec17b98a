/* Blocks of arenas: apart, aligned, taken again once given back, and there after the region is used up. */
#include <check.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "src/core/blocks.h"

Suite *suite_blocks(void);

enum { MANY = 64 };

static const size_t sizes[] = {1, 4096, 4097, 8192, 100000, 262144, 524288, 524289, 3000000};
#define SIZES (sizeof sizes / sizeof *sizes)

START_TEST(blocks_are_apart_and_aligned) {
  unsigned char *blocks[MANY];
  for (size_t i = 0; i < MANY; i++) {
    blocks[i] = pl_block_take(sizes[i % SIZES]);
    ck_assert_uint_eq((uintptr_t)blocks[i] % alignof(max_align_t), 0);
    memset(blocks[i], (int)i, sizes[i % SIZES]);
  }
  for (size_t i = 0; i < MANY; i++) {
    for (size_t at = 0; at < sizes[i % SIZES]; at++)
      if (blocks[i][at] != (unsigned char)i)
        ck_abort_msg("block %zu was written over at %zu", i, at);
    pl_block_give(blocks[i], sizes[i % SIZES]);
  }
}
END_TEST

START_TEST(what_was_given_back_is_taken_again) {
  void *first = pl_block_take(5000);
  pl_block_give(first, 5000);
  ck_assert_ptr_eq(pl_block_take(8192), first); /* of the same power of two */
  void *other = pl_block_take(8192);
  ck_assert_ptr_ne(other, first);
  pl_block_give(other, 8192);
  pl_block_give(first, 8192);
}
END_TEST

Suite *suite_blocks(void) {
  Suite *suite = suite_create("blocks");
  TCase *blocks = tcase_create("blocks");
  tcase_add_test(blocks, blocks_are_apart_and_aligned);
  tcase_add_test(blocks, what_was_given_back_is_taken_again);
  suite_add_tcase(suite, blocks);
  return suite;
}
