/* passwd and group of the root, line by line; never the machine's own through NSS. */
#include "plumbline/host/accounts.h"

#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "plumbline/host/files.h"

enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, ID_FIELD = 2 };

typedef struct account {
  const char *name;
  uint32_t id;
  size_t order; /* of its line: the first that matches wins */
} account;

typedef struct table {
  account *items; /* by id, then order */
  size_t count, capacity;
} table;

struct pl_accounts {
  table users, groups;
  const char *why; /* a file that is there could not be read */
};

/* 2^16-1 and 2^32-1 mean "no id" to the kernel. */
static bool is_id(int64_t id) { return id != UINT16_MAX && id != UINT32_MAX; }

/* Take LINE apart in place; lines that are no account (comments, NIS, too few or too many fields) are passed over. */
static bool parse_line(char *line, int fields, account *ret) {
  int count = 1;
  char *id_text = NULL;
  for (char *c = line; *c; c++)
    if (*c == ':') {
      *c = '\0';
      if (count++ == ID_FIELD)
        id_text = c + 1;
    }
  int64_t id = 0;
  if (count != fields || !*line || strchr("#+-", *line) || pl_parse_int(id_text, 0, UINT32_MAX, &id, NULL) < 0 ||
      !is_id(id))
    return false;
  ret->name = line;
  ret->id = (uint32_t)id;
  return true;
}

static void parse(pl_arena *arena, pl_bytes text, int fields, table *ret) {
  char *line = pl_strndup(arena, text.data, text.length), *end = line + text.length;
  while (line < end) {
    char *stop = memchr(line, '\n', (size_t)(end - line));
    stop = stop ? stop : end;
    *stop = '\0';
    account found = {.order = ret->count};
    if (strlen(line) == (size_t)(stop - line) && parse_line(line, fields, &found))
      pl_push(arena, ret->items, ret->count, ret->capacity, found);
    line = stop + 1;
  }
}

static int compare_ids(const void *a, const void *b) {
  const account *x = a, *y = b;
  if (x->id != y->id)
    return x->id < y->id ? -1 : 1;
  return x->order < y->order ? -1 : x->order > y->order;
}

static void read_file(pl_host *host, const char *path, int fields, pl_accounts *accounts, table *ret) {
  pl_error err = {.kind = PL_ERR_NONE};
  pl_bytes text;
  if (pl_host_read(host, path, PL_SMALL_FILE_BYTES_MAX, &text, &err) == 0)
    parse(host->arena, text, fields, ret);
  else if (err.kind != PL_ERR_ABSENT && !accounts->why)
    accounts->why = pl_strdup(host->arena, err.text);
}

pl_accounts *pl_accounts_read(pl_host *host) {
  pl_accounts *accounts = pl_new(host->arena, pl_accounts);
  const struct {
    const char *path;
    int fields;
    table *table;
  } files[] = {
      {"/etc/passwd", PASSWD_FIELDS, &accounts->users},
      {"/usr/lib/passwd", PASSWD_FIELDS, &accounts->users}, /* image-based systems: nss-altfiles */
      {"/etc/group", GROUP_FIELDS, &accounts->groups},
      {"/usr/lib/group", GROUP_FIELDS, &accounts->groups},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    read_file(host, files[i].path, files[i].fields, accounts, files[i].table);
  table *const tables[] = {&accounts->users, &accounts->groups};
  for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
    if (tables[i]->count > 0)
      qsort(tables[i]->items, tables[i]->count, sizeof *tables[i]->items, compare_ids);
  return accounts;
}

static const char *name_of(const table *accounts, uint32_t id) {
  if (id == 0)
    return "root";
  size_t low = 0, high = accounts->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (accounts->items[middle].id < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low < accounts->count && accounts->items[low].id == id ? accounts->items[low].name : NULL;
}

static bool id_of(const table *accounts, const char *name, uint32_t *ret) {
  const account *found = NULL;
  if (pl_equal(name, "root")) {
    *ret = 0;
    return true;
  }
  for (size_t i = 0; i < accounts->count; i++)
    if (pl_equal(accounts->items[i].name, name) && (!found || accounts->items[i].order < found->order))
      found = &accounts->items[i];
  if (found)
    *ret = found->id;
  return found != NULL;
}

const char *pl_user_name(const pl_host *host, uint32_t uid) { return name_of(&host->accounts->users, uid); }

const char *pl_group_name(const pl_host *host, uint32_t gid) { return name_of(&host->accounts->groups, gid); }

bool pl_user_id(const pl_host *host, const char *name, uint32_t *ret) {
  return id_of(&host->accounts->users, name, ret);
}

bool pl_group_id(const pl_host *host, const char *name, uint32_t *ret) {
  return id_of(&host->accounts->groups, name, ret);
}

const char *pl_accounts_why(const pl_host *host) { return host->accounts->why; }
