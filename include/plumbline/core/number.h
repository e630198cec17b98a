/* Numbers as the writers of configurations write them: strict, bounded, with a reason when refused. */
#pragma once

#include "plumbline/core/text.h"

/* Decimal, optional '-'; whole input; MIN..MAX. */
int pl_parse_int(const char *text, int64_t min, int64_t max, int64_t *ret, pl_error *err);
/* Go strconv.ParseInt(text, 0, 64): sign, 0x 0o 0b and leading-zero octal, '_' between digits. pflag's rule for
 * integers. */
int pl_parse_go_int(const char *text, int64_t min, int64_t max, int64_t *ret, pl_error *err);
/* Go strconv.ParseBool: 1 t T TRUE true True 0 f F FALSE false False. */
int pl_parse_go_bool(const char *text, bool *ret, pl_error *err);
/* Octal file mode "0600", "600", "01777"; at most 07777. */
int pl_parse_mode(const char *text, unsigned *ret, pl_error *err);
/* Go time.ParseDuration in nanoseconds: "4h0m0s", "1.5h", "-1ms", "0". */
int pl_parse_duration(const char *text, int64_t *ret_ns, pl_error *err);
/* Go Duration.String: "4h0m0s", "0s", "1.5s", "100ms". */
char *pl_format_duration(pl_arena *arena, int64_t ns);
/* Kubernetes resource.Quantity ("100Mi", "1500m", "2", "1e3") in thousandths; out of range is an error. */
int pl_parse_quantity(const char *text, int64_t *ret_milli, pl_error *err);
/* RFC 3339 UTC "2026-01-31T00:00:00Z" or a date "2026-01-31" (its start) in seconds since the epoch, and back. */
int pl_parse_time(const char *text, int64_t *ret, pl_error *err);
char *pl_format_time(pl_arena *arena, int64_t seconds);
