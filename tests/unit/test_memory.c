/* Arenas, growing arrays, cleanup attributes. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdalign.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "plumbline/core/memory.h"

static bool all_zero(const unsigned char *bytes, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (bytes[i] != 0)
      return false;
  return true;
}

START_TEST(pieces_are_zeroed_aligned_and_apart) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  enum { PIECES = 600 };
  unsigned char *pieces[PIECES];
  size_t sizes[PIECES];
  for (size_t i = 0; i < PIECES; i++) {
    sizes[i] = i % 7 == 0 ? i * 97 : i % 50;
    pieces[i] = pl_alloc(arena, sizes[i]);
    ck_assert_uint_eq((uintptr_t)pieces[i] % alignof(max_align_t), 0);
    ck_assert(all_zero(pieces[i], sizes[i]));
    memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
  }
  for (size_t i = 0; i < PIECES; i++) {
    size_t same = 0;
    while (same < sizes[i] && pieces[i][same] == i % 255 + 1)
      same++;
    ck_assert_uint_eq(same, sizes[i]);
  }
}
END_TEST

/* Texts of odd lengths between aligned pieces, and arrays that grow meanwhile: nothing lies on anything else, new
 * elements are zero. */
START_TEST(texts_arrays_and_pieces_stay_apart) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  enum { ROUNDS = 3000 };
  const char *texts[ROUNDS];
  struct item {
    int number;
    long zero;
  } *items = NULL;
  size_t count = 0, capacity = 0;
  for (int i = 0; i < ROUNDS; i++) {
    texts[i] = pl_printf(arena, "%.*d", i % 40 + 1, i);
    items = pl_grow(arena, items, count, &capacity, sizeof *items);
    ck_assert_uint_eq((uintptr_t)items % alignof(max_align_t), 0);
    ck_assert(items[count].number == 0 && items[capacity - 1].zero == 0);
    items[count++].number = i;
    if (i % 5 == 0)
      memset(pl_alloc(arena, (size_t)i % 200), 0xff, (size_t)i % 200);
  }
  for (int i = 0; i < ROUNDS; i++) {
    ck_assert_str_eq(texts[i], pl_printf(arena, "%.*d", i % 40 + 1, i));
    ck_assert(items[i].number == i && items[i].zero == 0);
  }
}
END_TEST

START_TEST(even_nothing_has_an_address) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  ck_assert_ptr_nonnull(pl_alloc(arena, 0));
  ck_assert_ptr_ne(pl_alloc(arena, 0), pl_alloc(arena, 0));
}
END_TEST

START_TEST(a_large_piece_does_not_end_the_block_of_small_ones) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  char *before = pl_strdup(arena, "before");
  char *large = pl_alloc(arena, 10u << 20);
  large[(10u << 20) - 1] = 'x';
  char *after = pl_strdup(arena, "after");
  ck_assert_str_eq(before, "before");
  ck_assert_str_eq(after, "after");
}
END_TEST

START_TEST(no_arena_is_fine_to_free) { pl_arena_free(NULL); }
END_TEST

START_TEST(copies_of_strings) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  char text[] = "kubelet";
  char *copy = pl_strdup(arena, text);
  text[0] = 'K';
  ck_assert_str_eq(copy, "kubelet");
  ck_assert_ptr_null(pl_strdup(arena, NULL));
  ck_assert_str_eq(pl_strndup(arena, "kubelet", 4), "kube");
  ck_assert_str_eq(pl_strndup(arena, NULL, 0), "");
  const char *with_nul = pl_strndup(arena, "a\0b", 3);
  ck_assert_int_eq(memcmp(with_nul, "a\0b", 4), 0);
}
END_TEST

START_TEST(formatted_text_of_any_length) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  ck_assert_str_eq(pl_printf(arena, "%s=%d", "a", 5), "a=5");
  ck_assert_str_eq(pl_printf(arena, "%s", ""), "");
  const char *wide = pl_printf(arena, "%100000d", 7);
  ck_assert_uint_eq(strlen(wide), 100000);
  ck_assert_int_eq(wide[99999], '7');
}
END_TEST

