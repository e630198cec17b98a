/* Names that Kubernetes components take for cipher suites and TLS versions
 * (component-base/cli/flag/ciphersuites_flag.go). Private to this level. */
#pragma once

#include "plumbline/core/text.h"

bool pl_is_cipher_suite(const char *name);
/* "VersionTLS10" to "VersionTLS13". */
bool pl_is_tls_version(const char *name);
