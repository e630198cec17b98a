/* Integers, booleans, modes, durations, quantities and times: what is taken, what is refused, and how that is said. */
#include <check.h>

#include "plumbline/core/number.h"

static pl_arena *arena;
static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

#define ADD_ROWS(tests, test, table) tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof *(table)))

typedef struct row {
  const char *text;
  int64_t want;
  const char *fault; /* NULL: taken */
} row;

/* Compare one outcome; a refusal must leave the result alone. */
static void expect(const row *r, int rc, int64_t got, const pl_error *err) {
  if (!r->fault) {
    ck_assert_msg(rc == 0, "%s: %s", r->text, err->text);
    ck_assert_msg(got == r->want, "%s gave %lld", r->text, (long long)got);
    return;
  }
  ck_assert_msg(rc == -1, "%s was taken for %lld", r->text, (long long)got);
  ck_assert_str_eq(err->text, r->fault);
  ck_assert_int_eq(err->kind, PL_ERR_SYNTAX);
  ck_assert_int_eq(got, -77);
}

static const row ints[] = {
    {"0", 0, NULL},
    {"-0", 0, NULL},
    {"007", 7, NULL},
    {"100", 100, NULL},
    {"-100", -100, NULL},
    {"101", 0, "not in the range -100 to 100: 101"},
    {"-101", 0, "not in the range -100 to 100: -101"},
    {"18446744073709551716", 0, "not in the range -100 to 100: 18446744073709551716"}, /* 2^64 + 100 */
    {"", 0, "not a number: "},
    {"-", 0, "not a number: -"},
    {"+5", 0, "not a number: +5"},
    {" 5", 0, "not a number:  5"},
    {"5 ", 0, "not a number: 5 "},
    {"5x", 0, "not a number: 5x"},
    {"--5", 0, "not a number: --5"},
    {"0x5", 0, "not a number: 0x5"},
    {"1_0", 0, "not a number: 1_0"},
    {"1.0", 0, "not a number: 1.0"},
    {"\xd9\xa5", 0, "not a number: \xd9\xa5"}, /* an Arabic five */
};

START_TEST(decimal_integers) {
  int64_t got = -77;
  pl_error err;
  int rc = pl_parse_int(ints[_i].text, -100, 100, &got, &err);
  expect(&ints[_i], rc, got, &err);
}
END_TEST

#define RANGE "not in the range -9223372036854775808 to 9223372036854775807: "
static const row go_ints[] = {
    {"0", 0, NULL},
    {"-0", 0, NULL},
    {"+7", 7, NULL},
    {"12", 12, NULL},
    {"012", 10, NULL},
    {"0o12", 10, NULL},
    {"0O12", 10, NULL},
    {"0x1f", 31, NULL},
    {"0X1F", 31, NULL},
    {"-0x1f", -31, NULL},
    {"0b101", 5, NULL},
    {"00", 0, NULL},
    {"1_000", 1000, NULL},
    {"0_12", 10, NULL},
    {"0x_1_f", 31, NULL},
    {"0b_1", 1, NULL},
    {"9223372036854775807", INT64_MAX, NULL},
    {"-9223372036854775808", INT64_MIN, NULL},
    {"0xffffffffffffffff", 0, RANGE "0xffffffffffffffff"},
    {"9223372036854775808", 0, RANGE "9223372036854775808"},
    {"-9223372036854775809", 0, RANGE "-9223372036854775809"},
    {"184467440737095516160", 0, RANGE "184467440737095516160"},
    {"", 0, "not an integer: "},
    {"-", 0, "not an integer: -"},
    {"+", 0, "not an integer: +"},
    {"+-1", 0, "not an integer: +-1"},
    {"_1", 0, "not an integer: _1"},
    {"1_", 0, "not an integer: 1_"},
    {"1__0", 0, "not an integer: 1__0"},
    {"-_1", 0, "not an integer: -_1"},
    {"0x", 0, "not an integer: 0x"},
    {"0x_", 0, "not an integer: 0x_"},
    {"0_x1", 0, "not an integer: 0_x1"},
    {"_0x1", 0, "not an integer: _0x1"},
    {"0xg", 0, "not an integer: 0xg"},
    {"08", 0, "not an integer: 08"},
    {"0b2", 0, "not an integer: 0b2"},
    {"0o8", 0, "not an integer: 0o8"},
    {"1f", 0, "not an integer: 1f"},
    {"1e3", 0, "not an integer: 1e3"},
    {" 1", 0, "not an integer:  1"},
};

