/* What makes the kubelet refuse a configuration that it could read: pkg/kubelet/apis/config/validation. Rules about one
 * field each. */
#include "src/kube/kubelet.h"
#include "src/kube/labels.h"

#define INVALID(k, name, ...) pl_kubelet_refuse((k), "validation", (name), __VA_ARGS__)

typedef struct range {
  const char *path;
  int64_t min, max;
  int since, until;
} range;

static const range ranges[] = {
    {"nodeLeaseDurationSeconds", 1, INT32_MAX, 0, 0},
    {"eventBurst", 0, INT32_MAX, 0, 0},
    {"eventRecordQPS", 0, INT32_MAX, 0, 0},
    {"healthzPort", 0, 65535, 0, 0},
    {"imageGCHighThresholdPercent", 0, 100, 0, 0},
    {"imageGCLowThresholdPercent", 0, 100, 0, 0},
    {"iptablesDropBit", 0, 31, 0, 0},
    {"iptablesMasqueradeBit", 0, 31, 0, 0},
    {"kubeAPIBurst", 0, INT32_MAX, 0, 0},
    {"kubeAPIQPS", 0, INT32_MAX, 0, 0},
    {"nodeStatusMaxImages", -1, INT32_MAX, 0, 0},
    {"maxOpenFiles", 0, INT64_MAX, 0, 0},
    {"maxPods", 0, INT32_MAX, 0, 0},
    {"oomScoreAdj", -1000, 1000, 0, 0},
    {"podsPerCore", 0, INT32_MAX, 0, 0},
    {"port", 1, 65535, 0, 0},
    {"readOnlyPort", 0, 65535, 0, 0},
    {"registryBurst", 0, INT32_MAX, 0, 0},
    {"registryPullQPS", 0, INT32_MAX, 0, 0},
    {"containerLogMaxWorkers", 1, INT32_MAX, 30, 0},
    {"containerLogMaxFiles", 2, INT32_MAX, 33, 0},
};

static void check_ranges(pl_kubelet *k) {
  for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
    const range *r = &ranges[i];
    if (k->minor < r->since || (r->until && k->minor >= r->until))
      continue;
    int64_t value = pl_kubelet_integer(k, r->path);
    if (value < r->min)
      INVALID(k, r->path, "%s: %lld is less than %lld", r->path, (long long)value, (long long)r->min);
    else if (value > r->max)
      INVALID(k, r->path, "%s: %lld is more than %lld", r->path, (long long)value, (long long)r->max);
  }
}

typedef struct choice {
  const char *path;
  const char *const *words;
  const char *gate; /* only with it, NULL: always */
  int since, until;
} choice;

static const char *const topology_policies[] = {"none", "best-effort", "restricted", "single-numa-node", NULL};
static const char *const topology_scopes[] = {"container", "pod", NULL};
static const char *const hairpin_modes[] = {"none", "hairpin-veth", "promiscuous-bridge", NULL};
static const char *const swap_before_30[] = {"", "LimitedSwap", "UnlimitedSwap", NULL};
static const char *const swap[] = {"", "LimitedSwap", "NoSwap", NULL};
static const char *const pull_policies[] = {"NeverVerify", "NeverVerifyPreloadedImages", "NeverVerifyAllowlistedImages",
                                            "AlwaysVerify", NULL};
static const char *const reservation_policies[] = {"None", "TieredReservation", NULL};
static const char *const enforcements[] = {"pods", "system-reserved", "kube-reserved", "none", NULL};
static const char *const enforcements_32[] = {
    "pods", "system-reserved", "system-reserved-compressible", "kube-reserved", "kube-reserved-compressible", "none",
    NULL};

static const choice choices[] = {
    {"topologyManagerPolicy", topology_policies, NULL, 0, 0},
    {"topologyManagerScope", topology_scopes, NULL, 0, 0},
    {"hairpinMode", hairpin_modes, NULL, 0, 0},
    {"memorySwap.swapBehavior", swap_before_30, "NodeSwap", 0, 30},
    {"memorySwap.swapBehavior", swap, "NodeSwap", 30, 0},
    {"imagePullCredentialsVerificationPolicy", pull_policies, "KubeletEnsureSecretPulledImages", 33, 0},
    {"memoryReservationPolicy", reservation_policies, NULL, 36, 0},
};

static void check_choices(pl_kubelet *k) {
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
    const choice *c = &choices[i];
    if (k->minor < c->since || (c->until && k->minor >= c->until) ||
        (c->gate && !pl_kubelet_gate(k, k->config, c->gate, NULL)))
      continue;
    const char *value = pl_kubelet_text(k, c->path);
    if (!pl_in(value, c->words))
      INVALID(k, c->path, "%s: \"%s\" is none of its words", c->path, value);
  }
}

