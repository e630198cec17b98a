/*
 * The level of Pod Security that counts in namespaces without a label of their own.
 * Source: k8s.io/pod-security-admission admission/api/load, admission/api/v1/defaults.go, admission/api/validation.
 */
#include "src/kube/admission.h"
#include "src/kube/labels.h"

#define PLUGIN "PodSecurity"
#define PREFIX "effective.podSecurity."

enum { LABEL_BYTES = 63 };

static const pl_shape defaults_shape[] = {{"enforce", PL_SHAPE_TEXT, NULL}, {"enforce-version", PL_SHAPE_TEXT, NULL},
                                          {"audit", PL_SHAPE_TEXT, NULL},   {"audit-version", PL_SHAPE_TEXT, NULL},
                                          {"warn", PL_SHAPE_TEXT, NULL},    {"warn-version", PL_SHAPE_TEXT, NULL},
                                          {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape exemptions_shape[] = {{"usernames", PL_SHAPE_TEXTS, NULL},
                                            {"namespaces", PL_SHAPE_TEXTS, NULL},
                                            {"runtimeClasses", PL_SHAPE_TEXTS, NULL},
                                            {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape document_shape[] = {PL_SHAPE_HEADER,
                                          {"defaults", PL_SHAPE_OBJECT, defaults_shape},
                                          {"exemptions", PL_SHAPE_OBJECT, exemptions_shape},
                                          {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape_version versions[] = {
    {"pod-security.admission.config.k8s.io/v1", "PodSecurityConfiguration", 0, 0},
    {"pod-security.admission.config.k8s.io/v1beta1", "PodSecurityConfiguration", 0, 0},
    {"pod-security.admission.config.k8s.io/v1alpha1", "PodSecurityConfiguration", 0, 0},
    {NULL, NULL, 0, 0},
};

static const char *const modes[] = {"enforce", "audit", "warn", NULL};

/* What exempts, the setting that tells, and what its names look like. */
static const struct exemption {
  const char *key, *setting;
  bool dns, dots;
} exemptions[] = {
    {"namespaces", PREFIX "exemptNamespaces", true, false},
    {"usernames", PREFIX "exemptUsernames", false, false},
    {"runtimeClasses", PREFIX "exemptRuntimeClasses", true, true},
};
#define EXEMPTIONS (sizeof exemptions / sizeof *exemptions)

/* A name of one label is one without dots, of 63 bytes at most. */
static bool is_name(const char *text, const struct exemption *kind) {
  if (!kind->dns)
    return *text != '\0';
  return pl_is_subdomain(text) && (kind->dots || (!strchr(text, '.') && strlen(text) <= LABEL_BYTES));
}

static const char *text_at(const pl_node *document, const char *group, const char *key, const char *fallback) {
  const char *text = pl_get_text(pl_get(document, group), key, "");
  return *text ? text : fallback;
}

/* "latest", or v1.MINOR without leading zeros. */
static bool is_version(const char *text) {
  size_t digits = pl_starts(text, "v1.") ? strspn(text + 3, "0123456789") : 0;
  return pl_equal(text, "latest") || (digits > 0 && text[3 + digits] == '\0' && (text[3] != '0' || digits == 1));
}

static int check_defaults(pl_arena *arena, const pl_node *document, pl_error *err) {
  static const char *const levels[] = {"privileged", "baseline", "restricted", NULL};
  for (const char *const *mode = modes; *mode; mode++) {
    const char *version = pl_printf(arena, "%s-version", *mode);
    if (!pl_in(text_at(document, "defaults", *mode, "privileged"), levels))
      return pl_fail(err, PL_ERR_SYNTAX, "defaults.%s: must be privileged, baseline or restricted", *mode);
    if (!is_version(text_at(document, "defaults", version, "latest")))
      return pl_fail(err, PL_ERR_SYNTAX, "defaults.%s: must be latest or a version such as v1.34", version);
  }
  return 0;
}

static int check_exemption(pl_arena *arena, const pl_node *document, const struct exemption *kind, pl_error *err) {
  pl_node *seen = pl_node_object(arena);
  pl_each_item (item, pl_get(pl_get(document, "exemptions"), kind->key)) {
    const char *name = pl_item_text(item);
    if (!is_name(name, kind))
      return pl_fail(err, PL_ERR_SYNTAX, "line %u: exemptions.%s holds what is no such name", item->line, kind->key);
    if (pl_get(seen, name))
      return pl_fail(err, PL_ERR_SYNTAX, "line %u: exemptions.%s names the same twice", item->line, kind->key);
    pl_object_set(arena, seen, name, item);
  }
  return 0;
}

int pl_pod_security_check(pl_arena *arena, const pl_node *document, int minor, pl_error *err) {
  if (pl_shape_header(arena, document, versions, minor, NULL, err) < 0 ||
      pl_shape_check(arena, document, document_shape, true, err) < 0 || check_defaults(arena, document, err) < 0)
    return -1;
  for (size_t i = 0; i < EXEMPTIONS; i++)
    if (check_exemption(arena, document, &exemptions[i], err) < 0)
      return -1;
  return 0;
}

static const char *setting_of(pl_arena *arena, const char *mode) { return pl_printf(arena, PREFIX "%s", mode); }

static void put_configured(pl_flag_run *run, const pl_config_file *file) {
  const pl_node *defaults = pl_get(file->document, "defaults");
  for (const char *const *mode = modes; *mode; mode++) {
    const pl_node *given = pl_get(defaults, *mode);
    pl_config_put(run, file, setting_of(run->arena, *mode),
                  pl_node_string(run->arena, text_at(file->document, "defaults", *mode, "privileged")),
                  given ? given->line : file->document->line);
    pl_settings_default(run->settings, setting_of(run->arena, *mode), pl_node_string(run->arena, "privileged"));
  }
  for (size_t i = 0; i < EXEMPTIONS; i++) {
    const pl_node *list = pl_get(pl_get(file->document, "exemptions"), exemptions[i].key);
    pl_config_put(run, file, exemptions[i].setting, list ? pl_node_copy(run->arena, list) : pl_node_list(run->arena),
                  list ? list->line : 0);
  }
}

/* The same value for all of them, from where the set of plugins comes from. */
static void put_plain(pl_flag_run *run, const char *level) {
  for (const char *const *mode = modes; *mode; mode++)
    pl_flag_derive(run, setting_of(run->arena, *mode), pl_node_string(run->arena, level), "effective.admissionPlugins");
  for (size_t i = 0; i < EXEMPTIONS; i++)
    pl_flag_derive(run, exemptions[i].setting, pl_node_list(run->arena), "effective.admissionPlugins");
}

static bool taint(pl_flag_run *run, const pl_config_file *file) {
  for (const char *const *mode = modes; *mode; mode++)
    pl_config_taint(run, file, setting_of(run->arena, *mode));
  for (size_t i = 0; i < EXEMPTIONS; i++)
    pl_config_taint(run, file, exemptions[i].setting);
  return file->state != PL_CONFIG_READ;
}

void pl_apiserver_pod_security(pl_flag_run *run, const pl_config_file *file, bool active) {
  pl_error err = {0};
  put_plain(run, active ? "privileged" : "off");
  if (!active || taint(run, file))
    return;
  pl_config_file own = pl_admission_config(run, *file, PLUGIN);
  if (own.state == PL_CONFIG_READ && !own.document)
    return;
  if (own.state == PL_CONFIG_READ && pl_pod_security_check(run->arena, own.document, run->minor, &err) < 0)
    pl_config_refuse(&own, run->arena, &err);
  if (own.state == PL_CONFIG_REFUSED)
    pl_admission_stops_later(run, own.reason);
  if (!taint(run, &own))
    put_configured(run, &own);
}
