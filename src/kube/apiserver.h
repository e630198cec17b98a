/* The parts of kube-apiserver's configuration, each in its own file. Private to this level. */
#pragma once

#include "src/kube/config_file.h"
#include "src/kube/flag_gates.h"
#include "src/kube/shape.h"

/* Settings with several refusals at once: each part refuses what is its own. They run in this order. */
void pl_apiserver_authorization(pl_flag_run *run);
void pl_apiserver_authentication(pl_flag_run *run); /* after authorization, which can switch anonymous requests off */
void pl_apiserver_admission(pl_flag_run *run);
void pl_apiserver_audit(pl_flag_run *run);
void pl_apiserver_encryption(pl_flag_run *run);
void pl_apiserver_checks(pl_flag_run *run); /* bounds and combinations of the remaining flags */

/* PATH, which flag NAME gives, must exist for the process to start. Refused with NAME marked; LATE: it stops a moment
 * later. */
void pl_apiserver_wants_file(pl_flag_run *run, const char *name, const char *path, bool late);
/* A gate that decides about NAME: refused (and NAME marked) when off, unreadable when the version is unknown. True when
 * it is on. */
bool pl_apiserver_wants_gate(pl_flag_run *run, const char *gate, const char *name);
/* pl_config_read of the file that flag NAME gives, decoded into FIELDS strictly. Refusals are put into the settings. */
pl_config_file pl_apiserver_file(pl_flag_run *run, const char *name, const pl_shape_version *versions,
                                 const pl_shape *fields);
