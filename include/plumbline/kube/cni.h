/*
 * Records of CNI plugins: benchmarks/cni/NAME.yaml. What tells which one is in charge of a node, where its agent has
 * its configuration, and what of that encrypts traffic between nodes. Data, not code.
 *
 *   cni: NAME
 *   title: as people call it
 *   order: N                   records are tried by it, lowest first
 *   plugins: [TYPE...]         type of its plugin in a CNI configuration
 *   ipam: [TYPE...]            and address management of one of these types
 *   chained: true              it is in charge too where another plugin stands before it in the list
 *   agents: [PROGRAM | PROGRAM WORD...]  processes of it on each node, in the node's network namespace
 *   namespaces: [NAME...]      where they run, beside the platform's system namespaces
 *   needs-agent: true          the plugin's type is not enough, an agent must be there
 *   policies: enforced | optional | none           of NetworkPolicy
 *   encryption: true | false   it can encrypt
 *   links: [NAME...]           WireGuard links of its own
 *   link-names: [SETTING...]   what gives the links other names, in their order
 *   link-tells: true           its agent makes the link, or the associations, when told to and takes them away again:
 *                              where its configuration is not on the node, they tell it
 *   annotations: [NAME...]     of Node objects, or of the CNI's own: every node that takes part has one of them
 *   files:
 *     - format: keys           a directory with a file for each setting
 *       format: yaml | json | lines     lines are "Key = value"
 *       flag: NAME             of the agent, says where it is; else
 *       path: PATH             as the agent sees it
 *       volumes: [KIND/VOLUME | KIND/VOLUME/PATH...]  below volumes/ of the agent's pod, where its bundle does not say
 *       optional: true         there need be none
 *   settings:
 *     NAME:                    what overrules comes first
 *       flag: NAME
 *       environment: NAME
 *       key: PATH              in its files
 *       any-case: true         letters' case of variable and key does not count
 *       object: KIND, member: PATH  a custom resource of the snapshot that configures all nodes, or this one
 *       default: VALUE         absent: unset
 *       as: text | boolean | presence | word   presence: "set", the value is not kept; word: the first one only
 *   modes:                     the first one whose settings all have one of these values
 *     - mode: NAME
 *       when: {SETTING: VALUE | [VALUE...]}    letters' case does not count
 *       config: on | off | partial | by-link | third-party | none | unknown
 *       by: wireguard | ipsec | nothing        what carries the traffic then
 *       unsure: true           without an association traffic may be encrypted all the same
 *       because: TEXT
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/record.h"

typedef enum pl_cni_format { PL_CNI_KEYS, PL_CNI_YAML, PL_CNI_JSON, PL_CNI_LINES } pl_cni_format;
typedef enum pl_cni_as { PL_CNI_TEXT, PL_CNI_BOOLEAN, PL_CNI_PRESENCE, PL_CNI_WORD } pl_cni_as;
typedef enum pl_cni_config {
  PL_CNI_ON,
  PL_CNI_OFF,
  PL_CNI_PARTIAL,
  PL_CNI_BY_LINK,
  PL_CNI_THIRD_PARTY,
  PL_CNI_NONE,
  PL_CNI_UNKNOWN
} pl_cni_config;
typedef enum pl_cni_carrier { PL_CNI_BY_NOTHING, PL_CNI_BY_WIREGUARD, PL_CNI_BY_IPSEC } pl_cni_carrier;

typedef struct pl_cni_file {
  int format; /* pl_cni_format */
  const char *flag, *path;
  pl_texts volumes;
  bool optional;
} pl_cni_file;

typedef struct pl_cni_setting {
  const char *name, *flag, *environment, *key, *fallback, *object, *member;
  int as; /* pl_cni_as */
  bool any_case;
} pl_cni_setting;

typedef struct pl_cni_mode {
  const char *mode, *because;
  const pl_node *when; /* NULL: always */
  int config, by;      /* pl_cni_config, pl_cni_carrier */
  bool unsure;
} pl_cni_mode;

typedef struct pl_cni {
  const char *name, *title;
  int64_t order;
  pl_texts plugins, ipam, agents, namespaces, links, link_names, annotations;
  bool chained, needs_agent, encryption, link_tells;
  int policies; /* index into pl_cni_policies_names */
  pl_cni_file *files;
  size_t file_count, file_capacity;
  pl_cni_setting *settings;
  size_t setting_count, setting_capacity;
  pl_cni_mode *modes;
  size_t mode_count, mode_capacity;
} pl_cni;

typedef struct pl_cnis {
  pl_cni *items; /* by ORDER, then name */
  size_t count, capacity;
} pl_cnis;

extern const char *const pl_cni_config_names[], *const pl_cni_policies_names[], *const pl_cni_carrier_names[];

/* All records of DATA. A faulty one is left out and its faults go to FAULTS. */
pl_cnis *pl_cnis_load(pl_arena *arena, pl_data *data, pl_faults *faults);
