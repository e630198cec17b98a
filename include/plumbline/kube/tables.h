/*
 * Version tables of the components: benchmarks/kubernetes/NAME.yaml. What flags and configuration fields there are in
 * which version, of what kind, with what default.
 *
 * Minor versions are those of Kubernetes (34 is 1.34); etcd's are MAJOR * 100 + MINOR (305 is 3.5). Files:
 *
 *   component: NAME
 *   versions: FIRST..LAST           those that the table was checked against
 *   flags:
 *     NAME: KIND [KEY] [secret] [since N] [until N] [= DEFAULT [| N = DEFAULT]...]
 *   fields:
 *     PATH: KIND[?] [since N] [until N] [= DEFAULT [| N = DEFAULT]...]
 *   lists:
 *     NAME:
 *       ITEM: [WORD]... [since N] [until N] [= VALUE ...]
 *
 * since N: there from 1.N on; until N: gone in 1.N. "| N = DEFAULT": the default from 1.N on. A default that is written
 * "" is an empty text, [] an empty list; lists are separated by commas. KEY is the setting that a flag feeds when that
 * has another name; the value of a secret flag is never kept.
 *
 * Kinds of flags: string bool int int32 int64 uint32 duration real slice array map gates pair labels thresholds headers
 * taints ip optional. Kinds of fields: bool int32 int64 real string duration path strings int32s texts (text by name)
 * gates headers object objects any; '?' marks a Go pointer, '!' a field that is written even when empty; a word after
 * the kind is the field's Go name. Fields of objects in a list are "list[].name".
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/node.h"
#include "plumbline/kube/flags.h"

typedef struct pl_tables pl_tables;

typedef struct pl_table_default {
  int since; /* 0: from the first version on */
  const char *text;
} pl_table_default;

typedef struct pl_table_entry {
  const char *name;
  const char *kind;     /* first word, without its mark */
  bool pointer, always; /* marks of fields: '?', '!' */
  bool secret;
  const char *const *words; /* those between kind and since, NULL-terminated: a flag's KEY */
  int since, until;         /* 0: no bound */
  const pl_table_default *defaults;
  size_t default_count;
} pl_table_entry;

typedef struct pl_table_entries {
  const pl_table_entry *items;
  size_t count;
} pl_table_entries;

typedef struct pl_table_list {
  const char *name;
  pl_table_entries entries;
} pl_table_list;

typedef struct pl_table {
  const char *component, *shown; /* file for messages */
  int first, last;
  pl_table_entries flags, fields;
  const pl_flag_spec *specs; /* of flags, the same order; ends with a NULL name */
  const pl_table_list *lists;
  size_t list_count;
} pl_table;

/* Nothing is read yet: a component's file is read when it is first asked for; its faults go to FAULTS. */
pl_tables *pl_tables_load(pl_arena *arena, pl_data *data, pl_faults *faults);
/* NULL when there is no such file or it has faults. */
const pl_table *pl_tables_get(pl_tables *tables, const char *component);
/* Entry of NAME, NULL when there is none (in any version). */
const pl_table_entry *pl_table_find(const pl_table_entries *entries, const char *name);
/* Entries of list NAME; none when there is no such list. */
const pl_table_entries *pl_table_entries_of(const pl_table *table, const char *name);
/* The thing exists in 1.MINOR; MINOR 0: in some version. */
bool pl_table_has(const pl_table_entry *entry, int minor);
/* MINOR as the table can answer for it: a newer one becomes the newest, an older one the oldest that it knows; 0 stays.
 */
int pl_table_minor(const pl_table *table, int minor);
/* Text of the default in 1.MINOR, NULL: none. */
const char *pl_table_default_text(const pl_table_entry *entry, int minor);
/* As a value of ENTRY's kind; NULL: none. */
pl_node *pl_table_default_value(pl_arena *arena, const pl_table_entry *entry, int minor);
/* The default, or whether there is such a thing at all, is not the same in all versions of TABLE. */
bool pl_table_varies(const pl_table *table, const pl_table_entry *entry);
/* The setting that a flag feeds: its KEY, else its own name. */
const char *pl_table_key(const pl_table_entry *flag);