START_TEST(integers_as_go_takes_them) {
  int64_t got = -77;
  pl_error err;
  int rc = pl_parse_go_int(go_ints[_i].text, INT64_MIN, INT64_MAX, &got, &err);
  expect(&go_ints[_i], rc, got, &err);
}
END_TEST

START_TEST(bounds_hold_at_and_past_them) {
  int64_t got = -77;
  ck_assert_int_eq(pl_parse_go_int("0x7fffffff", INT32_MIN, INT32_MAX, &got, NULL), 0);
  ck_assert_int_eq(got, INT32_MAX);
  ck_assert_int_eq(pl_parse_go_int("0x80000000", INT32_MIN, INT32_MAX, &got, NULL), -1);
  ck_assert_int_eq(pl_parse_int("9223372036854775807", INT64_MIN, INT64_MAX, &got, NULL), 0);
  ck_assert_int_eq(pl_parse_int("-9223372036854775808", INT64_MIN, INT64_MAX, &got, NULL), 0);
  ck_assert(got == INT64_MIN);
  ck_assert_int_eq(pl_parse_int("9223372036854775808", INT64_MIN, INT64_MAX, &got, NULL), -1);
}
END_TEST

static const row booleans[] = {
    {"1", 1, NULL},
    {"t", 1, NULL},
    {"T", 1, NULL},
    {"TRUE", 1, NULL},
    {"true", 1, NULL},
    {"True", 1, NULL},
    {"0", 0, NULL},
    {"f", 0, NULL},
    {"F", 0, NULL},
    {"FALSE", 0, NULL},
    {"false", 0, NULL},
    {"False", 0, NULL},
    {"yes", 0, "not a boolean: yes"},
    {"tRUE", 0, "not a boolean: tRUE"},
    {"", 0, "not a boolean: "},
    {"true ", 0, "not a boolean: true "},
    {"2", 0, "not a boolean: 2"},
};

START_TEST(booleans_as_go_takes_them) {
  bool value = !booleans[_i].want;
  pl_error err;
  int rc = pl_parse_go_bool(booleans[_i].text, &value, &err);
  expect(&booleans[_i], rc, booleans[_i].fault ? -77 : value, &err);
}
END_TEST

static const row modes[] = {
    {"0600", 0600, NULL},
    {"600", 0600, NULL},
    {"0", 0, NULL},
    {"01777", 01777, NULL},
    {"07777", 07777, NULL},
    {"10000", 0, "not an octal mode: 10000"},
    {"0800", 0, "not an octal mode: 0800"},
    {"0o600", 0, "not an octal mode: 0o600"},
    {"", 0, "not an octal mode: "},
    {"-600", 0, "not an octal mode: -600"},
    {"u=rw", 0, "not an octal mode: u=rw"},
    {"2000000000000000000000600", 0, "not an octal mode: 2000000000000000000000600"}, /* 0600 modulo 2^64 */
};

START_TEST(file_modes) {
  unsigned mode = (unsigned)-77;
  pl_error err;
  int rc = pl_parse_mode(modes[_i].text, &mode, &err);
  expect(&modes[_i], rc, (int)mode, &err);
}
END_TEST

#define US INT64_C(1000)
#define MS (1000 * US)
#define S  (1000 * MS)
#define M  (60 * S)
#define H  (60 * M)

