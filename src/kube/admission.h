/* What admission plugins take from --admission-control-config-file. Private to this level. */
#pragma once

#include "src/kube/apiserver.h"

/* The document for PLUGIN that FILE (state READ; DOCUMENT NULL: none is given) holds inline or names: DOCUMENT is NULL
 * where it has none. */
pl_config_file pl_admission_config(pl_flag_run *run, pl_config_file file, const char *plugin);
/* The default levels of Pod Security and who is exempt, by the configuration in FILE. ACTIVE: the plugin is on. */
void pl_apiserver_pod_security(pl_flag_run *run, const pl_config_file *file, bool active);
/* Whether the API server of version 1.MINOR (0: unknown) takes DOCUMENT as a PodSecurityConfiguration; -1: it does not.
 */
int pl_pod_security_check(pl_arena *arena, const pl_node *document, int minor, pl_error *err);
/* A plugin whose configuration is REFUSED: the server stops a moment after its start. */
void pl_admission_stops_later(pl_flag_run *run, const char *reason);
