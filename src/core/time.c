/* Points in time as people write them, in UTC. */
#include <inttypes.h>

#include "plumbline/core/number.h"

enum { SECONDS_A_DAY = 86400 };

/* Days from 1970-01-01, in the Gregorian calendar, by counting years from March so that a leap day comes last. */
static int64_t days_from(int64_t year, int month, int day) {
  year -= month <= 2;
  int64_t era = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_era = year - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_from(int64_t days, int64_t *year, int *month, int *day) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t from_march = (5 * day_of_year + 2) / 153;
  *day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
  *month = (int)(from_march + (from_march < 10 ? 3 : -9));
  *year = year_of_era + era * 400 + (*month <= 2);
}

static int days_in(int64_t year, int month) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return days[month - 1] + (month == 2 && leap);
}

/* Match TEXT with SHAPE, in which a letter stands for a digit of the number with that letter. */
static bool read_shape(const char *text, const char *shape, int numbers[6]) {
  static const char letters[] = "YMDhms";
  memset(numbers, 0, 6 * sizeof *numbers);
  for (; *shape; shape++, text++) {
    const char *letter = strchr(letters, *shape);
    if (!letter && *text != *shape)
      return false;
    if (letter && (*text < '0' || *text > '9'))
      return false;
    if (letter)
      numbers[letter - letters] = numbers[letter - letters] * 10 + *text - '0';
  }
  return *text == '\0';
}

int pl_parse_time(const char *text, int64_t *ret, pl_error *err) {
  int n[6];
  if (!read_shape(text, "YYYY-MM-DD", n) && !read_shape(text, "YYYY-MM-DDThh:mm:ssZ", n))
    return pl_fail(err, PL_ERR_SYNTAX, "not a date or UTC time like 2026-01-31 or 2026-01-31T00:00:00Z: %s", text);
  if (n[1] < 1 || n[1] > 12 || n[2] < 1 || n[2] > days_in(n[0], n[1]) || n[3] > 23 || n[4] > 59 || n[5] > 59)
    return pl_fail(err, PL_ERR_SYNTAX, "no such time: %s", text);
  *ret = days_from(n[0], n[1], n[2]) * SECONDS_A_DAY + n[3] * 3600 + n[4] * 60 + n[5];
  return 0;
}

char *pl_format_time(pl_arena *arena, int64_t seconds) {
  int64_t rest = seconds % SECONDS_A_DAY;
  rest += rest < 0 ? SECONDS_A_DAY : 0;
  int64_t year = 0;
  int month = 0, day = 0;
  date_from(seconds / SECONDS_A_DAY - (seconds % SECONDS_A_DAY < 0), &year, &month, &day);
  return pl_printf(arena, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02dZ", year, month, day, (int)(rest / 3600),
                   (int)(rest / 60 % 60), (int)(rest % 60));
}