static const row durations[] = {
    {"0", 0, NULL},
    {"-0", 0, NULL},
    {"+0", 0, NULL},
    {"0s", 0, NULL},
    {"5s", 5 * S, NULL},
    {"+5s", 5 * S, NULL},
    {"-1ms", -MS, NULL},
    {"4h0m0s", 4 * H, NULL},
    {"1.5h", 90 * M, NULL},
    {"5.s", 5 * S, NULL},
    {".5s", 500 * MS, NULL},
    {"1.004s", S + 4 * MS, NULL},
    {"1.0040s", S + 4 * MS, NULL},
    {"100.00100s", 100 * S + MS, NULL},
    {"10ns", 10, NULL},
    {"11us", 11 * US, NULL},
    {"12\xc2\xb5s", 12 * US, NULL},
    {"12\xce\xbcs", 12 * US, NULL},
    {"10.5s4m", 4 * M + 10 * S + 500 * MS, NULL},
    {"-2m3.4s", -(2 * M + 3 * S + 400 * MS), NULL},
    {"1h2m3s4ms5us6ns", H + 2 * M + 3 * S + 4 * MS + 5 * US + 6, NULL},
    {"52763797000ns", 52763797000, NULL},
    {"0.3333333333333333333h", 20 * M, NULL},
    {"0.100000000000000000000h", 6 * M, NULL},
    {"0.9223372036854775807h", 3320413933267, NULL},
    {"0.18446744073709551620h", 664082786653, NULL}, /* digits past the 19th would wrap round */
    {"9007199254740993ns", 9007199254740993, NULL},
    {"9223372036854775807ns", INT64_MAX, NULL},
    {"9223372036854775.807us", INT64_MAX, NULL},
    {"9223372036s854ms775us807ns", INT64_MAX, NULL},
    {"-9223372036854775808ns", INT64_MIN, NULL},
    {"-9223372036854775.808us", INT64_MIN, NULL},
    {"1.s", S, NULL},
    {"", 0, "not a duration: "},
    {"3", 0, "not a duration: 3"},
    {"-", 0, "not a duration: -"},
    {"s", 0, "not a duration: s"},
    {".", 0, "not a duration: ."},
    {"-.", 0, "not a duration: -."},
    {".s", 0, "not a duration: .s"},
    {"+.s", 0, "not a duration: +.s"},
    {"1d", 0, "not a duration: 1d"},
    {"1H", 0, "not a duration: 1H"},
    {"1h ", 0, "not a duration: 1h "},
    {" 1h", 0, "not a duration:  1h"},
    {"1h-1m", 0, "not a duration: 1h-1m"},
    {"1.1.1s", 0, "not a duration: 1.1.1s"},
    {"00", 0, "not a duration: 00"},
    {"3000000h", 0, "not a duration: 3000000h"},
    {"9223372036854775808ns", 0, "not a duration: 9223372036854775808ns"},
    {"-9223372036854775809ns", 0, "not a duration: -9223372036854775809ns"},
    {"9223372036854775.808us", 0, "not a duration: 9223372036854775.808us"},
    {"9223372036854ms775us808ns", 0, "not a duration: 9223372036854ms775us808ns"},
    {"99999999999999999999h", 0, "not a duration: 99999999999999999999h"},
    {"5000000000s5000000000s", 0, "not a duration: 5000000000s5000000000s"},
};

START_TEST(durations_as_go_takes_them) {
  int64_t got = -77;
  pl_error err;
  int rc = pl_parse_duration(durations[_i].text, &got, &err);
  expect(&durations[_i], rc, got, &err);
}
END_TEST

static const row shown_durations[] = {
    {"0s", 0, NULL},
    {"1ns", 1, NULL},
    {"999ns", 999, NULL},
    {"1\xc2\xb5s", US, NULL},
    {"1.1\xc2\xb5s", 1100, NULL},
    {"999.999\xc2\xb5s", 999999, NULL},
    {"2.2ms", 2200 * US, NULL},
    {"100ms", 100 * MS, NULL},
    {"999.999999ms", S - 1, NULL},
    {"1s", S, NULL},
    {"3.3s", 3300 * MS, NULL},
    {"1.000000001s", S + 1, NULL},
    {"59.999999999s", M - 1, NULL},
    {"1m0s", M, NULL},
    {"4m5s", 4 * M + 5 * S, NULL},
    {"4m5.001s", 4 * M + 5001 * MS, NULL},
    {"59m59s", H - S, NULL},
    {"4h0m0s", 4 * H, NULL},
    {"5h6m7.001s", 5 * H + 6 * M + 7001 * MS, NULL},
    {"8m0.000000001s", 8 * M + 1, NULL},
    {"-1.5s", -1500 * MS, NULL},
    {"-1ns", -1, NULL},
    {"-4h0m0s", -4 * H, NULL},
    {"2562047h47m16.854775807s", INT64_MAX, NULL},
    {"-2562047h47m16.854775808s", INT64_MIN, NULL},
};

START_TEST(durations_are_shown_as_go_shows_them) {
  const row *r = &shown_durations[_i];
  int64_t back = -77;
  ck_assert_str_eq(pl_format_duration(arena, r->want), r->text);
  ck_assert_int_eq(pl_parse_duration(r->text, &back, NULL), 0);
  ck_assert(back == r->want);
}
END_TEST

