/* Names and values of Kubernetes labels and taints (k8s.io/apimachinery/pkg/util/validation). Private to this level. */
#pragma once

#include "plumbline/core/text.h"

/* "[DNS subdomain/]name": parts of letters, digits, '-', '_', '.', beginning and ending with a letter or digit. */
bool pl_is_qualified_name(const char *text);
/* RFC 1123 subdomain, as names of API groups are. */
bool pl_is_subdomain(const char *text);
/* One part of it, as names of namespaces are: at most 63 lower-case letters, digits and '-'. */
bool pl_is_dns_label(const char *text);
/* Empty, or at most 63 such characters. */
bool pl_is_label_value(const char *text);
