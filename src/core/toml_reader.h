/* The state of reading one TOML document, shared by the toml_*.c files. */
#pragma once

#include "plumbline/core/limits.h"
#include "plumbline/core/toml.h"

typedef struct pl_toml_place {
  size_t at; /* offset in the text */
  uint32_t line;
  size_t line_start; /* offset */
} pl_toml_place;

typedef struct pl_toml_reader {
  pl_arena *arena;
  pl_bytes text;
  pl_toml_place here;
  const pl_source *source;
  size_t budget; /* nodes that may still be made */
  pl_error *err;
} pl_toml_reader;

/* A key such as a."b c".d */
typedef struct pl_toml_key {
  const char *parts[PL_DOCUMENT_DEPTH_MAX];
  size_t count;
  pl_toml_place place; /* of its first part */
} pl_toml_key;

/* toml.c: the small steps */
int pl_toml_peek(const pl_toml_reader *r); /* the next byte, -1 at the end */
bool pl_toml_accept(pl_toml_reader *r, const char *text);
bool pl_toml_newline(pl_toml_reader *r); /* LF or CRLF, if one comes next */
void pl_toml_blanks(pl_toml_reader *r);  /* spaces and tabs */
void pl_toml_comment(pl_toml_reader *r); /* if one comes next, up to its line end or what may not be in it */
/* A control character that must be written as an escape; the rest of the text is known to be UTF-8. */
bool pl_toml_is_control(int c);
/* -1, with the error at PLACE; and at the place where the reader is. */
int pl_toml_fail_at(const pl_toml_reader *r, const pl_toml_place *place, pl_error_kind kind, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
#define pl_toml_fail(r, ...) pl_toml_fail_at((r), &(r)->here, PL_ERR_SYNTAX, __VA_ARGS__)

/* toml_key.c */
int pl_toml_read_key(pl_toml_reader *r, pl_toml_key *ret);

/* toml_string.c: the string that begins here, as a key (one line) or a value (also """ and '''); a secret is measured
 * only. */
int pl_toml_read_text(pl_toml_reader *r, bool multiline, pl_bytes *ret);
pl_node *pl_toml_read_string(pl_toml_reader *r, bool secret);

/* toml_scalar.c: booleans, numbers, dates */
pl_node *pl_toml_read_scalar(pl_toml_reader *r, bool secret);

/* toml_value.c: any value, within DEPTH open lists and tables. */
pl_node *pl_toml_read_value(pl_toml_reader *r, size_t depth, bool secret);
/* "key = value" into TABLE, which is itself one of DEPTH. */
int pl_toml_read_pair(pl_toml_reader *r, pl_node *table, size_t depth);

/* toml_table.c: tables and lists remember how they came to be, since TOML lets each be defined once only. */
typedef enum pl_toml_state {
  PL_TOML_IMPLICIT, /* only named on the way to another: [a.b] makes a */
  PL_TOML_HEADER,   /* [a] or an item of [[a]] */
  PL_TOML_DOTTED,   /* made by a dotted key */
  PL_TOML_CLOSED,   /* { } or [ ]: nothing can be added */
  PL_TOML_TABLES    /* the list of [[a]] */
} pl_toml_state;

/* NODE with its position, or NULL when there are too many. */
pl_node *pl_toml_placed(pl_toml_reader *r, const pl_toml_place *place, pl_node *node);
/* What stands for the secret in TEXT. */
pl_node *pl_toml_secret(pl_toml_reader *r, const pl_toml_place *place, const char *text, size_t length);
pl_node *pl_toml_container(pl_toml_reader *r, pl_kind kind, pl_toml_state state, const pl_toml_place *place,
                           size_t depth);
/* The table that [KEY] or, with TABLES, [[KEY]] opens; its depth in *RET_DEPTH. */
pl_node *pl_toml_open_header(pl_toml_reader *r, pl_node *root, const pl_toml_key *key, bool tables, size_t *ret_depth);
/* The table that holds the last part of the dotted KEY, which must be free there; *DEPTH grows with the way. */
pl_node *pl_toml_reach(pl_toml_reader *r, pl_node *table, const pl_toml_key *key, size_t *depth);
/* Enter VALUE under the last part of KEY. */
void pl_toml_put(pl_toml_reader *r, pl_node *table, const char *part, const pl_toml_place *place, pl_node *value);