#define KI INT64_C(1024)
static const row quantities[] = {
    {"0", 0, NULL},
    {"2", 2000, NULL},
    {"-2", -2000, NULL},
    {"+2", 2000, NULL},
    {"1500m", 1500, NULL},
    {"1.5", 1500, NULL},
    {"1.", 1000, NULL},
    {".5", 500, NULL},
    {"0.5", 500, NULL},
    {"007", 7000, NULL},
    {"100Mi", 100 * KI *KI * 1000, NULL},
    {"1Ki", KI * 1000, NULL},
    {"1.5Gi", 3 * KI *KI *KI / 2 * 1000, NULL},
    {"0.1Ki", 102400, NULL},
    {"1k", 1000000, NULL},
    {"1M", 1000000000, NULL},
    {"2G", INT64_C(2000000000000), NULL},
    {"3T", INT64_C(3000000000000000), NULL},
    {"4P", INT64_C(4000000000000000000), NULL},
    {"0.001E", INT64_C(1000000000000000000), NULL},
    {"1Pi", INT64_C(1125899906842624000), NULL},
    {"1e3", 1000000, NULL},
    {"1E3", 1000000, NULL},
    {"1e+3", 1000000, NULL},
    {"15e-1", 1500, NULL},
    {"1.5E-3", 2, NULL},
    {"1n", 1, NULL}, /* thousandths are rounded away from zero */
    {"-1u", -1, NULL},
    {"1.0001", 1001, NULL},
    {"-1.0001", -1001, NULL},
    {"1.000", 1000, NULL},
    {"0.0000000000000000000000000000000000001", 1, NULL},
    {"0.0000000000000000000000000000000000000", 0, NULL},
    {"0e999999", 0, NULL},
    {"1e-999999", 1, NULL},
    {"9223372036854775.807", INT64_MAX, NULL},
    {"-9223372036854775.807", -INT64_MAX, NULL},
    {"9223372036854775807m", INT64_MAX, NULL},
    {"10000000000000000000000000000000000000000e-40", 1000, NULL},
    {"10000000000000000000000000000000000000001e-40", 1001, NULL},
    {"k", 0, NULL}, /* Kubernetes takes a suffix, a sign, a point alone for nought */
    {"+", 0, NULL},
    {".", 0, NULL},
    {"", 0, "not a quantity: "},
    {"1e", 0, "not a quantity: 1e"},
    {"1ki", 0, "not a quantity: 1ki"},
    {"1K", 0, "not a quantity: 1K"},
    {"1i", 0, "not a quantity: 1i"},
    {"1mi", 0, "not a quantity: 1mi"},
    {"1MiB", 0, "not a quantity: 1MiB"},
    {"1 Mi", 0, "not a quantity: 1 Mi"},
    {" 1", 0, "not a quantity:  1"},
    {"1.1.1", 0, "not a quantity: 1.1.1"},
    {"1e3k", 0, "not a quantity: 1e3k"},
    {"1e3.5", 0, "not a quantity: 1e3.5"},
    {"1e+-3", 0, "not a quantity: 1e+-3"},
    {"1e--3", 0, "not a quantity: 1e--3"},
    {"1e-", 0, "not a quantity: 1e-"},
    {"--1", 0, "not a quantity: --1"},
    {"5%", 0, "not a quantity: 5%"},
    {"1,5", 0, "not a quantity: 1,5"},
    {"1E", 0, "quantity out of range: 1E"},
    {"8Ei", 0, "quantity out of range: 8Ei"},
    {"1e400", 0, "quantity out of range: 1e400"},
    {"9223372036854775.8071", 0, "quantity out of range: 9223372036854775.8071"},
    {"9223372036854775.808", 0, "quantity out of range: 9223372036854775.808"},
    {"99999999999999999999999999999999999999999999", 0,
     "quantity out of range: 99999999999999999999999999999999999999999999"},
};

START_TEST(quantities_as_kubernetes_takes_them) {
  int64_t got = -77;
  pl_error err;
  int rc = pl_parse_quantity(quantities[_i].text, &got, &err);
  expect(&quantities[_i], rc, got, &err);
}
END_TEST

#define SHAPE "not a date or UTC time like 2026-01-31 or 2026-01-31T00:00:00Z: "
static const row times[] = {
    {"1970-01-01", 0, NULL},
    {"1970-01-01T00:00:01Z", 1, NULL},
    {"1969-12-31T23:59:59Z", -1, NULL},
    {"2000-02-29", 951782400, NULL},
    {"2024-02-29T23:59:59Z", 1709251199, NULL},
    {"2026-01-31", 1769817600, NULL},
    {"2038-01-19T03:14:08Z", 2147483648, NULL},
    {"0000-01-01", -62167219200, NULL},
    {"9999-12-31T23:59:59Z", 253402300799, NULL},
    {"2026-02-29", 0, "no such time: 2026-02-29"},
    {"1900-02-29", 0, "no such time: 1900-02-29"},
    {"2026-13-01", 0, "no such time: 2026-13-01"},
    {"2026-00-01", 0, "no such time: 2026-00-01"},
    {"2026-01-00", 0, "no such time: 2026-01-00"},
    {"2026-04-31", 0, "no such time: 2026-04-31"},
    {"2026-01-31T24:00:00Z", 0, "no such time: 2026-01-31T24:00:00Z"},
    {"2026-01-31T23:60:00Z", 0, "no such time: 2026-01-31T23:60:00Z"},
    {"2016-12-31T23:59:60Z", 0, "no such time: 2016-12-31T23:59:60Z"},
    {"", 0, SHAPE},
    {"2026-1-31", 0, SHAPE "2026-1-31"},
    {"26-01-31", 0, SHAPE "26-01-31"},
    {"2026-01-31 ", 0, SHAPE "2026-01-31 "},
    {"2026-01-31T00:00:00", 0, SHAPE "2026-01-31T00:00:00"},
    {"2026-01-31 00:00:00Z", 0, SHAPE "2026-01-31 00:00:00Z"},
    {"2026-01-31T00:00:00+01:00", 0, SHAPE "2026-01-31T00:00:00+01:00"},
    {"2026-01-31T00:00Z", 0, SHAPE "2026-01-31T00:00Z"},
    {"YYYY-MM-DD", 0, SHAPE "YYYY-MM-DD"},
    {"tomorrow", 0, SHAPE "tomorrow"},
};

