/*
 * The configuration that kube-controller-manager runs with: flags only.
 * Source: cmd/kube-controller-manager/app/options, k8s.io/controller-manager/options/generic.go.
 */
#include "src/kube/flag_gates.h"
#include "src/kube/tls_flags.h"

#define IN_TREE_CLOUDS_UNTIL 31

static void check_controllers(pl_flag_run *run) {
  const pl_table_entries *known = pl_table_entries_of(run->table, "controllers");
  pl_each_item (item, pl_flag_value(run, "controllers")) {
    const char *name = pl_item_text(item);
    if (strcmp(name, "*") == 0)
      continue;
    name += *name == '-';
    const pl_table_entry *controller = pl_table_find(known, name);
    if (controller && pl_table_has(controller, run->minor))
      continue;
    if (run->input->minor == 0 || run->input->minor > run->table->last)
      pl_settings_note(run->settings, "the controller %s is not in our tables", name);
    else
      pl_flag_refuse(run, "validation", "controllers", "\"%s\" is not in the list of known controllers", name);
  }
}

/* A signer has both files or none, and those of single signers do not go with the common pair. */
static void check_signers(pl_flag_run *run) {
  static const char *const signers[] = {"kubelet-serving", "kubelet-client", "kube-apiserver-client", "legacy-unknown",
                                        NULL};
  bool common = *pl_flag_text(run, "cluster-signing-cert-file") || *pl_flag_text(run, "cluster-signing-key-file");
  for (const char *const *signer = signers; *signer; signer++) {
    const char *certificate = pl_printf(run->arena, "cluster-signing-%s-cert-file", *signer);
    const char *key = pl_printf(run->arena, "cluster-signing-%s-key-file", *signer);
    bool has_certificate = *pl_flag_text(run, certificate), has_key = *pl_flag_text(run, key);
    if (has_certificate != has_key)
      pl_flag_refuse(run, "validation", has_certificate ? key : certificate, "--%s and --%s go together", certificate,
                     key);
    if (common && (has_certificate || has_key))
      pl_flag_refuse(
          run, "validation", has_certificate ? certificate : key,
          "cannot specify --cluster-signing-{cert,key}-file and other --cluster-signing-*-file flags at the same time");
  }
}

static void check_others(pl_flag_run *run) {
  const char *cloud = pl_flag_text(run, "cloud-provider"), *lock = pl_flag_text(run, "leader-elect-resource-lock");
  const char *const *ranges;
  if (*cloud && strcmp(cloud, "external") != 0 && run->minor >= IN_TREE_CLOUDS_UNTIL)
    pl_flag_refuse(run, "validation", "cloud-provider",
                   "built-in cloud providers are disabled, and \"%s\" is not external", cloud);
  if (*lock && strcmp(lock, "leases") != 0 && pl_flag_boolean(run, "leader-elect", true))
    pl_flag_refuse(run, "validation", "leader-elect-resource-lock", "resourceLock value must be \"leases\"");
  if (pl_split(run->arena, pl_flag_text(run, "service-cluster-ip-range"), ',', &ranges) > 2)
    pl_flag_refuse(run, "validation", "service-cluster-ip-range",
                   "--service-cluster-ip-range can not contain more than two entries");
}

void pl_controller_manager_settings(pl_arena *arena, const pl_component_input *input, pl_settings *ret) {
  pl_flag_run run;
  if (!pl_flag_run_begin(&run, arena, input, "kube-controller-manager", PL_FLAGS_PFLAG, ret))
    return;
  pl_flag_run_stray(&run, false);
  pl_flag_run_defaults(&run);
  pl_flag_run_given(&run, false);
  pl_flag_gates_check(&run);
  pl_flag_gate_setting(&run, "RotateKubeletServerCertificate");
  check_controllers(&run);
  check_signers(&run);
  check_others(&run);
  pl_flag_tls_check(&run, false);
  pl_flag_run_files(&run);
}
