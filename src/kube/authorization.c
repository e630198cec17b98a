/*
 * Who decides what a caller may do: --authorization-mode or --authorization-config.
 * Source: pkg/kubeapiserver/options/authorization.go, pkg/kubeapiserver/authorizer/config.go,
 * k8s.io/apiserver pkg/apis/apiserver/validation/validation.go.
 */
#include "plumbline/core/number.h"
#include "plumbline/kube/platform.h"
#include "src/kube/apiserver.h"
#include "src/kube/labels.h"

#define AUTHORIZERS         "effective.authorizers"
#define WEBHOOK_TIMEOUT_MAX (30 * INT64_C(1000000000))

static const char *const modes[] = {"AlwaysAllow", "AlwaysDeny", "ABAC", "Webhook", "RBAC", "Node", NULL};

/* ---- flags ---- */

/* One that is wrong is enough. */
static void check_modes(pl_flag_run *run, const pl_node *list) {
  pl_node *seen = pl_node_object(run->arena);
  pl_each_item (item, list) {
    const char *mode = pl_item_text(item);
    bool known = pl_in(mode, modes) || (run->input->build && pl_texts_have(run->input->build->modes, mode));
    if (!known)
      pl_flag_refuse(run, "validation", "authorization-mode", "authorization-mode \"%s\" is not a valid mode", mode);
    else if (pl_get(seen, mode))
      pl_flag_refuse(run, "validation", "authorization-mode", "authorization-mode has a mode more than once");
    if (!known || pl_get(seen, mode))
      return;
    pl_object_set_boolean(run->arena, seen, mode, true);
  }
}

/* FLAG gives the file that MODE works with: both or neither. */
static void check_pair(pl_flag_run *run, const pl_node *list, const char *mode, const char *flag) {
  bool on = pl_list_has(list, mode), given = *pl_flag_text(run, flag);
  if (on && !given)
    pl_flag_refuse(run, "validation", "authorization-mode", "authorization-mode %s without --%s", mode, flag);
  if (!on && given)
    pl_flag_refuse(run, "validation", flag, "--%s without authorization-mode %s", flag, mode);
  if (on && given)
    pl_apiserver_wants_file(run, flag, pl_flag_text(run, flag), true);
}

/* What no mode at all amounts to. */
static pl_node *always_allow(pl_arena *arena) {
  pl_node *all = pl_node_list(arena);
  pl_list_add(arena, all, pl_node_string(arena, "AlwaysAllow"));
  return all;
}

static void from_modes(pl_flag_run *run) {
  const pl_node *list = pl_flag_value(run, "authorization-mode");
  if (list && pl_count(list) == 0) {
    pl_node *all = always_allow(run->arena);
    pl_flag_derive(run, "authorization-mode", all, "authorization-mode");
    list = all;
  }
  pl_settings_default(run->settings, "authorization-mode", always_allow(run->arena));
  check_modes(run, list);
  check_pair(run, list, "ABAC", "authorization-policy-file");
  check_pair(run, list, "Webhook", "authorization-webhook-config-file");
  pl_flag_derive_same(run, AUTHORIZERS, list ? pl_node_copy(run->arena, list) : NULL, "authorization-mode");
}

/* ---- the file ---- */

