/*
 * Which provider writes what into etcd, by --encryption-provider-config.
 * Source: k8s.io/apiserver pkg/server/options/etcd.go, pkg/server/options/encryptionconfig.
 */
#include "plumbline/kube/control_plane.h"
#include "src/kube/apiserver.h"
#include "src/kube/encryption.h"

#define FLAG              "encryption-provider-config"
#define SECRETS           "effective.encryption.secrets"
#define KMS_VERSION       "effective.encryption.kmsVersion"
#define KEY_OK            "effective.encryption.secretsKeyLengthOk"
#define KEY_BYTES_WANTED  32 /* 256 bits */
#define KMS_V1_GATE_SINCE 28
#define KMS_V2_GATE_UNTIL 29

/* Secrets; a resource of the same group; one of another group; one of a custom group. */
static const char *const probes[] = {"secrets", "configmaps", "deployments.apps", "widgets.example.com", NULL};

static pl_encryption_rules rules_of(const pl_flag_run *run) {
  return (pl_encryption_rules){
      .minor = run->minor,
      .kms_v1 = run->minor < KMS_V1_GATE_SINCE || pl_flag_gate(run, "KMSv1") != PL_GATE_OFF,
      .kms_v2 = run->minor == 0 || run->minor >= KMS_V2_GATE_UNTIL || pl_flag_gate(run, "KMSv2") != PL_GATE_OFF,
      .reload = pl_flag_boolean(run, "encryption-provider-config-automatic-reload", false),
  };
}

static void put_writers(pl_flag_run *run, const pl_config_file *file, const pl_encryption *encryption) {
  for (const char *const *resource = probes; *resource; resource++) {
    pl_encryptor writer = pl_encryption_of(run->arena, encryption, *resource);
    pl_config_put(run, file, pl_printf(run->arena, "effective.encryption.%s", *resource),
                  pl_node_string(run->arena, writer.label), writer.line);
  }
  pl_encryptor writer = pl_encryption_of(run->arena, encryption, "secrets");
  pl_config_put(run, file, KMS_VERSION, pl_node_string(run->arena, writer.kms_version), writer.line);
  pl_config_put(run, file, KEY_OK,
                writer.key_bytes ? pl_node_boolean(run->arena, writer.key_bytes >= KEY_BYTES_WANTED) : NULL,
                writer.line);
}

static void put_facts(pl_flag_run *run, const pl_config_file *file, const pl_encryption *encryption) {
  pl_arena *arena = run->arena;
  pl_node *facts = encryption ? pl_encryption_facts(arena, encryption, file->shown)
                   : file
                       ? pl_encryption_facts_without(arena, file->state == PL_CONFIG_REFUSED ? "refused" : "unreadable",
                                                     file->reason, file->shown)
                       : pl_encryption_facts_without(arena, "none", "--" FLAG " is not given", NULL);
  pl_object_set(arena, run->settings->derived, "secrets_at_rest", facts);
}

static void without_file(pl_flag_run *run) {
  if (pl_flag_boolean(run, FLAG "-automatic-reload", false))
    pl_flag_refuse(run, "validation", FLAG "-automatic-reload", "--" FLAG "-automatic-reload must be set with --" FLAG);
  pl_flag_derive(run, SECRETS, pl_node_string(run->arena, "identity"), FLAG);
  pl_flag_derive(run, KMS_VERSION, NULL, FLAG);
  pl_flag_derive(run, KEY_OK, NULL, FLAG);
  put_facts(run, NULL, NULL);
}

static void taint_all(pl_flag_run *run, const pl_config_file *file) {
  for (const char *const *resource = probes; *resource; resource++)
    pl_config_taint(run, file, pl_printf(run->arena, "effective.encryption.%s", *resource));
  pl_config_taint(run, file, KMS_VERSION);
  pl_config_taint(run, file, KEY_OK);
}

void pl_apiserver_encryption(pl_flag_run *run) {
  if (!*pl_flag_text(run, FLAG)) {
    without_file(run);
    return;
  }
  pl_encryption_rules rules = rules_of(run);
  pl_encryption encryption;
  pl_error err = {0};
  pl_config_file file = pl_config_read(run, pl_flag_text(run, FLAG), true);
  if (file.state == PL_CONFIG_READ && pl_encryption_read(run->arena, file.document, &rules, &encryption, &err) < 0)
    pl_config_refuse(&file, run->arena, &err);
  if (file.state == PL_CONFIG_READ && encryption.uses_kms_v1 && pl_flag_gate(run, "KMSv1") == PL_GATE_UNKNOWN) {
    file.state = PL_CONFIG_UNREADABLE;
    file.reason = "the version is unknown, and not every one takes KMS v1 without its feature gate";
  }
  if (file.state == PL_CONFIG_REFUSED)
    pl_flag_refuse(run, "config-file", FLAG, "%s", file.reason);
  put_facts(run, &file, file.state == PL_CONFIG_READ ? &encryption : NULL);
  if (file.state == PL_CONFIG_READ)
    put_writers(run, &file, &encryption);
  else
    taint_all(run, &file);
  pl_settings_default(run->settings, SECRETS, pl_node_string(run->arena, "identity"));
}

pl_node *pl_secrets_at_rest_facts(pl_arena *arena, const pl_settings *settings) {
  const pl_node *facts = settings ? pl_get(settings->derived, "secrets_at_rest") : NULL;
  return facts ? pl_node_copy(arena, facts)
               : pl_encryption_facts_without(arena, "absent", "no kube-apiserver is known here", NULL);
}
