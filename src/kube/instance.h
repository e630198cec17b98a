/* One instance of a component: a process, or what would start one. Private to this level. */
#pragma once

#include "bundles.h"
#include "manifest_arguments.h"
#include "mappings.h"
#include "plumbline/host/units.h"
#include "pods.h"
#include "runtime_config.h"
#include "static_pods.h"
#include "version.h"

typedef struct pl_instance {
  const pl_component_spec *spec;
  const pl_candidate *candidate; /* NULL: no process of its own runs */
  const pl_program *program;     /* that it is part of, NULL: none */
  const pl_pod *pod;
  const pl_bundle *bundle;
  const pl_manifest *manifest;
  const pl_unit *unit;
  const pl_view *view;
  pl_component_input input;
  pl_texts arguments_files;      /* that argv was read from */
  const pl_node *config_notes;   /* what has no effect in a file of its vendor's build; NULL: nothing */
  const char *arguments_unknown; /* why argv does not tell what it was started with, else NULL */
  pl_version version;
  const pl_flag_spec *flag_specs; /* NULL: none are known */
  pl_settings settings;
  pl_runtime *runtime; /* of a container runtime */
} pl_instance;

/* What an instance is made from; what does not apply is NULL. */
typedef struct pl_instance_sources {
  pl_host *host;
  const pl_pass *pass;
  const char *kubernetes; /* --kubernetes */
  pl_packages *packages;
  pl_tables *tables;
  const pl_platform *platform;
  const pl_component_spec *spec;
  const pl_candidate *candidate;
  const pl_program *program;
  const pl_platform_arguments *arguments; /* with a program: where those of the component are */
  const pl_pod *pod;
  const pl_bundle *bundle;
  const pl_manifest *manifest;
  const pl_unit *unit;
} pl_instance_sources;

/* Arguments (of the process, else the manifest, else the unit), view, version and settings. */
pl_instance *pl_instance_new(const pl_instance_sources *sources);
/* Settings' file of ROLE with index INDEX, NULL when there are no more: {role, path, host_path}. */
const pl_node *pl_instance_file(const pl_instance *instance, const char *role, size_t index);
