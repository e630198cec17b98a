/*
 * Who callers may be: anonymous requests, tokens, certificates.
 * Source: pkg/kubeapiserver/options/authentication.go, k8s.io/apiserver pkg/apis/apiserver/validation/validation.go.
 */
#include "plumbline/core/certificate.h"
#include "plumbline/core/limits.h"
#include "src/kube/apiserver.h"

#define ANONYMOUS         "effective.anonymous.enabled"
#define ANONYMOUS_PATHS   "effective.anonymous.paths"
#define ISSUERS           "effective.jwtIssuers"
#define STANZA_SINCE      31 /* anonymous in the file */
#define FRONT_PROXY_SINCE 36 /* one CA for clients and front proxy needs names */

static const pl_shape rule_shape[] = {{"claim", PL_SHAPE_TEXT, NULL},
                                      {"requiredValue", PL_SHAPE_TEXT, NULL},
                                      {"expression", PL_SHAPE_TEXT, NULL},
                                      {"message", PL_SHAPE_TEXT, NULL},
                                      {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape claim_shape[] = {{"claim", PL_SHAPE_TEXT, NULL},
                                       {"prefix", PL_SHAPE_TEXT, NULL},
                                       {"expression", PL_SHAPE_TEXT, NULL},
                                       {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape uid_shape[] = {
    {"claim", PL_SHAPE_TEXT, NULL}, {"expression", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape extra_shape[] = {
    {"key", PL_SHAPE_TEXT, NULL}, {"valueExpression", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape mappings_shape[] = {{"username", PL_SHAPE_OBJECT, claim_shape},
                                          {"groups", PL_SHAPE_OBJECT, claim_shape},
                                          {"uid", PL_SHAPE_OBJECT, uid_shape},
                                          {"extra", PL_SHAPE_OBJECTS, extra_shape},
                                          {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape user_rule_shape[] = {
    {"expression", PL_SHAPE_TEXT, NULL}, {"message", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape issuer_shape[] = {{"url", PL_SHAPE_TEXT, NULL},
                                        {"discoveryURL", PL_SHAPE_TEXT, NULL},
                                        {"certificateAuthority", PL_SHAPE_TEXT, NULL},
                                        {"audiences", PL_SHAPE_TEXTS, NULL},
                                        {"audienceMatchPolicy", PL_SHAPE_TEXT, NULL},
                                        {"egressSelectorType", PL_SHAPE_TEXT, NULL},
                                        {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape jwt_shape[] = {{"issuer", PL_SHAPE_OBJECT, issuer_shape},
                                     {"claimValidationRules", PL_SHAPE_OBJECTS, rule_shape},
                                     {"claimMappings", PL_SHAPE_OBJECT, mappings_shape},
                                     {"userValidationRules", PL_SHAPE_OBJECTS, user_rule_shape},
                                     {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape path_shape[] = {{"path", PL_SHAPE_TEXT, NULL}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape anonymous_shape[] = {
    {"enabled", PL_SHAPE_BOOLEAN, NULL}, {"conditions", PL_SHAPE_OBJECTS, path_shape}, {NULL, PL_SHAPE_ANY, NULL}};
static const pl_shape file_shape[] = {PL_SHAPE_HEADER,
                                      {"jwt", PL_SHAPE_OBJECTS, jwt_shape},
                                      {"anonymous", PL_SHAPE_OBJECT, anonymous_shape},
                                      {NULL, PL_SHAPE_ANY, NULL}};

static const pl_shape_version file_versions[] = {
    {"apiserver.config.k8s.io/v1alpha1", "AuthenticationConfiguration", 28, 0},
    {"apiserver.config.k8s.io/v1beta1", "AuthenticationConfiguration", 30, 0},
    {"apiserver.config.k8s.io/v1", "AuthenticationConfiguration", 34, 0},
    {NULL, NULL, 0, 0},
};

/* ---- the file ---- */

static int fail_item(pl_error *err, const pl_node *item, const char *problem) {
  return pl_fail(err, PL_ERR_SYNTAX, "line %u: %s", item->line, problem);
}

static int check_issuer(pl_arena *arena, const pl_node *jwt, pl_node *seen, pl_error *err) {
  const pl_node *issuer = pl_get(jwt, "issuer"), *audiences = pl_get(issuer, "audiences");
  const char *url = pl_get_text(issuer, "url", ""), *policy = pl_get_text(issuer, "audienceMatchPolicy", "");
  if (!pl_starts(url, "https://"))
    return fail_item(err, jwt, "the issuer needs a URL of scheme https");
  if (strpbrk(url, "?#@"))
    return fail_item(err, jwt, "the issuer's URL must have no user, query or fragment");
  if (pl_get(seen, url))
    return fail_item(err, jwt, "the issuer stands twice");
  pl_object_set_boolean(arena, seen, url, true);
  if (pl_count(audiences) == 0)
    return fail_item(err, jwt, "the issuer has no audiences");
  if ((pl_count(audiences) > 1 || *policy) && !pl_equal(policy, "MatchAny"))
    return fail_item(err, jwt, "audienceMatchPolicy must be MatchAny");
  return 0;
}

static int check_claim(const pl_node *jwt, const pl_node *mapping, bool required, pl_error *err) {
  bool claim = *pl_get_text(mapping, "claim", ""), expression = *pl_get_text(mapping, "expression", "");
  bool prefix = pl_is(pl_get(mapping, "prefix"), PL_STRING);
  if (claim && expression)
    return fail_item(err, jwt, "a claim mapping has a claim and an expression");
  if (required && !claim && !expression)
    return fail_item(err, jwt, "claimMappings.username needs a claim or an expression");
  if (claim != prefix && (claim || expression))
    return fail_item(err, jwt,
                     claim ? "a claim needs a prefix, if only an empty one" : "an expression takes no prefix");
  return 0;
}

static int check_jwt(pl_arena *arena, const pl_node *list, pl_error *err) {
  pl_node *seen = pl_node_object(arena);
  if (pl_count(list) > 64)
    return pl_fail(err, PL_ERR_SYNTAX, "jwt: more than 64 issuers");
  pl_each_item (jwt, list) {
    const pl_node *mappings = pl_get(jwt, "claimMappings");
    if (check_issuer(arena, jwt, seen, err) < 0 || check_claim(jwt, pl_get(mappings, "username"), true, err) < 0 ||
        check_claim(jwt, pl_get(mappings, "groups"), false, err) < 0)
      return -1;
  }
  return 0;
}

static int check_anonymous(const pl_flag_run *run, const pl_node *stanza, pl_error *err) {
  if (!pl_is(stanza, PL_OBJECT))
    return 0;
  if (run->minor && run->minor < STANZA_SINCE)
    return fail_item(err, stanza, "unknown field \"anonymous\"");
  if (pl_flag_gate(run, "AnonymousAuthConfigurableEndpoints") == PL_GATE_OFF)
    return fail_item(err, stanza, "anonymous needs the feature gate AnonymousAuthConfigurableEndpoints");
  if (pl_flag_given(run, "anonymous-auth"))
    return fail_item(err, stanza, "anonymous cannot stand here when --anonymous-auth is given");
  if (!pl_get_boolean(stanza, "enabled", false) && pl_count(pl_get(stanza, "conditions")) > 0)
    return fail_item(err, stanza, "anonymous has conditions though it is not enabled");
  return 0;
}

static pl_node *issuers_of(pl_arena *arena, const pl_node *list) {
  pl_node *urls = pl_node_list(arena);
  pl_each_item (jwt, list)
    pl_list_add(arena, urls, pl_node_string(arena, pl_get_text(pl_get(jwt, "issuer"), "url", "")));
  return urls;
}

static pl_node *paths_of(pl_arena *arena, const pl_node *stanza) {
  pl_node *paths = pl_node_list(arena);
  pl_each_item (condition, pl_get(stanza, "conditions"))
    pl_list_add(arena, paths, pl_node_string(arena, pl_get_text(condition, "path", "")));
  return paths;
}

/* Anonymous requests as the flag says, AlwaysAllow having had its say. */
static void anonymous_by_flag(pl_flag_run *run) {
  const pl_node *value = pl_flag_value(run, "anonymous-auth");
  pl_flag_derive_same(run, ANONYMOUS, value ? pl_node_copy(run->arena, value) : NULL, "anonymous-auth");
  pl_flag_derive(run, ANONYMOUS_PATHS, pl_node_list(run->arena), "anonymous-auth");
}

static void anonymous_by_file(pl_flag_run *run, const pl_config_file *file, const pl_node *stanza) {
  bool enabled = pl_get_boolean(stanza, "enabled", false);
  pl_config_put(run, file, ANONYMOUS, pl_node_boolean(run->arena, enabled), stanza->line);
  pl_settings_default(run->settings, ANONYMOUS, pl_settings_default_of(run->settings, "anonymous-auth"));
  pl_config_put(run, file, ANONYMOUS_PATHS, paths_of(run->arena, stanza), stanza->line);
}

/* The file, as far as this version reads it at all. */
static pl_config_file read_file(pl_flag_run *run) {
  pl_config_file file = {.state = PL_CONFIG_UNREADABLE,
                         .reason = "the version is unknown, and not every one reads --authentication-config unasked"};
  pl_gate_state gate = pl_flag_gate(run, "StructuredAuthenticationConfiguration");
  if (gate == PL_GATE_ON)
    return pl_apiserver_file(run, "authentication-config", file_versions, file_shape);
  if (gate == PL_GATE_OFF) {
    file.state = PL_CONFIG_REFUSED;
    file.reason = "set --feature-gates=StructuredAuthenticationConfiguration=true to use authentication-config file";
    pl_settings_refuse(run->settings, "feature-gates", run->input->argv_where, "%s", file.reason);
  }
  return file;
}

static void from_file(pl_flag_run *run) {
  static const char *const fed[] = {ANONYMOUS, ANONYMOUS_PATHS, ISSUERS, NULL};
  pl_config_file file = read_file(run);
  const pl_node *stanza = pl_get(file.document, "anonymous");
  pl_error err = {0};
  if (file.state == PL_CONFIG_READ &&
      (check_jwt(run->arena, pl_get(file.document, "jwt"), &err) < 0 || check_anonymous(run, stanza, &err) < 0)) {
    pl_config_refuse(&file, run->arena, &err);
    pl_settings_refuse(run->settings, "config-file", file.shown, "%s", file.reason);
  }
  anonymous_by_flag(run);
  if (file.state == PL_CONFIG_READ) {
    if (pl_is(stanza, PL_OBJECT))
      anonymous_by_file(run, &file, stanza);
    pl_config_put(run, &file, ISSUERS, issuers_of(run->arena, pl_get(file.document, "jwt")), 0);
    if (pl_is(stanza, PL_OBJECT) && pl_flag_gate(run, "AnonymousAuthConfigurableEndpoints") == PL_GATE_UNKNOWN)
      pl_flag_unreadable(run, ANONYMOUS, "the version is unknown, and not every one reads anonymous from the file");
  }
  for (const char *const *name = fed; *name; name++)
    pl_config_taint(run, &file, *name);
}

/* ---- flags ---- */

static bool oidc_flags_given(const pl_flag_run *run) {
  for (size_t i = 0; i < run->flags.count; i++)
    if (pl_starts(run->flags.items[i].name, "oidc-"))
      return true;
  return false;
}

static void issuers_by_flag(pl_flag_run *run) {
  pl_node *urls = pl_node_list(run->arena);
  const char *url = pl_flag_text(run, "oidc-issuer-url");
  if (*url && *pl_flag_text(run, "oidc-client-id"))
    pl_list_add(run->arena, urls, pl_node_string(run->arena, url));
  pl_flag_derive(run, ISSUERS, urls, "oidc-issuer-url");
  if (oidc_flags_given(run) && (!*url || !*pl_flag_text(run, "oidc-client-id")))
    pl_flag_refuse(run, "validation", ISSUERS,
                   "oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set");
}

/* AlwaysAllow among the modes (not in a file) switches anonymous requests off. */
static void apply_authorization(pl_flag_run *run) {
  bool allow = pl_flag_boolean(run, "anonymous-auth", false);
  pl_each_item (mode, pl_flag_value(run, "authorization-mode")) {
    if (!allow || !pl_equal(pl_item_text(mode), "AlwaysAllow"))
      continue;
    pl_flag_derive(run, "anonymous-auth", pl_node_boolean(run->arena, false), "anonymous-auth");
    pl_settings_note(run->settings, "anonymous requests are off because authorization-mode has AlwaysAllow");
    return;
  }
}

static void check_issuers(pl_flag_run *run) {
  const pl_node *issuers = pl_flag_value(run, "service-account-issuer");
  pl_node *seen = pl_node_object(run->arena);
  if (!issuers || pl_count(issuers) == 0)
    pl_flag_refuse(run, "validation", "service-account-issuer", "service-account-issuer is a required flag");
  pl_each_item (item, issuers) {
    const char *issuer = pl_item_text(item);
    if (!*issuer || pl_get(seen, issuer))
      pl_flag_refuse(run, "validation", "service-account-issuer", "service-account-issuer %s",
                     *issuer ? "is given twice" : "should not be empty");
    pl_object_set_boolean(run->arena, seen, issuer, true);
  }
  if (*pl_flag_text(run, "service-account-jwks-uri") &&
      !pl_starts(pl_flag_text(run, "service-account-jwks-uri"), "https:"))
    pl_flag_refuse(run, "validation", "service-account-jwks-uri", "service-account-jwks-uri requires https scheme");
}

static void effective_service_accounts(pl_flag_run *run) {
  const pl_node *audiences = pl_flag_value(run, "api-audiences"),
                *lookup = pl_flag_value(run, "service-account-lookup");
  const char *source = pl_count(audiences) > 0 ? "api-audiences" : "service-account-issuer";
  const pl_node *value = pl_flag_value(run, source);
  pl_flag_derive(run, "effective.apiAudiences", value ? pl_node_copy(run->arena, value) : NULL, source);
  pl_flag_derive(run, "effective.serviceAccountLookup", lookup ? pl_node_copy(run->arena, lookup) : NULL,
                 "service-account-lookup");
  pl_flag_derive(run, "effective.tokenAuthFile", pl_node_string(run->arena, pl_flag_text(run, "token-auth-file")),
                 "token-auth-file");
}

static void check_keys(pl_flag_run *run) {
  const pl_node *files = pl_flag_value(run, "service-account-key-file");
  const char *signing = pl_flag_text(run, "service-account-signing-key-file");
  const char *endpoint = pl_flag_text(run, "service-account-signing-endpoint");
  if (pl_count(files) == 0 && !*endpoint) /* what is missing is no value that could be in doubt */
    pl_flag_refuse(run, "validation", NULL,
                   "either `--service-account-key-file` or `--service-account-signing-endpoint` must be set");
  if (*endpoint && (*signing || pl_count(files) > 0))
    pl_flag_refuse(run, "validation", "service-account-signing-endpoint",
                   "service-account-signing-endpoint cannot be set together with service-account-signing-key-file or "
                   "service-account-key-file");
  if (*endpoint)
    pl_apiserver_wants_gate(run, "ExternalServiceAccountTokenSigner", "service-account-signing-endpoint");
  if (!*endpoint && !*signing)
    pl_flag_refuse(run, "validation", "service-account-signing-key-file",
                   "--service-account-signing-key-file, --service-account-issuer, and --api-audiences should be "
                   "specified together");
  if (*signing)
    pl_apiserver_wants_file(run, "service-account-signing-key-file", signing, false);
  pl_each_item (file, files)
    pl_apiserver_wants_file(run, "service-account-key-file", pl_item_text(file), false);
}

static bool read_certificates(const pl_flag_run *run, const char *path, pl_certificates *ret) {
  pl_bytes pem;
  return pl_view_read(run->input->view, pl_flag_run_path(run, path), PL_CERTIFICATE_BYTES_MAX, true, &pem, NULL,
                      NULL) == 0 &&
         pl_certificates_read(run->arena, pem, ret, NULL) == 0;
}

/* From 1.36: a CA that both bundles hold would let any client certificate pass for the front proxy. */
static void check_front_proxy(pl_flag_run *run) {
  const char *client = pl_flag_text(run, "client-ca-file"), *proxy = pl_flag_text(run, "requestheader-client-ca-file");
  pl_certificates a, b;
  if (run->minor < FRONT_PROXY_SINCE || !*client || !*proxy ||
      pl_count(pl_flag_value(run, "requestheader-allowed-names")) > 0)
    return;
  if (!read_certificates(run, client, &a) || !read_certificates(run, proxy, &b))
    return;
  for (size_t i = 0; i < a.count; i++)
    for (size_t j = 0; j < b.count; j++)
      if (pl_equal(a.items[i].fingerprint, b.items[j].fingerprint)) {
        pl_flag_refuse(run, "validation", "requestheader-client-ca-file",
                       "--requestheader-client-ca-file and --client-ca-file share a certificate; "
                       "--requestheader-allowed-names must be specified");
        return;
      }
}

static void check_files(pl_flag_run *run) {
  static const char *const at_once[] = {"client-ca-file", "requestheader-client-ca-file", "oidc-ca-file", NULL};
  static const char *const later[] = {"token-auth-file", "authentication-token-webhook-config-file", NULL};
  for (const char *const *name = at_once; *name; name++)
    pl_apiserver_wants_file(run, *name, pl_flag_text(run, *name), false);
  for (const char *const *name = later; *name; name++)
    pl_apiserver_wants_file(run, *name, pl_flag_text(run, *name), true);
}

void pl_apiserver_authentication(pl_flag_run *run) {
  apply_authorization(run);
  if (*pl_flag_text(run, "authentication-config")) {
    from_file(run);
    if (oidc_flags_given(run))
      pl_flag_refuse(run, "validation", ISSUERS, "authentication-config file and oidc-* flags are mutually exclusive");
  } else {
    anonymous_by_flag(run);
    issuers_by_flag(run);
  }
  check_issuers(run);
  check_keys(run);
  check_front_proxy(run);
  check_files(run);
  effective_service_accounts(run);
}
