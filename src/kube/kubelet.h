/*
 * The kubelet's start, step by step, as cmd/kubelet/app/server.go takes them. Private to this level.
 *
 * 1.28 merges drop-ins by mergo (zero values never override), 1.29 to 1.31 patch the JSON of the internal type,
 * from 1.32 on that of v1beta1, after which defaults come back. Every step leaves its marks in the settings: values
 * with their layer, what would be refused.
 */
#pragma once

#include "plumbline/kube/settings.h"
#include "src/kube/kubelet_schema.h"

#define PL_KUBELET_MERGO          28 /* the version that merges drop-ins by mergo */
#define PL_KUBELET_VERSIONED      32 /* from here on drop-ins patch v1beta1 */
#define PL_KUBELET_OPEN_DIR       30 /* from here on --config-dir needs no environment variable */
#define PL_KUBELET_GATED_DEFAULTS 32 /* from here on some defaults depend on feature gates */

typedef struct pl_kubelet {
  pl_arena *arena;
  const pl_component_input *input;
  pl_settings *ret;
  const pl_table *table;
  int minor;          /* rules that are followed; the newest known when the version is unknown or newer */
  bool exact_version; /* MINOR is the kubelet's version */
  const char *cwd;
  const pl_schema *schema;
  pl_flags flags;
  pl_node **flag_values;    /* by the table's flags; NULL: not given, or refused */
  pl_node *marks;           /* settings that would be refused: name, reason */
  size_t dropin_nodes;      /* read of drop-ins so far */
  size_t merged_nodes;      /* of what each was laid over */
  bool flag_gates;          /* the gates of the command line are set */
  pl_node *config;          /* kubelet_schema.h; what is in effect so far */
  const char *unread;       /* a document could not be read: why. Only flags can be told then */
  const char *refused;      /* a document is refused: why. The same */
  const char *failed_where; /* which document that is */
} pl_kubelet;

/* ---- kubelet_flags.c ---- */

/* Split the command line and read every value of this version's flags. */
void pl_kubelet_flags_read(pl_kubelet *k);
/* The flags that feed the configuration, over K's config. */
void pl_kubelet_flags_apply(pl_kubelet *k);
/* Value of flag NAME, NULL when it is not given. */
const pl_node *pl_kubelet_flag(const pl_kubelet *k, const char *name);
const char *pl_kubelet_flag_text(const pl_kubelet *k, const char *name); /* "" when not given */
/* Node labels by flag (options.go ValidateKubeletFlags). */
void pl_kubelet_flags_validate(pl_kubelet *k);
/* Settings of the flags that no file can give. */
void pl_kubelet_flags_only(pl_kubelet *k);

/* ---- kubelet_file.c ---- */

/* Read and decode PATH (absolute) as the main file is: defaults applied, relative paths resolved. NULL: ERR says why,
   its kind whether it was refused (SYNTAX, ABSENT, TYPE) or could not be read. LAYER as settings.h says. */
pl_node *pl_kubelet_load(pl_kubelet *k, const char *path, const char *layer, pl_error *err);
/* The document as it stands, a header there. */
pl_node *pl_kubelet_read_document(pl_kubelet *k, const char *path, const char *layer, pl_error *err);
/* Note ERR, which a document of STAGE caused, as refusal or as unread. */
void pl_kubelet_document_failed(pl_kubelet *k, const char *stage, const char *path, const pl_error *err);
/* --config. */
void pl_kubelet_config_file(pl_kubelet *k);

/* ---- kubelet_dropins.c, kubelet_merge.c ---- */

/* --config-dir. */
void pl_kubelet_dropins(pl_kubelet *k);
/* RFC 7386 as evanphx/json-patch does it: nulls within lists go too. Nothing of TARGET or PATCH is changed. */
pl_node *pl_merge_patch(pl_arena *arena, const pl_node *target, const pl_node *patch);
/* mergo.Merge(config, over, WithOverride). */
void pl_mergo(pl_arena *arena, const pl_schema *root, pl_node *config, const pl_node *over);

/* ---- kubelet_defaults.c ---- */

/* v1beta1 SetDefaults_KubeletConfiguration. */
void pl_kubelet_defaults(pl_kubelet *k, pl_node *config);
/* What flags start from (options.go applyLegacyDefaults). */
void pl_kubelet_legacy_defaults(pl_kubelet *k, pl_node *config);
/* What FIELD would be in effect if nobody said anything, as facts; NULL: that hangs on other fields. */
pl_node *pl_kubelet_default_of(pl_kubelet *k, const pl_schema *field);
/* What a file has without evictionHard (pkg/kubelet/eviction). */
void pl_kubelet_eviction_defaults(pl_kubelet *k, pl_node *config);

/* ---- kubelet_gates.c ---- */

/* Final state of gate NAME: explicit in CONFIG or by flag, AllAlpha or AllBeta, default. RET_SOURCE (may be NULL):
 * where that was said. */
bool pl_kubelet_gate(pl_kubelet *k, const pl_node *config, const char *name, const pl_node **ret_decided);
/* Unknown and locked gates of MAP. */
void pl_kubelet_gates_check(pl_kubelet *k, const pl_node *map, const char *locked_stage);
/* featureGates.NAME for each explicit gate and for those of the table's list `gates-shown`; explicitFeatureGates. */
void pl_kubelet_gates_put(pl_kubelet *k);

/* ---- kubelet_validate.c, kubelet_validate_more.c, kubelet_tls.c ---- */

void pl_kubelet_validate(pl_kubelet *k);
void pl_kubelet_validate_more(pl_kubelet *k); /* rules about several fields; part of the former */
/* Serving certificates and cipher suites (server.go InitializeTLS), authorization mode. */
void pl_kubelet_tls(pl_kubelet *k);
void pl_kubelet_authorization(pl_kubelet *k);

/* ---- kubelet_settings.c ---- */

/* A value would be refused: noted with its source, and setting NAME (may be NULL) marked. */
void pl_kubelet_refuse(pl_kubelet *k, const char *stage, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Put down what changed hands since the last time. */
void pl_kubelet_record(pl_kubelet *k, const pl_node *config);
int64_t pl_kubelet_integer(const pl_kubelet *k, const char *path);  /* 0 when it is not set */
int64_t pl_kubelet_duration(const pl_kubelet *k, const char *path); /* in ns */
const char *pl_kubelet_text(const pl_kubelet *k, const char *path); /* "" when it is not set */
bool pl_kubelet_true(const pl_kubelet *k, const char *path);
