/* Reads EncryptionConfiguration files and tells which provider writes a resource. */
#include "src/kube/encryption.h"

#include "plumbline/core/number.h"
#include "src/kube/shape.h"

#define KMS_TIMEOUT_DEFAULT "3s"

static const pl_shape key_shape[] = {
    {"name", PL_SHAPE_TEXT, NULL}, {"secret", PL_SHAPE_SECRET, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape keys_shape[] = {{"keys", PL_SHAPE_OBJECTS, key_shape}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape nothing_shape[] = {{NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape kms_shape[] = {{"apiVersion", PL_SHAPE_TEXT, NULL},          {"name", PL_SHAPE_TEXT, NULL},
                                     {"cachesize", PL_SHAPE_INT32, NULL},          {"endpoint", PL_SHAPE_TEXT, NULL},
                                     {"timeout", PL_SHAPE_DURATION_POINTER, NULL}, {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape provider_shape[] = {
    {"aesgcm", PL_SHAPE_OBJECT, keys_shape},    {"aescbc", PL_SHAPE_OBJECT, keys_shape},
    {"secretbox", PL_SHAPE_OBJECT, keys_shape}, {"identity", PL_SHAPE_OBJECT, nothing_shape},
    {"kms", PL_SHAPE_OBJECT, kms_shape},        {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape entry_shape[] = {
    {"resources", PL_SHAPE_TEXTS, NULL}, {"providers", PL_SHAPE_OBJECTS, provider_shape}, {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape document_shape[] = {
    PL_SHAPE_HEADER, {"resources", PL_SHAPE_OBJECTS, entry_shape}, {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape_version versions[] = {{"apiserver.config.k8s.io/v1", "EncryptionConfiguration", 0, 0},
                                            {"v1", "EncryptionConfig", 0, 0},
                                            {NULL, NULL, 0, 0}};

/* ---- names of resources ---- */

/* "RESOURCE.GROUP", the core group being empty: "secrets" and "secrets." are the same. */
static const char *canonical(pl_arena *arena, const char *resource) {
  return strchr(resource, '.') ? resource : pl_printf(arena, "%s.", resource);
}

static const char *group_of(const char *canonical_name) { return strchr(canonical_name, '.') + 1; }

static bool is_star(const char *canonical_name) { return pl_starts(canonical_name, "*."); }

static const char *star_of(pl_arena *arena, const char *canonical_name) {
  return pl_printf(arena, "*.%s", group_of(canonical_name));
}

static const char *name_fault(pl_arena *arena, const char *resource) {
  static const char *const without_api[] = {"apiserveripinfo", "serviceipallocations", "servicenodeportallocations",
                                            NULL};
  const char *name = canonical(arena, resource), *group = group_of(name);
  for (const char *c = resource; *c; c++)
    if (*c >= 'A' && *c <= 'Z')
      return "has capital letters";
  if (strcmp(resource, "*") == 0)
    return "must be '*.' or '*.*'";
  if (pl_in(resource, without_api))
    return "has no REST API and cannot be encrypted";
  if (strcmp(group, "events.k8s.io") == 0)
    return "is stored as 'events'";
  if (strcmp(group, "extensions") == 0)
    return "is of a group that is gone";
  if (strcmp(group, "*") == 0 && !is_star(name))
    return "is meant in all groups at once";
  return NULL;
}

static int fail_at(pl_error *err, const char *what, const pl_node *node, const char *problem) {
  return pl_fail(err, PL_ERR_SYNTAX, "line %u: %s %s", node->line, what, problem);
}

/* No resource twice in one list, and nothing beside a star that covers it. */
static int check_overlap(pl_arena *arena, const pl_node *list, const char *what, pl_error *err) {
  pl_node *seen = pl_node_object(arena), *in_group = pl_node_object(arena);
  if (pl_count(list) < 2)
    return 0;
  pl_each_item (item, list) {
    const char *name = canonical(arena, pl_item_text(item)), *group = group_of(name);
    if (pl_get(seen, name))
      return fail_at(err, what, item, "names the same resource twice");
    pl_object_set(arena, seen, name, item);
    pl_object_set_integer(arena, in_group, group, pl_get_integer(in_group, group, 0) + 1);
  }
  pl_each_member (member, seen)
    if (is_star(member->key) &&
        (strcmp(member->key, "*.*") == 0 || pl_get_integer(in_group, group_of(member->key), 0) > 1))
      return fail_at(err, what, member->value, "names resources that a star in the same list covers");
  return 0;
}

/* BEFORE: all names of earlier entries. What an earlier star covers may not be named again. */
static int check_names(pl_arena *arena, const pl_node *list, pl_node *before, const char *what, pl_error *err) {
  if (pl_count(list) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "%s: at least one resource is wanted", what);
  if (check_overlap(arena, list, what, err) < 0)
    return -1;
  pl_each_item (item, list) {
    const char *name = canonical(arena, pl_item_text(item)), *fault = name_fault(arena, pl_item_text(item));
    if (fault)
      return fail_at(err, what, item, pl_printf(arena, "names a resource that %s", fault));
    if (pl_get(before, star_of(arena, name)) || pl_get(before, "*.*"))
      return fail_at(err, what, item, "names a resource that an earlier entry covers by a star");
    pl_object_set_boolean(arena, before, name, true);
  }
  return 0;
}

/* ---- providers ---- */

static bool length_fits(int64_t bytes, bool secretbox) {
  return bytes == 32 || (!secretbox && (bytes == 16 || bytes == 24));
}

static int check_keys(const pl_node *keys, bool secretbox, const char *what, pl_error *err) {
  if (pl_count(keys) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "%s: at least one key is wanted", what);
  pl_each_item (key, keys) {
    const pl_node *secret = pl_get(key, "secret");
    if (!*pl_get_text(key, "name", ""))
      return fail_at(err, what, key, "has a key without a name");
    if (pl_get_integer(secret, "length", 0) == 0)
      return fail_at(err, what, key, "has a key without a secret");
    if (!pl_get_boolean(secret, "base64", true))
      return fail_at(err, what, key, "has a secret that is not base64");
    if (!length_fits(pl_get_integer(secret, "length", 0), secretbox))
      return fail_at(err, what, key,
                     secretbox ? "has a secret that is not 32 bytes long"
                               : "has a secret that is not 16, 24 or 32 bytes long");
  }
  return 0;
}

static const char *kms_version(const pl_node *kms) {
  const char *version = pl_get_text(kms, "apiVersion", "");
  return *version ? version : "v1";
}

static int check_kms_numbers(const pl_node *kms, bool v1, const char *what, pl_error *err) {
  const pl_node *cache = pl_get(kms, "cachesize");
  int64_t ns = 0, size;
  pl_parse_duration(pl_get_text(kms, "timeout", KMS_TIMEOUT_DEFAULT), &ns, NULL);
  if (ns <= 0)
    return fail_at(err, what, kms, "has a timeout that is not above zero");
  if (!pl_integral(cache, &size))
    return 0;
  if (!v1)
    return fail_at(err, what, kms, "has a cachesize, which v2 has not");
  return size == 0 ? fail_at(err, what, kms, "has a cachesize of zero") : 0;
}

static int check_kms(pl_arena *arena, const pl_node *kms, const pl_encryption_rules *rules, pl_node *names,
                     const char *what, pl_error *err) {
  const char *version = kms_version(kms), *name = pl_get_text(kms, "name", "");
  bool v1 = strcmp(version, "v1") == 0;
  if (!v1 && strcmp(version, "v2") != 0)
    return fail_at(err, what, kms, "is of an apiVersion other than v1 and v2");
  if (!*name || (!v1 && strchr(name, ':')))
    return fail_at(err, what, kms, *name ? "has a ':' in its name" : "has no name");
  if ((rules->reload || !v1) && pl_get(names, name))
    return fail_at(err, what, kms, "has the name of another KMS provider");
  pl_object_set_boolean(arena, names, name, true);
  if (!pl_starts(pl_get_text(kms, "endpoint", ""), "unix:"))
    return fail_at(err, what, kms, "has an endpoint that is no unix socket");
  if (v1 && !rules->kms_v1)
    return fail_at(err, what, kms, "is of v1, which needs --feature-gates=KMSv1=true");
  if (!v1 && !rules->kms_v2)
    return fail_at(err, what, kms, "is of v2, which needs the feature gate KMSv2");
  return check_kms_numbers(kms, v1, what, err);
}

static const char *const provider_names[] = {"kms", "aesgcm", "aescbc", "secretbox", "identity", NULL};

/* The one provider of an element, NULL with ERR when there is none or more than one. */
static const char *provider_of(const pl_node *element, const char *what, pl_error *err) {
  const char *found = NULL;
  for (const char *const *name = provider_names; *name; name++) {
    if (!pl_is(pl_get(element, *name), PL_OBJECT))
      continue;
    if (found) {
      fail_at(err, what, element, "has more than one provider in one element");
      return NULL;
    }
    found = *name;
  }
  if (!found)
    fail_at(err, what, element, "has an element without a provider");
  return found;
}

typedef struct reading {
  pl_arena *arena;
  const pl_encryption_rules *rules;
  pl_node *names, *kms_names;
  bool uses_kms_v1;
} reading;

static int check_provider(reading *r, const pl_node *element, const char *what, pl_error *err) {
  const char *name = provider_of(element, what, err);
  if (!name)
    return -1;
  const pl_node *provider = pl_get(element, name);
  if (strcmp(name, "identity") == 0)
    return 0;
  if (strcmp(name, "kms") != 0)
    return check_keys(pl_get(provider, "keys"), strcmp(name, "secretbox") == 0, what, err);
  r->uses_kms_v1 |= strcmp(kms_version(provider), "v1") == 0;
  return check_kms(r->arena, provider, r->rules, r->kms_names, what, err);
}

static int check_entry(reading *r, const pl_node *entry, size_t index, pl_error *err) {
  const pl_node *providers = pl_get(entry, "providers");
  const char *what = pl_printf(r->arena, "resources[%zu].resources", index);
  if (check_names(r->arena, pl_get(entry, "resources"), r->names, what, err) < 0)
    return -1;
  if (pl_count(providers) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "resources[%zu].providers: at least one provider is wanted", index);
  for (size_t i = 0; i < providers->list.count; i++)
    if (check_provider(r, providers->list.items[i], pl_printf(r->arena, "resources[%zu].providers[%zu]", index, i),
                       err) < 0)
      return -1;
  return 0;
}

int pl_encryption_read(pl_arena *arena, const pl_node *document, const pl_encryption_rules *rules, pl_encryption *ret,
                       pl_error *err) {
  reading r = {.arena = arena, .rules = rules, .names = pl_node_object(arena), .kms_names = pl_node_object(arena)};
  if (pl_shape_header(arena, document, versions, rules->minor, NULL, err) < 0 ||
      pl_shape_check(arena, document, document_shape, true, err) < 0)
    return -1;
  const pl_node *entries = pl_get(document, "resources");
  if (pl_count(entries) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "resources: at least one entry is wanted");
  for (size_t i = 0; i < entries->list.count; i++)
    if (check_entry(&r, entries->list.items[i], i, err) < 0)
      return -1;
  *ret = (pl_encryption){.entries = entries, .uses_kms_v1 = r.uses_kms_v1};
  return 0;
}

/* ---- who writes ---- */

/* TEXT as written, NAME canonical. */
static bool is_resource(const char *text, const char *name) {
  size_t length = strlen(text);
  return strncmp(text, name, length) == 0 &&
         (name[length] == '\0' || (!strchr(text, '.') && strcmp(name + length, ".") == 0));
}

static const pl_node *entry_for(const pl_encryption *encryption, const char *name) {
  pl_each_item (entry, encryption->entries)
    pl_each_item (item, pl_get(entry, "resources"))
      if (is_resource(pl_item_text(item), name))
        return entry;
  return NULL;
}

const char *pl_encryption_entry_provider(const pl_node *entry) {
  return provider_of(pl_get(entry, "providers")->list.items[0], "", NULL);
}

pl_encryptor pl_encryption_of(pl_arena *arena, const pl_encryption *encryption, const char *resource) {
  pl_encryptor plain = {.provider = "identity", .label = "identity"};
  if (!encryption)
    return plain;
  const char *name = canonical(arena, resource);
  const pl_node *entry = entry_for(encryption, name);
  if (!entry)
    entry = entry_for(encryption, star_of(arena, name));
  if (!entry)
    entry = entry_for(encryption, "*.*");
  if (!entry)
    return plain;
  const pl_node *element = pl_get(entry, "providers")->list.items[0];
  pl_encryptor writer = {.provider = provider_of(element, "", NULL), .line = element->line};
  const pl_node *provider = pl_get(element, writer.provider);
  writer.label = writer.provider;
  if (strcmp(writer.provider, "kms") == 0) {
    writer.kms_version = kms_version(provider);
    writer.endpoint = pl_item_text(pl_get(provider, "endpoint"));
  } else if (strcmp(writer.provider, "identity") != 0) {
    const pl_node *key = pl_get(provider, "keys")->list.items[0];
    writer.key_bytes = pl_get_integer(pl_get(key, "secret"), "length", 0);
    writer.label = pl_printf(arena, "%s:v1:%s", writer.provider, pl_get_text(key, "name", ""));
  }
  return writer;
}