START_TEST(arrays_grow_and_keep_what_they_hold) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  size_t *items = NULL, count = 0, capacity = 0;
  for (size_t i = 0; i < 10000; i++)
    pl_push(arena, items, count, capacity, i * 3);
  ck_assert_uint_eq(count, 10000);
  ck_assert_uint_ge(capacity, count);
  ck_assert_uint_lt(capacity, 4 * count);
  for (size_t i = 0; i < count; i++)
    ck_assert_uint_eq(items[i], i * 3);
}
END_TEST

START_TEST(typed_helpers) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  struct pair {
    int a, b;
  } *one = pl_new(arena, struct pair), *many = pl_new_array(arena, struct pair, 3);
  ck_assert(one->a == 0 && one->b == 0 && many[2].b == 0);
  ck_assert_ptr_nonnull(pl_alloc_array(arena, 0, 8));
}
END_TEST

/* How a child ends that runs ACTION: sizes that wrap, and more than there is, must abort. */
static int ending(void (*action)(pl_arena *)) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGABRT, SIG_DFL);
    action(pl_arena_new());
    _exit(0);
  }
  int status = 0;
  ck_assert_int_eq(waitpid(child, &status, 0), child);
  return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void array_wraps(pl_arena *arena) { pl_alloc_array(arena, SIZE_MAX / 2, 3); }
static void size_wraps(pl_arena *arena) { pl_alloc(arena, SIZE_MAX - 2); }
static void text_wraps(pl_arena *arena) { pl_strndup(arena, "", SIZE_MAX); }
static void growth_wraps(pl_arena *arena) {
  size_t capacity = SIZE_MAX / 2 + 1;
  pl_grow(arena, NULL, capacity, &capacity, 1);
}
static void fits(pl_arena *arena) { pl_alloc_array(arena, 10, 10); }

START_TEST(sizes_that_wrap_abort) {
  ck_assert_int_eq(ending(fits), 0);
  ck_assert_int_eq(ending(array_wraps), SIGABRT);
  ck_assert_int_eq(ending(size_wraps), SIGABRT);
  ck_assert_int_eq(ending(text_wraps), SIGABRT);
  ck_assert_int_eq(ending(growth_wraps), SIGABRT);
}
END_TEST

START_TEST(heap_memory) {
  pl_auto_free char *memory = pl_xmalloc(0);
  ck_assert_ptr_nonnull(memory);
  memory = pl_xrealloc(memory, 3);
  memcpy(memory, "ab", 3);
  memory = pl_xrealloc(memory, 5000);
  ck_assert_str_eq(memory, "ab");
}
END_TEST

static int descriptor_that_is_handed_on(int *ret_seen) {
  pl_auto_close int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  *ret_seen = fd;
  return pl_steal_fd(&fd);
}

static int descriptor_that_is_closed(void) {
  pl_auto_close int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  return fd;
}

START_TEST(what_is_stolen_stays_and_the_rest_is_closed) {
  int seen = -1, kept = descriptor_that_is_handed_on(&seen);
  ck_assert_int_ge(kept, 0);
  ck_assert_int_eq(kept, seen);
  ck_assert_int_ge(fcntl(kept, F_GETFD), 0);
  int gone = descriptor_that_is_closed();
  ck_assert_int_eq(fcntl(gone, F_GETFD), -1);
  ck_assert_int_eq(errno, EBADF);
  close(kept);
  char *text = pl_xmalloc(4), *taken = pl_steal(text);
  ck_assert_ptr_null(text);
  free(taken);
}
END_TEST

Suite *suite_memory(void);
Suite *suite_memory(void) {
  Suite *suite = suite_create("memory");
  TCase *tests = tcase_create("memory");
  tcase_add_test(tests, pieces_are_zeroed_aligned_and_apart);
  tcase_add_test(tests, texts_arrays_and_pieces_stay_apart);
  tcase_add_test(tests, even_nothing_has_an_address);
  tcase_add_test(tests, a_large_piece_does_not_end_the_block_of_small_ones);
  tcase_add_test(tests, no_arena_is_fine_to_free);
  tcase_add_test(tests, copies_of_strings);
  tcase_add_test(tests, formatted_text_of_any_length);
  tcase_add_test(tests, arrays_grow_and_keep_what_they_hold);
  tcase_add_test(tests, typed_helpers);
  tcase_add_test(tests, sizes_that_wrap_abort);
  tcase_add_test(tests, heap_memory);
  tcase_add_test(tests, what_is_stolen_stays_and_the_rest_is_closed);
  suite_add_tcase(suite, tests);
  return suite;
}
