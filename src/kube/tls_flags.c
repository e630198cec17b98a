/* Checks of the serving flags. Source: k8s.io/apiserver pkg/server/options/serving.go, k8s.io/component-base
 * cli/flag/ciphersuites_flag.go. */
#include "src/kube/tls_flags.h"

static const char *const versions[] = {"", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13", NULL};

/* What Go's crypto/tls has, with the two old spellings; some of them no default list holds any more. */
static const char *const suites[] = {
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
    "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_RC4_128_SHA",
    NULL,
};

bool pl_is_cipher_suite(const char *name) { return pl_in(name, suites); }

static void check_port(pl_flag_run *run, bool required) {
  int64_t port = pl_flag_integer(run, "secure-port", 1);
  if (port > 65535 || port < (required ? 1 : 0))
    pl_flag_refuse(run, "validation", "secure-port", "--secure-port %lld must be between %d and 65535, inclusive",
                   (long long)port, required ? 1 : 0);
}

/* A port of 0 means no serving at all, so nothing else of it is looked at. */
void pl_flag_tls_check(pl_flag_run *run, bool port_required) {
  check_port(run, port_required);
  if (pl_flag_integer(run, "secure-port", 1) == 0)
    return;
  if (!pl_in(pl_flag_text(run, "tls-min-version"), versions))
    pl_flag_refuse(run, "tls", "tls-min-version", "unknown tls version \"%s\"", pl_flag_text(run, "tls-min-version"));
  pl_each_item (item, pl_flag_value(run, "tls-cipher-suites"))
    if (!pl_is_cipher_suite(pl_item_text(item)))
      pl_flag_refuse(run, "tls", "tls-cipher-suites", "Cipher suite %s not supported or doesn't exist",
                     pl_item_text(item));
}
