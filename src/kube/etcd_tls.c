/*
 * Whether etcd asks its clients and peers for certificates.
 * Source: server/embed/config.go ClientSelfCert, PeerSelfCert, server/embed/etcd.go configure*Listeners,
 * client/pkg/transport/listener.go.
 */
#include "src/kube/addresses.h"
#include "src/kube/etcd.h"
#include "src/kube/tls_flags.h"

typedef enum tri { NO, YES, UNKNOWN } tri;

/* One side of etcd, by the names of its settings. */
typedef struct side {
  const char *name, *urls, *other_urls;
  const char *certificate, *key, *cert_auth, *trusted_ca, *auto_tls;
} side;

static const side sides[] = {
    {"client", "listen-client-urls", "listen-client-http-urls", "cert-file", "key-file", "client-cert-auth",
     "trusted-ca-file", "auto-tls"},
    {"peer", "listen-peer-urls", NULL, "peer-cert-file", "peer-key-file", "peer-client-cert-auth",
     "peer-trusted-ca-file", "peer-auto-tls"},
};

typedef struct answer {
  tri tls, plain;      /* some URL is with, without TLS */
  tri pair, automatic; /* a pair is given; etcd makes one for itself */
  tri required;        /* clients need a certificate, on the URLs with TLS */
} answer;

static tri is_set(const pl_flag_run *run, const char *name) {
  return !pl_flag_value(run, name) ? UNKNOWN : *pl_flag_text(run, name) ? YES : NO;
}

static tri is_true(const pl_flag_run *run, const char *name) {
  return !pl_flag_value(run, name) ? UNKNOWN : pl_flag_boolean(run, name, false) ? YES : NO;
}

static tri either(tri a, tri b) { return a == YES || b == YES ? YES : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : NO; }

static tri some_url(const pl_flag_run *run, const char *name, bool tls) {
  if (!name)
    return NO;
  if (!pl_flag_value(run, name))
    return UNKNOWN;
  pl_each_item (url, pl_flag_value(run, name))
    if (pl_etcd_url_is_tls(pl_item_text(url)) == tls)
      return YES;
  return NO;
}

/* A pair that etcd makes for itself comes with neither a CA nor the demand for certificates. */
static answer look(const pl_flag_run *run, const side *s) {
  answer a = {.tls = either(some_url(run, s->urls, true), some_url(run, s->other_urls, true)),
              .plain = either(some_url(run, s->urls, false), some_url(run, s->other_urls, false)),
              .pair = either(is_set(run, s->certificate), is_set(run, s->key))};
  tri automatic = is_true(run, s->auto_tls), wanted = either(is_true(run, s->cert_auth), is_set(run, s->trusted_ca));
  a.automatic = a.pair == YES || automatic == NO ? NO : a.pair == UNKNOWN ? UNKNOWN : automatic;
  a.required = a.automatic == YES ? NO : a.automatic == NO || wanted == NO ? wanted : UNKNOWN;
  return a;
}

/* ---- settings ---- */

typedef struct deriving {
  pl_flag_run *run;
  const side *side;
  const char *unread;
} deriving;

static void put(const deriving *d, const char *what, pl_node *value, const char *source) {
  const side *s = d->side;
  const char *name = pl_printf(d->run->arena, "effective.%s.%s", s->name, what);
  const char *sources[] = {s->urls, s->certificate, s->key, s->cert_auth, s->trusted_ca, s->auto_tls};
  pl_flag_derive(d->run, name, value, source);
  for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
    pl_settings_refused_like(d->run->settings, name, sources[i]);
}

static void put_tri(const deriving *d, const char *what, tri value, const char *source) {
  if (value == UNKNOWN)
    pl_flag_unreadable(d->run, pl_printf(d->run->arena, "effective.%s.%s", d->side->name, what),
                       d->unread ? d->unread : "not known");
  else
    put(d, what, pl_node_boolean(d->run->arena, value == YES), source);
}

static void put_pair(const deriving *d, const answer *a) {
  static const char *const names[] = {"certFile", "keyFile"}, *const files[] = {"cert.pem", "key.pem"};
  const char *flags[] = {d->side->certificate, d->side->key};
  for (size_t i = 0; i < 2; i++) {
    const char *path = pl_flag_text(d->run, flags[i]);
    if (a->automatic == UNKNOWN)
      pl_flag_unreadable(d->run, pl_printf(d->run->arena, "effective.%s.%s", d->side->name, names[i]),
                         d->unread ? d->unread : "not known");
    else if (a->automatic == YES)
      put(d, names[i],
          pl_node_printf(d->run->arena, "%s/fixtures/%s/%s", pl_flag_run_path(d->run, pl_flag_text(d->run, "data-dir")),
                         d->side->name, files[i]),
          d->side->auto_tls);
    else
      put(d, names[i], *path ? pl_node_string(d->run->arena, path) : NULL, flags[i]);
    pl_flag_run_host_path(d->run, pl_printf(d->run->arena, "effective.%s.%s", d->side->name, names[i]));
  }
}

