/*
 * Platform records: where things live on kubeadm, k3s, ... (benchmarks/platforms/NAME.yaml). Data, not code; hints, not
 * truth: a running process, its unit or its manifest says better where its files are.
 *
 *   platform: NAME
 *   title: as people call it
 *   order: N                        records are tried by it, lowest first; tests for a process of all before the others
 *   detect:                         any of these; a test with several keys holds when all do
 *     - path: PATH | [PATH...]      all exist
 *       glob: PATTERN               something matches
 *       absent: PATH | [PATH...]    none exists
 *       os-release: {id: talos}     equal, in etc/os-release
 *       process: PROGRAM            a process of the node: executable and argv[0]
 *       process: PROGRAM WORD       ... with this first argument
 *       unit: NAME                  a systemd unit of this name is there
 *       component: NAME             one of the components runs or is configured
 *   embeds: {PROGRAM WORD: [COMPONENT...]}     one process that is several components
 *   may-embed: {PROGRAM WORD: [COMPONENT...]}  ... and perhaps these: its configuration decides
 *   agents: [PROGRAM WORD...]       a node of it has no control plane; when its kubelet does not show
 *                                   where static pods are, they are where the layout says
 *   arguments: {PROGRAM WORD: {COMPONENT: ...}}  where it reads what it starts a component with; else "not observable"
 *     file: PATH                    words, '#' comments, $NAME and ${NAME} of the process's environment
 *     option: NAME                  option of the process that names another file
 *     switch: NAME                  boolean option of the process, true unless given: it starts the component
 *                                   or, of a supervisor:
 *     built-in: [NAME=VALUE | {set: NAME=VALUE, CONDITION...}]  what it gives the component by itself
 *     extra: OPTION | [OPTION...]   each value is NAME=VALUE in place of such a one, NAME+=VALUE or NAME-=VALUE
 *                                   beside it
 *     without: [NAME...]            extra arguments that never reach the component
 *     as: PROGRAM WORD              all as of this program
 *     unless: OPTION | [OPTION...]  boolean options that keep the component from being started
 *     if-path: PATH                 it is started only where this is there
 *   supervisors:                    programs that work out their components' arguments from options of their own
 *     - programs: [PROGRAM WORD...]
 *       source: WHERE               what made them so, for people
 *       config: FILE                YAML of OPTION: VALUE or a list; FILE.d/ *.yaml, *.yml after it, OPTION+ appends
 *                                   a map in it is OPTION.MEMBER: VALUE
 *       drop-ins: DIRECTORY         in place of FILE.d, with what is below it
 *       visible: true               its process shows its command line and environment; else its unit does
 *       option: NAME, variable: NAME  name another such file
 *       letters: {LETTER: OPTION}   short options
 *       variables: {OPTION: NAME}   variables of its unit, for options that are not given
 *       defaults: {OPTION: VALUE}   {hostname} is the node's name for itself
 *       unknown-with: [OPTION...]   booleans with which nothing here holds
 *       options: [OPTION...]        all that there are; others in files are noted
 *       skips-unknown: [PROGRAM WORD...]  programs for which these have no effect; another would not start with them
 *       appended:                   [{option: OPTION, given: OPTION, file: PATH}...]: "-" and what the file holds
 *                                   stand behind the option's value where the boolean option is given
 *   variables: {NAME: VALUE}        for such a file, where the process's environment cannot be read
 * CONDITIONs of a built-in argument, all of which must hold: given, not-given: OPTION; begins, not-begins: OPTION=TEXT;
 * path, no-path: PATH; not-beside: NAME (of an extra argument). {OPTION} in a VALUE or PATH stands for that option's
 * value, {OPTION*} for all values of one that may be given many times, with commas between; an argument with an option
 * that has none is left out.
 *   builds: {COMPONENT: ...}        what the vendor's build of a component has beyond upstream's
 *     flags: [NAME...]              flags
 *     any-gate: true                a feature gate that it does not know is no more than warned of
 *     modes: [NAME...]              authorization modes
 *     plugin-domain: DOMAIN         admission plugins DOMAIN/NAME
 *     config: NAME                  a flag that names a file with further flags; these come after the command line:
 *     source: WHERE                 what made it so, for people
 *     api-version: TEXT, kind: TEXT of that file
 *     fields: [MEMBER...]           all that it may have; others have no effect
 *     arguments: MEMBER             map of flags to lists of values
 *     unless-given:                 a list of flags that come from elsewhere in the file when MEMBER has them not
 *       - set: NAME, from: PATH     its value, or values
 *         part: host | port | path | path-or-directory | pairs   of it: of an address; relative to the file; the files
 *                                   of a directory; certificate, key and names
 *         when: PATH                only if this is true
 *         default: TEXT | [TEXT...] of PATH where that is unset
 *     admission: PATH               map of plugins to {location, configuration}, for --admission-control-config-file
 *     plugins: [NAME...]            admission plugins that are on by default then
 *     unknown-with: [PATH...]       with which nothing here holds
 *   fix: TEXT                       where flags and settings are changed here, for people
 *   restart: TEXT                   how the kubelet is started anew here; else by systemd
 *   control-plane-taint: default | none          what its control planes are registered with when nobody says
 *   kine: true | false              its data store may be something else than etcd
 *   layout:                         {OPTION} stands for the value of a supervisor's option
 *     manifests, pki, admin-kubeconfigs, cni, cni-state: [PATH...]
 *     kubelet-root, kubelet-config, kubelet-kubeconfig, containerd-config, containerd-state, crio-config: PATH
 *     data-store: [PATH...]         data of the API server where no flag of etcd tells; the first that exists
 *     etcd-snapshots: [PATH...]     where snapshots of etcd are put
 *     units: {COMPONENT: [NAME...]}  []: a supervisor starts it, it has no unit of its own
 *     traces: {COMPONENT: [PATH...]}  one of these is there where something that is neither a unit nor a manifest
 *                                     starts it: that no process is seen does not prove it absent then
 *   system-namespaces: [kube-system]
 */