/* A field that must not be set while a gate is off. */
static void check_gated(pl_kubelet *k) {
  static const struct {
    const char *path, *gate;
    int since, until;
  } gated[] = {
      {"serverTLSBootstrap", "RotateKubeletServerCertificate", 0, 0},
      {"memorySwap.swapBehavior", "NodeSwap", 0, 0},
      {"imageMaximumGCAge", "ImageMaximumGCAge", 29, 0},
      {"shutdownGracePeriodByPodPriority", "GracefulNodeShutdownBasedOnPodPriority", 0, 0},
      {"shutdownGracePeriod", "GracefulNodeShutdown", 0, 0},
      {"shutdownGracePeriodCriticalPods", "GracefulNodeShutdown", 0, 0},
      {"tracing", "KubeletTracing", 0, 34},
      {"enableSystemLogQuery", "NodeLogQuery", 0, 0},
      {"crashLoopBackOff.maxContainerRestartPeriod", "KubeletCrashLoopBackOffMax", 32, 0},
      {"imagePullCredentialsVerificationPolicy", "KubeletEnsureSecretPulledImages", 33, 0},
      {"preloadedImagesVerificationAllowlist", "KubeletEnsureSecretPulledImages", 33, 0},
  };
  for (size_t i = 0; i < sizeof gated / sizeof *gated; i++) {
    const pl_node *value = pl_config_get(k->config, gated[i].path);
    if (k->minor < gated[i].since || (gated[i].until && k->minor >= gated[i].until) || !value)
      continue;
    bool set = pl_is(value, PL_BOOLEAN)  ? value->boolean
               : pl_is(value, PL_STRING) ? value->string.length > 0 && !pl_equal(value->string.data, "0s")
                                         : pl_count(value) > 0;
    if (set && !pl_kubelet_gate(k, k->config, gated[i].gate, NULL))
      INVALID(k, gated[i].path, "%s requires the feature gate %s", gated[i].path, gated[i].gate);
  }
}

static void check_taints(pl_kubelet *k) {
  static const char *const effects[] = {"", "NoSchedule", "PreferNoSchedule", "NoExecute", NULL};
  const pl_node *taints = pl_get(k->config, "registerWithTaints");
  pl_each_item (taint, taints) {
    const char *key = pl_get_text(taint, "key", "");
    if (!pl_is_qualified_name(key) || !pl_is_label_value(pl_get_text(taint, "value", "")) ||
        !pl_in(pl_get_text(taint, "effect", ""), effects))
      INVALID(k, "registerWithTaints", "registerWithTaints: the taint \"%s\" is invalid", key);
    if (pl_get(taint, "timeAdded"))
      INVALID(k, "registerWithTaints", "registerWithTaints: timeAdded must not be set");
  }
}

static size_t count_of(const pl_node *list, const char *text) {
  size_t count = 0;
  pl_each_item (item, list)
    count += pl_equal(pl_text(item), text);
  return count;
}

/* A reservation is enforced in a cgroup, which must be named. */
static void check_reservation(pl_kubelet *k, const pl_node *list, const char *word, const char *cgroup) {
  const char *compressible = pl_printf(k->arena, "%s-compressible", word);
  bool plain = count_of(list, word) > 0, other = k->minor >= 32 && count_of(list, compressible) > 0;
  if (plain && other)
    INVALID(k, "enforceNodeAllocatable", "enforceNodeAllocatable: %s and %s exclude each other", word, compressible);
  if ((plain || other) && !*pl_kubelet_text(k, cgroup))
    INVALID(k, "enforceNodeAllocatable", "enforceNodeAllocatable: %s requires %s", word, cgroup);
}

static void check_enforcement(pl_kubelet *k) {
  static const char name[] = "enforceNodeAllocatable";
  const pl_node *list = pl_get(k->config, name);
  const char *const *words = k->minor >= 32 ? enforcements_32 : enforcements;
  size_t real = pl_count(list) - count_of(list, "none");
  pl_node *seen = pl_node_object(k->arena);
  pl_each_item (item, list) {
    if (!pl_in(item->string.data, words))
      INVALID(k, name, "%s: \"%s\" is none of its words", name, item->string.data);
    else if (k->minor >= 31 && pl_get(seen, item->string.data))
      INVALID(k, name, "%s: %s stands there twice", name, item->string.data);
    pl_object_put(k->arena, seen, item->string.data, item);
  }
  if (count_of(list, "none") > 0 && pl_count(list) > 1)
    INVALID(k, name, "%s: nothing goes with none", name);
  check_reservation(k, list, "system-reserved", "systemReservedCgroup");
  check_reservation(k, list, "kube-reserved", "kubeReservedCgroup");
  if (!pl_kubelet_true(k, "cgroupsPerQOS") && (k->minor >= 31 ? real : pl_count(list)) > 0)
    INVALID(k, name, "%s requires cgroupsPerQOS", name);
}

void pl_kubelet_validate(pl_kubelet *k) {
  check_ranges(k);
  check_choices(k);
  check_gated(k);
  check_taints(k);
  check_enforcement(k);
  pl_kubelet_validate_more(k);
}
