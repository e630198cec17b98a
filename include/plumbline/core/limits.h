/* Every cap, by name. Each has a test at the cap and one past it. */
#pragma once

#define PL_FAULTS_MAX            200

#define PL_DOCUMENT_BYTES_MAX    (4u << 20) /* YAML, JSON, TOML of a component or of ours */
#define PL_DOCUMENT_DEPTH_MAX    64
#define PL_DOCUMENT_NODES_MAX    200000       /* aliases count as what they expand to */
#define PL_ALIAS_BYTES_A_NODE    64           /* of a text that an alias repeats count as one node more */
#define PL_FACTS_BYTES_MAX       (256u << 20) /* a facts document read back */
#define PL_FACTS_NODES_MAX       8000000
#define PL_FACTS_DEPTH_MAX       128          /* room for a document within facts */
#define PL_CLUSTER_BYTES_MAX     (256u << 20) /* a cluster snapshot */
#define PL_CLUSTER_OBJECTS_MAX   200000       /* of one kind in it */
#define PL_CLUSTER_TEXT_MAX      1024         /* a text that is kept of it; a longer one is left out */
#define PL_CLUSTER_FRESH_SECONDS (24 * 3600)  /* of age when the node is looked at; after it, nothing alone */
#define PL_CLUSTER_AHEAD_SECONDS 300          /* how far clocks may differ */
#define PL_YAML_DIRECTIVES_MAX   64           /* lines of "%" in one go: libyaml compares each with all before it */
#define PL_SCALAR_BYTES_MAX      (64u << 10)
#define PL_BORDER_BYTES_MAX      (1u << 20) /* one text of a report */

#define PL_DATA_FILES_MAX        1000 /* definition files below --benchmarks DIR */
#define PL_DATA_ENTRIES_MAX      10000
#define PL_DATA_DEPTH_MAX        4
#define PL_DECIDE_CASES_MAX      100000 /* combinations of the inputs of one decision table */
#define PL_DECIDE_INPUTS_MAX     32
#define PL_DECIDE_ROWS_MAX       1000
#define PL_DECIDE_VALUES_MAX     64
#define PL_EXPRESSION_PARTS_MAX  1000 /* of one expression, those of conditions that it names counted with it */
#define PL_INSTANCES_MAX         64   /* combinations of instances of components that one control is judged for */
#define PL_OBSERVATIONS_MAX      1000 /* of one result */

#define PL_CERTIFICATE_BYTES_MAX (1u << 20)
#define PL_SMALL_FILE_BYTES_MAX  (1u << 20)  /* units, passwd, os-release, environment files */
#define PL_CONTENTS_BYTES_MAX    (64u << 20) /* of all files of a node whose content is kept */
#define PL_OCI_BYTES_MAX         (16u << 20)
#define PL_CMDLINE_BYTES_MAX     (2u << 20)
#define PL_PROC_BYTES_MAX        (1u << 20)  /* status, stat, cgroup, environ */
#define PL_SOCKETS_BYTES_MAX     (16u << 20) /* net/unix */
#define PL_MOUNTINFO_BYTES_MAX   (16u << 20)
#define PL_NET_DEV_BYTES_MAX     (16u << 20) /* links and netlink sockets of proc */
#define PL_NETLINK_ANSWERS_MAX   100000      /* datagrams that answer one question */
#define PL_BINARY_SCAN_BYTES_MAX (256u << 20)
#define PL_PACKAGES_BYTES_MAX    (32u << 20) /* the status file of dpkg */

#define PL_PROCESSES_MAX         100000
#define PL_KEPT_PROCESSES_MAX    512        /* whose directory stays open: descriptors are few */
#define PL_POD_CANDIDATES_MAX    2          /* processes of one pod kept that have the name of one component */
#define PL_PODS_CANDIDATES_MAX   32         /* of all pods together, static ones left aside */
#define PL_WATCHED_MAX           64         /* pods and units in which a program runs that may be a CNI's agent */
#define PL_WATCHED_APART_MAX     16         /* the same in other networks than the node's, which are only listed */
#define PL_OPEN_FILES_MAX        4096       /* of one process, whose names are looked at */
#define PL_LABEL_BYTES_MAX       4096       /* what a security module says of a process */
#define PL_AGENT_PROCESSES_MAX   16         /* kept of one agent */
#define PL_PROGRAMS_MAX          1024       /* names of programs that are listed */
#define PL_LOOK_ALIKES_MAX       1000       /* listed; those past it are only counted */
#define PL_IMPORTS_MAX           256        /* files of one container runtime configuration */
#define PL_FLAGS_COMPARED_MAX    2000       /* of a running process and its manifest together */
#define PL_OPTIONS_MAX           4096       /* of a program that starts several components */
#define PL_ENVIRONMENT_FILES_MAX 100        /* EnvironmentFile= of one unit */
#define PL_ENVIRONMENT_BYTES_MAX (4u << 20) /* of these together */
#define PL_WALK_ENTRIES_MAX      100000
#define PL_WALK_DEPTH_MAX        16
#define PL_LINKS_MAX             40
#define PL_OPEN_RETRIES          32
#define PL_PATH_BYTES_MAX        4096
#define PL_STORAGE_DEPTH_MAX     16          /* devices, files and mounts below one another */
#define PL_STORAGE_BRANCHES_MAX  256         /* below one device */
#define PL_STORAGE_DEVICES_MAX   4096        /* looked at in one run */
#define PL_STORAGE_CHAIN_MAX     32          /* entries that are shown of one chain */
#define PL_VOLUMES_MAX           10000       /* persistent volumes of one node */
#define PL_VOLUME_PODS_MAX       100         /* named of one volume */
#define PL_VOLUME_DATA_BYTES_MAX (64u << 10) /* vol_data.json, a handful of names */
#define PL_SNAPSHOTS_MAX         10000       /* files of one directory of etcd snapshots */
#define PL_HOST_PATHS_MAX        1000        /* hostPath volumes that are told of */
#define PL_NOTES_MAX             100         /* notes and refusals of one component, each */
#define PL_DROPINS_MAX           256         /* files of a kubelet's --config-dir */
#define PL_DROPIN_NODES_MAX      20000       /* in all of them together */
#define PL_DROPIN_MERGED_MAX     500000      /* the configuration counted once for each that is laid over it */

#define PL_REGEX_STEPS_MAX       1000000
#define PL_REGEX_SUBJECT_MAX     (8u << 10)
#define PL_REGEX_PATTERN_MAX     4096