#pragma once

#include "plumbline/core/data.h"
#include "plumbline/core/record.h"

typedef struct pl_platform_test {
  pl_texts path, absent;
  const char *glob, *process, *unit, *component;
  const pl_node *os_release;
} pl_platform_test;

typedef struct pl_platform_embeds {
  const char *process; /* "k3s server" */
  pl_texts components;
  bool perhaps; /* its configuration decides */
} pl_platform_embeds;

typedef struct pl_platform_built_in {
  const char *set;
  const char *given, *not_given, *begins, *not_begins, *path, *no_path, *not_beside; /* NULL: no such condition */
} pl_platform_built_in;

typedef struct pl_platform_arguments {
  const char *process, *component;
  const char *file;   /* NULL: of a supervisor */
  const char *option; /* NULL: none names another file */
  const char *toggle; /* "switch"; NULL: none */
  pl_platform_built_in *built_in;
  size_t built_in_count, built_in_capacity;
  pl_texts extra, without, unless;
  const char *without_if_path, *if_path; /* NULL: in any case */
} pl_platform_arguments;

typedef struct pl_platform_appended {
  const char *option, *given, *file;
} pl_platform_appended;

typedef struct pl_platform_supervisor {
  pl_texts programs, unknown_with, options, skips_unknown;
  pl_platform_appended *appended;
  size_t appended_count, appended_capacity;
  const char *source, *config, *drop_ins, *option, *variable; /* NULL: not given */
  bool visible;
  const pl_node *letters, *variables, *defaults; /* name -> text; NULL: none */
} pl_platform_supervisor;

typedef enum pl_platform_part {
  PL_PART_WHOLE,
  PL_PART_HOST,
  PL_PART_PORT,
  PL_PART_PATH,
  PL_PART_FILES,
  PL_PART_PAIRS
} pl_platform_part;

typedef struct pl_platform_taken {
  const char *set, *from, *when; /* WHEN NULL: always */
  int part;                      /* pl_platform_part */
  pl_texts fallback;
} pl_platform_taken;

typedef struct pl_platform_build {
  const char *component;
  pl_texts flags, modes;
  const char *plugin_domain; /* NULL: none */
  bool any_gate;
  const char *config; /* NULL: it has no such flag, and what follows is empty */
  const char *source, *api_version, *kind, *arguments, *admission;
  pl_platform_taken *taken;
  size_t taken_count, taken_capacity;
  pl_texts plugins, unknown_with, fields;
} pl_platform_build;

typedef struct pl_platform_names {
  const char *component;
  pl_texts names;
} pl_platform_names;

typedef struct pl_platform_names_map {
  pl_platform_names *items;
  size_t count, capacity;
} pl_platform_names_map;

typedef struct pl_layout {
  pl_texts manifests, pki, admin_kubeconfigs, cni, cni_state, data_store, etcd_snapshots;
  const char *kubelet_root, *kubelet_config, *kubelet_kubeconfig, *containerd_config, *containerd_state, *crio_config;
  pl_platform_names_map units, traces;
} pl_layout;

typedef struct pl_platform {
  const char *name, *title;
  const char *fix, *restart; /* NULL: as anywhere */
  int64_t order;
  pl_platform_test *tests;
  size_t test_count, test_capacity;
  pl_platform_embeds *embeds;
  size_t embed_count, embed_capacity;
  pl_texts agents;
  pl_platform_arguments *arguments;
  size_t argument_count, argument_capacity;
  pl_platform_supervisor *supervisors;
  size_t supervisor_count, supervisor_capacity;
  pl_platform_build *builds;
  size_t build_count, build_capacity;
  const pl_node *variables;        /* name -> text; NULL: none */
  const char *control_plane_taint; /* "default", "none", or NULL: not known */
  bool kine;
  pl_layout layout;
  pl_texts system_namespaces;
} pl_platform;

typedef struct pl_platforms {
  pl_platform *items; /* by ORDER, then name */
  size_t count, capacity;
} pl_platforms;

/* All records of DATA. A faulty one is left out and its faults go to FAULTS. */
pl_platforms *pl_platforms_load(pl_arena *arena, pl_data *data, pl_faults *faults);
/* NULL when there is no such record. */
const pl_platform *pl_platforms_find(const pl_platforms *platforms, const char *name);
/* What PLATFORM's build of COMPONENT has of its own, NULL: nothing. */
const pl_platform_build *pl_platform_build_of(const pl_platform *platform, const char *component);
/* BUILD (NULL: none) has the flag NAME beyond upstream's. */
bool pl_platform_build_has_flag(const pl_platform_build *build, const char *name);
/* Unit names of COMPONENT on PLATFORM: the record's (none: it has no unit of its own), else NAME.service. */
pl_texts pl_platform_unit_names(pl_arena *arena, const pl_platform *platform, const char *component);
/* Files that show COMPONENT to be started on PLATFORM (NULL: none). */
pl_texts pl_platform_traces(const pl_platform *platform, const char *component);
