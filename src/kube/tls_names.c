/* Cipher suites of Go's crypto/tls, secure and insecure ones, and the two names that Kubernetes adds. */
#include "src/kube/tls_names.h"

bool pl_is_cipher_suite(const char *name) {
  static const char *const names[] = {"TLS_AES_128_GCM_SHA256",
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
                                      NULL};
  return pl_in(name, names);
}

bool pl_is_tls_version(const char *name) {
  static const char *const names[] = {"VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13", NULL};
  return pl_in(name, names);
}
