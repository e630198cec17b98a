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

/* MORE behind ": " and what TEXT has. */
static void append(char text[PL_ERROR_TEXT], const char *more) {
  const char *const parts[] = {": ", more};
  size_t length = strlen(text);
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t size = strlen(parts[i]), room = PL_ERROR_TEXT - 1 - length;
    size_t fits = size < room ? size : room;
    memcpy(text + length, parts[i], fits);
    length += fits;
    text[length] = '\0';
    if (fits < size)
      mark_cut(text);
  }
}

static void set(pl_error *err, pl_error_kind kind, const char *text) {
  err->kind = kind;
  err->line = err->column = 0;
  memcpy(err->text, text, strlen(text) + 1);
}

int pl_fail(pl_error *err, pl_error_kind kind, const char *format, ...) {
  if (!err)
    return -1;
  __attribute__((uninitialized)) char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  set(err, kind, text);
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

/* There is no translation to look for. */
static const char *reason_of(int errnum) {
  const char *reason = strerrordesc_np(errnum);
  return reason ? reason : strerror(errnum);
}

int pl_fail_errno(pl_error *err, int errnum, const char *format, ...) {
  if (!err)
    return -1;
  __attribute__((uninitialized)) char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  append(text, reason_of(errnum));
  set(err, kind_of(errnum), text);
  return -1;
}

void pl_error_prefix(pl_error *err, const char *format, ...) {
  if (!err)
    return;
  __attribute__((uninitialized)) char text[PL_ERROR_TEXT];
  va_list args;
  va_start(args, format);
  format_text(text, format, args);
  va_end(args);
  append(text, err->text);
  memcpy(err->text, text, strlen(text) + 1);
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
