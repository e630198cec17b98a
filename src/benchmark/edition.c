/* Editions: their list, and values that differ between them ("1.9-1.11", "1.12-", "-1.10", "1.9"). */
#include "private.h"

typedef struct kubernetes_range {
  int64_t from, to;
} kubernetes_range;

static const pl_field range_fields[] = {
    {.key = "from", .kind = PL_FIELD_INTEGER, .offset = offsetof(kubernetes_range, from), .required = true},
    {.key = "to", .kind = PL_FIELD_INTEGER, .offset = offsetof(kubernetes_range, to), .required = true}};

typedef struct edition_record {
  const char *version;
  const pl_node *kubernetes;
} edition_record;

static const pl_field edition_fields[] = {
    {.key = "version", .kind = PL_FIELD_TEXT, .offset = offsetof(edition_record, version), .required = true},
    {.key = "kubernetes", .kind = PL_FIELD_NODE, .offset = offsetof(edition_record, kubernetes)}};

static bool is_version(const char *text) {
  return text[0] >= '0' && text[0] <= '9' && text[strspn(text, "0123456789.")] == '\0' && !pl_ends(text, ".");
}

static void read_range(pl_reader *r, const pl_node *node, pl_edition *ret) {
  kubernetes_range range = {0, 0};
  if (!pl_record_read(r->arena, node, "kubernetes", range_fields, 2, &range, r->faults))
    return;
  if (range.from < 1 || range.to < range.from || range.to > 999)
    pl_node_fault(r->faults, node, "kubernetes: a range of minors from 1 to 999 goes from the lower to the higher");
  else
    *ret = (pl_edition){ret->version, (int)range.from, (int)range.to};
}

static void check_edition(pl_reader *r, const pl_node *node, const pl_edition *edition) {
  if (!is_version(edition->version))
    pl_node_fault(r->faults, node, "edition %s: a version is digits and dots", edition->version);
  for (size_t i = 0; i < r->set->edition_count; i++) {
    const pl_edition *other = &r->set->editions[i];
    if (pl_equal(other->version, edition->version))
      pl_node_fault(r->faults, node, "edition %s stands twice", edition->version);
    else if (edition->kubernetes_from && edition->kubernetes_from <= other->kubernetes_to &&
             edition->kubernetes_to >= other->kubernetes_from)
      pl_node_fault(r->faults, node, "editions %s and %s are both for some Kubernetes minors", other->version,
                    edition->version);
  }
}

static void read_edition(pl_reader *r, const pl_node *node) {
  edition_record record = {NULL, NULL};
  if (!pl_record_read(r->arena, node, "edition", edition_fields, 2, &record, r->faults))
    return;
  pl_edition edition = {record.version, 0, 0};
  if (record.kubernetes)
    read_range(r, record.kubernetes, &edition);
  check_edition(r, node, &edition);
  pl_push(r->arena, r->set->editions, r->set->edition_count, r->set->edition_capacity, edition);
}

void pl_read_editions(pl_reader *r, const pl_node *list) {
  if (!pl_is(list, PL_LIST) || list->list.count == 0 || list->list.count > PL_EDITIONS_MAX) {
    pl_node_fault(r->faults, list, "editions: expected a list of 1 to %d editions", PL_EDITIONS_MAX);
    return;
  }
  pl_each_item (item, list)
    read_edition(r, item);
}

/* "1.11" names 1.11 and 1.11.1. */
static bool names(const char *text, size_t length, const char *version) {
  return strncmp(version, text, length) == 0 && (version[length] == '\0' || version[length] == '.');
}

/* The first or last edition that TEXT names, or edition_count. */
static size_t find_end(const pl_definitions *set, const char *text, size_t length, bool last) {
  size_t found = set->edition_count;
  for (size_t i = 0; i < set->edition_count && (last || found == set->edition_count); i++)
    if (names(text, length, set->editions[i].version))
      found = i;
  return found;
}

static uint64_t bits(size_t from, size_t to) {
  uint64_t up_to = to >= 63 ? UINT64_MAX : ((uint64_t)1 << (to + 1)) - 1;
  return up_to & ~(((uint64_t)1 << from) - 1);
}

/* 0 when TEXT names no edition. */
static uint64_t range_bits(const pl_reader *r, const char *text) {
  const pl_definitions *set = r->set;
  const char *dash = strchr(text, '-');
  size_t length = dash ? (size_t)(dash - text) : strlen(text);
  const char *end = dash ? dash + 1 : text;
  if (strspn(text, "0123456789.-") != strlen(text) || (dash && strchr(dash + 1, '-')) || (!length && !*end))
    return 0;
  if (r->alone)
    return PL_ALL_EDITIONS;
  size_t from = length ? find_end(set, text, length, false) : 0;
  size_t to = *end ? find_end(set, end, strlen(end), true) : set->edition_count - 1;
  return from < set->edition_count && to < set->edition_count && from <= to ? bits(from, to) : 0;
}

static bool is_by_edition(const pl_node *node) {
  if (!pl_is(node, PL_OBJECT) || node->object.count == 0)
    return false;
  const char *key = node->object.members[0].key;
  return (*key >= '0' && *key <= '9') || *key == '-';
}

static void fault_at(pl_reader *r, const pl_member *member, const char *text) {
  const char *file = member->value->source ? member->value->source->where : "";
  pl_fault_add(r->faults, file, member->line, member->column, "%s", text);
}

static void add_variant(pl_reader *r, const pl_member *member, const char *what, pl_variants *ret) {
  uint64_t editions = range_bits(r, member->key);
  if (!editions)
    fault_at(r, member, pl_printf(r->arena, "%s: %s names no edition or range of editions", what, member->key));
  else if (!r->alone && (editions & ret->editions))
    fault_at(r, member,
             pl_printf(r->arena, "%s: edition %s is named twice", what, pl_edition_names(r, editions & ret->editions)));
  pl_variant variant = {.editions = editions & ~ret->editions, .node = member->value};
  if (r->alone)
    variant.editions = (uint64_t)1 << (ret->count & 63);
  pl_push(r->arena, ret->items, ret->count, ret->capacity, variant);
  ret->editions |= variant.editions;
}

pl_variants pl_read_variants(pl_reader *r, const pl_node *node, const char *what) {
  pl_variants ret = {0};
  if (is_by_edition(node)) {
    pl_each_member (member, node)
      add_variant(r, member, what, &ret);
  } else if (node) {
    pl_variant *variant = pl_new(r->arena, pl_variant);
    *variant = (pl_variant){.editions = PL_ALL_EDITIONS, .node = node};
    ret = (pl_variants){.items = variant, .count = 1, .capacity = 1, .editions = PL_ALL_EDITIONS};
  }
  return ret;
}

const pl_variant *pl_variant_of(const pl_variants *variants, size_t index) {
  for (size_t i = 0; i < variants->count; i++)
    if (variants->items[i].editions >> index & 1)
      return &variants->items[i];
  return NULL;
}

const char *pl_edition_names(const pl_reader *r, uint64_t editions) {
  const char *text = "";
  for (size_t i = 0; i < r->set->edition_count; i++)
    if (editions >> i & 1)
      text = pl_printf(r->arena, "%s%s%s", text, *text ? ", " : "", r->set->editions[i].version);
  return text;
}
