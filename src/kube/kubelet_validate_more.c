/* Rules of pkg/kubelet/apis/config/validation that weigh one field against another, and those of single kinds. */
#include "src/kube/kubelet.h"

#define INVALID(k, name, ...) pl_kubelet_refuse((k), "validation", (name), __VA_ARGS__)
#define SECOND                INT64_C(1000000000)

static bool gate(pl_kubelet *k, const char *name) { return pl_kubelet_gate(k, k->config, name, NULL); }

static void check_images(pl_kubelet *k) {
  if (pl_kubelet_integer(k, "imageGCLowThresholdPercent") >= pl_kubelet_integer(k, "imageGCHighThresholdPercent"))
    INVALID(k, "imageGCHighThresholdPercent",
            "imageGCLowThresholdPercent must be less than imageGCHighThresholdPercent");
  int64_t maximum = pl_kubelet_duration(k, "imageMaximumGCAge"), minimum = pl_kubelet_duration(k, "imageMinimumGCAge");
  if (maximum < 0)
    INVALID(k, "imageMaximumGCAge", "imageMaximumGCAge must not be negative");
  if (maximum > 0 && maximum <= minimum)
    INVALID(k, "imageMaximumGCAge", "imageMaximumGCAge must be more than imageMinimumGCAge");
  if (k->minor >= 36 && minimum < 0)
    INVALID(k, "imageMinimumGCAge", "imageMinimumGCAge must not be negative");
  const pl_node *pulls = pl_get(k->config, "maxParallelImagePulls");
  if (pulls && pulls->integer < 1)
    INVALID(k, "maxParallelImagePulls", "maxParallelImagePulls must be positive");
  if (pulls && pulls->integer > 1 && pl_kubelet_true(k, "serializeImagePulls"))
    INVALID(k, "maxParallelImagePulls", "maxParallelImagePulls above 1 requires serializeImagePulls to be false");
  if (k->minor >= 33 && pl_count(pl_get(k->config, "preloadedImagesVerificationAllowlist")) > 0 &&
      !pl_equal(pl_kubelet_text(k, "imagePullCredentialsVerificationPolicy"), "NeverVerifyAllowlistedImages"))
    INVALID(k, "preloadedImagesVerificationAllowlist",
            "preloadedImagesVerificationAllowlist requires NeverVerifyAllowlistedImages");
}

static void check_cgroups(pl_kubelet *k) {
  if (*pl_kubelet_text(k, "systemCgroups") && !*pl_kubelet_text(k, "cgroupRoot"))
    INVALID(k, "systemCgroups", "systemCgroups requires cgroupRoot");
  int64_t period = pl_kubelet_duration(k, "cpuCFSQuotaPeriod");
  if (gate(k, "CustomCPUCFSQuotaPeriod") ? period < SECOND / 1000 || period > SECOND : period != SECOND / 10)
    INVALID(k, "cpuCFSQuotaPeriod",
            "cpuCFSQuotaPeriod must be between 1ms and 1s, and 100ms without the gate CustomCPUCFSQuotaPeriod");
  if (*pl_kubelet_text(k, "reservedSystemCPUs") &&
      (*pl_kubelet_text(k, "systemReservedCgroup") || *pl_kubelet_text(k, "kubeReservedCgroup")))
    INVALID(k, "reservedSystemCPUs", "reservedSystemCPUs excludes systemReservedCgroup and kubeReservedCgroup");
}