START_TEST(points_in_time) {
  int64_t got = -77;
  pl_error err;
  int rc = pl_parse_time(times[_i].text, &got, &err);
  expect(&times[_i], rc, got, &err);
}
END_TEST

/* Every day of 800 years, counted one after another. */
START_TEST(each_day_follows_the_last) {
  static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t want = -11676096000; /* 1600-01-01 */
  for (int year = 1600; year < 2400; year++)
    for (int month = 1; month <= 12; month++) {
      bool leap = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
      for (int day = 1; day <= lengths[month - 1] + leap; day++, want += 86400) {
        pl_auto_arena pl_arena *own = pl_arena_new();
        const char *text = pl_printf(own, "%04d-%02d-%02dT00:00:00Z", year, month, day);
        int64_t got = 0;
        if (pl_parse_time(text, &got, NULL) < 0 || got != want || !pl_equal(pl_format_time(own, want), text))
          ck_abort_msg("%s: %lld, %s", text, (long long)got, pl_format_time(own, want));
      }
    }
}
END_TEST

START_TEST(times_of_any_size_are_shown) {
  ck_assert_str_eq(pl_format_time(arena, 1769817599), "2026-01-30T23:59:59Z");
  ck_assert_str_eq(pl_format_time(arena, -1), "1969-12-31T23:59:59Z");
  ck_assert_str_eq(pl_format_time(arena, 253402300800), "10000-01-01T00:00:00Z");
  ck_assert_str_eq(pl_format_time(arena, INT64_MAX), "292277026596-12-04T15:30:07Z");
  ck_assert_str_eq(pl_format_time(arena, INT64_MIN), "-292277022657-01-27T08:29:52Z");
}
END_TEST

START_TEST(nobody_has_to_want_the_reason) {
  int64_t value = 0;
  bool truth = false;
  unsigned mode = 0;
  ck_assert_int_eq(pl_parse_int("x", 0, 1, &value, NULL), -1);
  ck_assert_int_eq(pl_parse_go_bool("x", &truth, NULL), -1);
  ck_assert_int_eq(pl_parse_mode("x", &mode, NULL), -1);
  ck_assert_int_eq(pl_parse_duration("x", &value, NULL), -1);
  ck_assert_int_eq(pl_parse_quantity("x", &value, NULL), -1);
  ck_assert_int_eq(pl_parse_time("x", &value, NULL), -1);
}
END_TEST

Suite *suite_number(void);
Suite *suite_number(void) {
  Suite *suite = suite_create("number");
  TCase *tests = tcase_create("number");
  tcase_add_checked_fixture(tests, setup, teardown);
  tcase_set_timeout(tests, 60);
  ADD_ROWS(tests, decimal_integers, ints);
  ADD_ROWS(tests, integers_as_go_takes_them, go_ints);
  tcase_add_test(tests, bounds_hold_at_and_past_them);
  ADD_ROWS(tests, booleans_as_go_takes_them, booleans);
  ADD_ROWS(tests, file_modes, modes);
  ADD_ROWS(tests, durations_as_go_takes_them, durations);
  ADD_ROWS(tests, durations_are_shown_as_go_shows_them, shown_durations);
  ADD_ROWS(tests, quantities_as_kubernetes_takes_them, quantities);
  ADD_ROWS(tests, points_in_time, times);
  tcase_add_test(tests, each_day_follows_the_last);
  tcase_add_test(tests, times_of_any_size_are_shown);
  tcase_add_test(tests, nobody_has_to_want_the_reason);
  suite_add_tcase(suite, tests);
  return suite;
}
