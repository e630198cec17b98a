/* Errors as values, and the list of faults of a file that a person wrote for us. */
#include "plumbline/core/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plumbline/core/limits.h"
#include "plumbline/core/memory.h"

static const char cut_mark[] = "...";

/* A text that did not fit ends in "...", and never inside a UTF-8 sequence. */
static void mark_cut(char text[PL_ERROR_TEXT]) {
  size_t end = PL_ERROR_TEXT - sizeof cut_mark;
  while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
    end--;
  memcpy(text + end, cut_mark, sizeof cut_mark);
}

static void format_text(char text[PL_ERROR_TEXT], const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void format_text(char text[PL_ERROR_TEXT], const char *format, va_list args) {
  if (vsnprintf(text, PL_ERROR_TEXT, format, args) >= PL_ERROR_TEXT)
    mark_cut(text);
}

/* Replace the text of ERR, which may be among the arguments. */
static void put_text(pl_error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put_text(pl_error *err, const char *format, ...) {
  char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  memcpy(err->text, text, sizeof text);
}

static void set(pl_error *err, pl_error_kind kind) {
  err->kind = kind;
  err->line = err->column = 0;
}

int pl_fail(pl_error *err, pl_error_kind kind, const char *format, ...) {
  if (!err)
    return -1;
  char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  set(err, kind);
  put_text(err, "%s", text);
  return -1;
}

static const struct {
  int errnum;
  pl_error_kind kind;
} kinds[] = {
    {ENOENT, PL_ERR_ABSENT},  {ENOTDIR, PL_ERR_ABSENT}, {EACCES, PL_ERR_DENIED},      {EPERM, PL_ERR_DENIED},
    {ESRCH, PL_ERR_VANISHED}, {ELOOP, PL_ERR_LIMIT},    {ENAMETOOLONG, PL_ERR_LIMIT},
};

static pl_error_kind kind_of(int errnum) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].errnum == errnum)
      return kinds[i].kind;
  return PL_ERR_IO;
}

int pl_fail_errno(pl_error *err, int errnum, const char *format, ...) {
  if (!err)
    return -1;
  char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  set(err, kind_of(errnum));
  put_text(err, "%s: %s", text, strerror(errnum));
  return -1;
}

void pl_error_prefix(pl_error *err, const char *format, ...) {
  if (!err)
    return;
  char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  put_text(err, "%s: %s", text, err->text);
}

void pl_faults_init(pl_faults *faults, pl_arena *arena) { *faults = (pl_faults){.arena = arena}; }

void pl_fault_add(pl_faults *faults, const char *file, uint32_t line, uint32_t column, const char *format, ...) {
  if (faults->total++ >= PL_FAULTS_MAX)
    return;
  va_list args;
  va_start(args, format);
  const char *text = pl_vprintf(faults->arena, format, args);
  va_end(args);
  pl_fault fault = {.file = pl_strdup(faults->arena, file), .line = line, .column = column, .text = text};
  pl_push(faults->arena, faults->items, faults->count, faults->capacity, fault);
}