static void check_shutdown(pl_kubelet *k) {
  static const char *const paths[] = {"shutdownGracePeriod", "shutdownGracePeriodCriticalPods"};
  int64_t all = pl_kubelet_duration(k, paths[0]), critical = pl_kubelet_duration(k, paths[1]);
  if (!gate(k, "GracefulNodeShutdown"))
    return;
  if (critical > all)
    INVALID(k, paths[1], "shutdownGracePeriodCriticalPods must not be more than shutdownGracePeriod");
  for (size_t i = 0; i < 2; i++) {
    int64_t period = pl_kubelet_duration(k, paths[i]);
    if (period < 0 || (period > 0 && period < SECOND))
      INVALID(k, paths[i], "%s must be 0 or at least 1s", paths[i]);
  }
  if (pl_count(pl_get(k->config, "shutdownGracePeriodByPodPriority")) > 0 && (all > 0 || critical > 0) &&
      gate(k, "GracefulNodeShutdownBasedOnPodPriority"))
    INVALID(k, "shutdownGracePeriodByPodPriority", "shutdownGracePeriodByPodPriority excludes shutdownGracePeriod");
}

static void check_crash_loop(pl_kubelet *k) {
  static const char path[] = "crashLoopBackOff.maxContainerRestartPeriod";
  int64_t period = pl_kubelet_duration(k, path);
  if (k->minor < 32 || !gate(k, "KubeletCrashLoopBackOffMax"))
    return;
  if (!pl_config_get(k->config, path))
    INVALID(k, path, "%s must be set with the gate KubeletCrashLoopBackOffMax", path);
  else if (period < SECOND || period / (SECOND / 1000) > 300000)
    INVALID(k, path, "%s must be between 1s and 300s", path);
}

static void check_memory(pl_kubelet *k) {
  const pl_node *factor = pl_get(k->config, "memoryThrottlingFactor");
  double value = !factor ? 1 : factor->kind == PL_REAL ? factor->real : (double)factor->integer;
  if (value <= 0 || value > 1)
    INVALID(k, "memoryThrottlingFactor", "memoryThrottlingFactor must be more than 0 and at most 1");
  if (k->minor >= 36 && !gate(k, "MemoryQoS") &&
      pl_equal(pl_kubelet_text(k, "memoryReservationPolicy"), "TieredReservation"))
    INVALID(k, "memoryReservationPolicy", "TieredReservation requires the feature gate MemoryQoS");
}

static void check_logs(pl_kubelet *k) {
  const char *directory = pl_kubelet_text(k, "podLogsDir");
  if (pl_kubelet_true(k, "enableSystemLogQuery") && !pl_kubelet_true(k, "enableSystemLogHandler"))
    INVALID(k, "enableSystemLogQuery", "enableSystemLogQuery requires enableSystemLogHandler");
  if (k->minor < 30)
    return;
  if (pl_kubelet_duration(k, "containerLogMonitorInterval") < 3 * SECOND)
    INVALID(k, "containerLogMonitorInterval", "containerLogMonitorInterval must be at least 3s");
  if (directory[0] != '/' || !pl_equal(pl_path_join(k->arena, "/", directory), directory))
    INVALID(k, "podLogsDir", "podLogsDir must be an absolute path in its shortest form");
  for (const char *c = directory; *c; c++)
    if ((unsigned char)*c > 0x7f) {
      INVALID(k, "podLogsDir", "podLogsDir must be ASCII");
      break;
    }
}

static void check_user_namespaces(pl_kubelet *k) {
  static const char path[] = "userNamespaces.idsPerPod";
  const pl_node *ids = pl_config_get(k->config, path);
  if (ids && (ids->integer < 65536 || ids->integer % 65536 != 0 || ids->integer > UINT32_MAX))
    INVALID(k, path, "%s must be a multiple of 65536 below 4294967296", path);
}

void pl_kubelet_validate_more(pl_kubelet *k) {
  check_images(k);
  check_cgroups(k);
  check_shutdown(k);
  check_crash_loop(k);
  check_memory(k);
  check_logs(k);
  check_user_namespaces(k);
  if (k->minor >= 32 && pl_kubelet_true(k, "runOnce"))
    INVALID(k, "runOnce", "runOnce must not be set");
  if (!*pl_kubelet_text(k, "containerRuntimeEndpoint"))
    INVALID(k, "containerRuntimeEndpoint", "containerRuntimeEndpoint must be set");
}