static void put_automatic(const deriving *d, const answer *a) {
  const side *s = d->side;
  put_tri(d, "autoTLS", a->automatic,
          a->pair != YES                          ? s->auto_tls
          : is_set(d->run, s->certificate) == YES ? s->certificate
                                                  : s->key);
}

/* Where the answer to plain URLs comes from. */
static void put_plain(const deriving *d, const answer *a) {
  const side *s = d->side;
  bool other = some_url(d->run, s->urls, false) != YES && some_url(d->run, s->other_urls, false) == YES;
  put_tri(d, "plainHTTP", a->plain, other ? s->other_urls : s->urls);
}

static void put_required(const deriving *d, const answer *a) {
  const side *s = d->side;
  bool by_ca = !pl_flag_boolean(d->run, s->cert_auth, false) && *pl_flag_text(d->run, s->trusted_ca);
  const char *source = a->automatic == YES ? s->auto_tls : by_ca ? s->trusted_ca : s->cert_auth;
  if (a->tls == NO)
    put(d, "certRequired", NULL, d->side->urls);
  else
    put_tri(d, "certRequired", a->tls == UNKNOWN ? UNKNOWN : a->required, source);
}

/* What the pair that etcd made does away with. */
static void drop_unused(pl_flag_run *run, const side *s) {
  if (pl_flag_boolean(run, s->cert_auth, false))
    pl_flag_derive(run, s->cert_auth, pl_node_boolean(run->arena, false), s->cert_auth);
  if (*pl_flag_text(run, s->trusted_ca))
    pl_flag_derive(run, s->trusted_ca, pl_node_string(run->arena, ""), s->trusted_ca);
}

/* ---- refusals ---- */

static void check_file(pl_flag_run *run, const char *name) {
  const char *path = pl_flag_text(run, name);
  if (*path && pl_view_stat(run->input->view, pl_flag_run_path(run, path))->state == PL_FILE_ABSENT)
    pl_settings_refuse(run->settings, "files", run->input->argv_where, "--%s: %s does not exist", name,
                       pl_flag_run_path(run, path));
}

static void check_side(pl_flag_run *run, const side *s, const answer *a) {
  bool certificate = *pl_flag_text(run, s->certificate), key = *pl_flag_text(run, s->key);
  if (a->tls != YES || a->automatic != NO)
    return;
  if (a->pair == NO)
    pl_flag_refuse(run, "tls", s->certificate, "a URL of %s wants TLS, and neither --%s nor --%s is given", s->urls,
                   s->certificate, s->key);
  else if (a->pair == YES && certificate != key && pl_flag_value(run, s->certificate) && pl_flag_value(run, s->key))
    pl_flag_refuse(run, "tls", certificate ? s->key : s->certificate, "KeyFile and CertFile must both be present");
  check_file(run, s->certificate);
  check_file(run, s->key);
  check_file(run, s->trusted_ca);
}

static void check_versions(pl_flag_run *run) {
  static const char *const versions[] = {"", "TLS1.2", "TLS1.3", NULL};
  const char *least = pl_flag_text(run, "tls-min-version"), *most = pl_flag_text(run, "tls-max-version");
  if (!pl_in(least, versions))
    pl_flag_refuse(run, "validation", "tls-min-version", "unexpected TLS version (must be one of: TLS1.2, TLS1.3)");
  if (!pl_in(most, versions))
    pl_flag_refuse(run, "validation", "tls-max-version", "unexpected TLS version (must be one of: TLS1.2, TLS1.3)");
  if (pl_equal(least, "TLS1.3") && pl_equal(most, "TLS1.2"))
    pl_flag_refuse(run, "validation", "tls-min-version", "min version (TLS1.3) is greater than max version (TLS1.2)");
  if (pl_equal(least, "TLS1.3") && pl_count(pl_flag_value(run, "cipher-suites")) > 0)
    pl_flag_refuse(run, "validation", "cipher-suites",
                   "cipher suites cannot be configured when only TLS1.3 is enabled");
  pl_each_item (item, pl_flag_value(run, "cipher-suites"))
    if (!pl_is_cipher_suite(pl_item_text(item)))
      pl_flag_refuse(run, "tls", "cipher-suites", "unexpected TLS cipher suite");
}

void pl_etcd_tls(pl_flag_run *run, const char *unread) {
  check_versions(run);
  const pl_node *suites = pl_flag_value(run, "cipher-suites");
  pl_flag_derive(run, "effective.cipher-suites", suites ? pl_node_copy(run->arena, suites) : NULL, "cipher-suites");
  for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
    deriving d = {.run = run, .side = &sides[i], .unread = unread};
    answer a = look(run, &sides[i]);
    check_side(run, &sides[i], &a);
    put_pair(&d, &a);
    put_automatic(&d, &a);
    put_plain(&d, &a);
    put_required(&d, &a);
    if (a.automatic == YES)
      drop_unused(run, &sides[i]);
  }
}