static const pl_shape condition_shape[] = {{"expression", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape connection_shape[] = {
    {"type", PL_SHAPE_TEXT, NULL}, {"kubeConfigFile", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape webhook_shape[] = {{"authorizedTTL", PL_SHAPE_DURATION, NULL},
                                         {"cacheAuthorizedRequests", PL_SHAPE_BOOLEAN, NULL},
                                         {"unauthorizedTTL", PL_SHAPE_DURATION, NULL},
                                         {"cacheUnauthorizedRequests", PL_SHAPE_BOOLEAN, NULL},
                                         {"timeout", PL_SHAPE_DURATION, NULL},
                                         {"subjectAccessReviewVersion", PL_SHAPE_TEXT, NULL},
                                         {"matchConditionSubjectAccessReviewVersion", PL_SHAPE_TEXT, NULL},
                                         {"failurePolicy", PL_SHAPE_TEXT, NULL},
                                         {"connectionInfo", PL_SHAPE_OBJECT, connection_shape},
                                         {"matchConditions", PL_SHAPE_OBJECTS, condition_shape},
                                         {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape authorizer_shape[] = {{"type", PL_SHAPE_TEXT, NULL},
                                            {"name", PL_SHAPE_TEXT, NULL},
                                            {"webhook", PL_SHAPE_OBJECT, webhook_shape},
                                            {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape file_shape[] = {
    PL_SHAPE_HEADER, {"authorizers", PL_SHAPE_OBJECTS, authorizer_shape}, {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape_version file_versions[] = {
    {"apiserver.config.k8s.io/v1alpha1", "AuthorizationConfiguration", 29, 0},
    {"apiserver.config.k8s.io/v1beta1", "AuthorizationConfiguration", 30, 0},
    {"apiserver.config.k8s.io/v1", "AuthorizationConfiguration", 32, 0},
    {NULL, NULL, 0, 0},
};

static int fail_item(pl_error *err, const pl_node *item, const char *problem) {
  return pl_fail(err, PL_ERR_SYNTAX, "line %u: an authorizer %s", item->line, problem);
}

static int check_ttl(const pl_node *webhook, const char *name, int64_t maximum, bool required, pl_error *err) {
  const char *text = pl_get_text(webhook, name, NULL);
  int64_t ns = 0;
  if (text)
    pl_parse_duration(text, &ns, NULL);
  if (ns < 0 || (maximum && ns > maximum) || (required && ns == 0))
    return fail_item(err, webhook, "has a timeout or time to live that is out of bounds or missing");
  return 0;
}

static int check_connection(pl_flag_run *run, const pl_node *webhook, pl_error *err) {
  const pl_node *connection = pl_get(webhook, "connectionInfo");
  const char *type = pl_get_text(connection, "type", ""), *path = pl_get_text(connection, "kubeConfigFile", "");
  bool by_file = pl_equal(type, "KubeConfigFile");
  if (!by_file && !pl_equal(type, "InClusterConfig"))
    return fail_item(err, webhook, "does not say how its webhook is reached");
  if (!by_file)
    return pl_is(pl_get(connection, "kubeConfigFile"), PL_STRING)
               ? fail_item(err, webhook, "names a kubeconfig that its type does not take")
               : 0;
  if (path[0] != '/')
    return fail_item(err, webhook, "needs the absolute path of a kubeconfig");
  pl_settings_file(run->settings, run->input->view, "kubeconfig", path);
  const pl_file *file = pl_view_stat(run->input->view, path);
  if (file->state == PL_FILE_ABSENT || (file->state == PL_FILE_PRESENT && file->type != PL_TYPE_FILE))
    return fail_item(err, webhook, "names a kubeconfig that is no regular file");
  return 0;
}

static int check_webhook(pl_flag_run *run, const pl_node *webhook, pl_error *err) {
  static const char *const reviews[] = {"v1", "v1beta1", NULL}, *const policies[] = {"NoOpinion", "Deny", NULL};
  const char *matching = pl_get_text(webhook, "matchConditionSubjectAccessReviewVersion", "");
  if (check_ttl(webhook, "timeout", WEBHOOK_TIMEOUT_MAX, true, err) < 0 ||
      check_ttl(webhook, "authorizedTTL", 0, false, err) < 0 ||
      check_ttl(webhook, "unauthorizedTTL", 0, false, err) < 0)
    return -1;
  if (!pl_in(pl_get_text(webhook, "subjectAccessReviewVersion", ""), reviews))
    return fail_item(err, webhook, "has no subjectAccessReviewVersion v1 or v1beta1");
  if (*matching ? !pl_equal(matching, "v1") : pl_count(pl_get(webhook, "matchConditions")) > 0)
    return fail_item(err, webhook, "has no matchConditionSubjectAccessReviewVersion v1");
  if (!pl_in(pl_get_text(webhook, "failurePolicy", ""), policies))
    return fail_item(err, webhook, "has no failurePolicy NoOpinion or Deny");
  return check_connection(run, webhook, err);
}

/* Authorizers other than webhooks are named like their type, in small letters. */
static int check_name(pl_flag_run *run, const pl_node *item, const char *type, pl_node *names, pl_error *err) {
  const char *name = pl_get_text(item, "name", "");
  if (!*name || !pl_is_subdomain(name))
    return fail_item(err, item, *name ? "has a name that is no DNS name" : "has no name");
  if (pl_get(names, name))
    return fail_item(err, item, "has the name of another");
  pl_object_set_boolean(run->arena, names, name, true);
  if (!pl_equal(type, "Webhook") && !pl_equal_nocase(name, type))
    return fail_item(err, item, "that is no webhook must be named like its type");
  return 0;
}

static int check_authorizer(pl_flag_run *run, const pl_node *item, pl_node *types, pl_node *names, pl_error *err) {
  const char *type = pl_get_text(item, "type", "");
  const pl_node *webhook = pl_get(item, "webhook");
  bool is_webhook = pl_equal(type, "Webhook");
  if (!pl_in(type, modes))
    return fail_item(err, item, *type ? "is of a type that does not exist" : "has no type");
  if (!is_webhook && pl_get(types, type))
    return fail_item(err, item, "is of the type of another");
  pl_object_set_boolean(run->arena, types, type, true);
  if (check_name(run, item, type, names, err) < 0)
    return -1;
  if (is_webhook != pl_is(webhook, PL_OBJECT))
    return fail_item(err, item, is_webhook ? "of type Webhook has no webhook" : "has a webhook and another type");
  return is_webhook ? check_webhook(run, webhook, err) : 0;
}

static int check_authorizers(pl_flag_run *run, const pl_node *list, pl_error *err) {
  pl_node *types = pl_node_object(run->arena), *names = pl_node_object(run->arena);
  if (pl_count(list) == 0)
    return pl_fail(err, PL_ERR_SYNTAX, "authorizers: at least one is wanted");
  pl_each_item (item, list)
    if (check_authorizer(run, item, types, names, err) < 0)
      return -1;
  return 0;
}

static bool legacy_flags_given(const pl_flag_run *run) {
  static const char *const flags[] = {"authorization-mode",
                                      "authorization-webhook-config-file",
                                      "authorization-webhook-version",
                                      "authorization-webhook-cache-authorized-ttl",
                                      "authorization-webhook-cache-unauthorized-ttl",
                                      NULL};
  for (const char *const *flag = flags; *flag; flag++)
    if (pl_flag_given(run, *flag))
      return true;
  return false;
}

static void from_file(pl_flag_run *run) {
  pl_flag_put(run, AUTHORIZERS, NULL, "default", NULL, 0);
  if (!pl_apiserver_wants_gate(run, "StructuredAuthorizationConfiguration", AUTHORIZERS))
    return;
  if (legacy_flags_given(run)) {
    pl_flag_refuse(run, "validation", AUTHORIZERS,
                   "--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* "
                   "flags are defined");
    return;
  }
  pl_config_file file = pl_apiserver_file(run, "authorization-config", file_versions, file_shape);
  const pl_node *list = pl_get(file.document, "authorizers");
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ && check_authorizers(run, list, &err) < 0) {
    pl_config_refuse(&file, run->arena, &err);
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  }
  if (pl_config_taint(run, &file, AUTHORIZERS))
    return;
  pl_node *types = pl_node_list(run->arena);
  pl_each_item (item, list)
    pl_list_add(run->arena, types, pl_node_string(run->arena, pl_get_text(item, "type", "")));
  pl_config_put(run, &file, AUTHORIZERS, types, list->line);
  pl_settings_default(run->settings, AUTHORIZERS, always_allow(run->arena));
}

void pl_apiserver_authorization(pl_flag_run *run) {
  if (*pl_flag_text(run, "authorization-config"))
    from_file(run);
  else
    from_modes(run);
}
