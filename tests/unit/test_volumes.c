/* Volumes of a node: how many are looked at, what is said of those past that, and volumes that only a snapshot tells
 * of. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "small_node.h"
#include "src/kube/volume_list.h"
#include "src/kube/volumes.h"

#define PODS  "/var/lib/kubelet/pods/"
#define ROOT  "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
#define BARE  "processor\t: 0\nflags\t\t: fpu vme\n"
#define SHOWN "0123456789abcdef"
#define ID    SHOWN SHOWN SHOWN SHOWN
#define UID   "20021741-bf93-4636-884b-034ff4063690"

static small_node *node;
static pl_collection collection;
static const pl_collect_options options = {.now = 1700000000};
static char *mountinfo;
static size_t length;

static void setup(void) {
  node = small_node_new();
  collection = (pl_collection){.arena = node->arena, .options = &options, .kubelet_root = "/var/lib/kubelet"};
  mountinfo = pl_xmalloc(1);
  length = 0;
}
static void teardown(void) {
  pl_bundles_close(&collection.bundles);
  pl_pass_close(&collection.pass);
  free(mountinfo);
  small_node_free(node);
}

static void line(const char *text) {
  size_t size = strlen(text);
  mountinfo = pl_xrealloc(mountinfo, length + size + 1);
  memcpy(mountinfo + length, text, size + 1);
  length += size;
}

/* A disk of this machine is mounted at POINT. */
static void mount_at(const char *point) {
  line(pl_printf(node->arena, "30 20 8:1 / %s rw - ext4 /dev/sda1 rw\n", point));
}

static const pl_node *volumes(void) {
  line(ROOT);
  small_node_file(node, "/proc/1/mountinfo", mountinfo);
  small_node_file(node, "/proc/cpuinfo", BARE);
  small_node_file(node, "/sys/devices/x/sda1/dev", "8:1\n");
  small_node_link(node, "/sys/dev/block/8:1", "../../devices/x/sda1");
  small_node_file(node, PODS "keep", "");
  collection.host = small_node_host(node);
  collection.blocks = pl_blocks_new(collection.host);
  pl_pass_read(collection.host, NULL, &collection.pass);
  pl_bundles_init(&collection.bundles, collection.host, "/run/containerd", "/run/containers/storage");
  pl_pods_read(collection.host, &collection.pass, &collection.bundles, collection.kubelet_root, &collection.pods);
  return pl_volume_facts(&collection);
}

static const pl_node *only(const pl_node *fact) {
  ck_assert_uint_eq(pl_count(pl_get(fact, "items")), 1);
  return pl_get(fact, "items")->list.items[0];
}

/* ---- caps ---- */

START_TEST(volumes_past_the_cap_are_told_of) {
  for (int i = 0; i < PL_VOLUMES_MAX + _i; i++)
    mount_at(pl_printf(node->arena, PODS "u/volumes/kubernetes.io~local-volume/pv-%d", i));
  const pl_node *fact = volumes();
  ck_assert_uint_eq(pl_count(pl_get(fact, "items")), PL_VOLUMES_MAX);
  ck_assert_str_eq(pl_get_text(fact, "state", ""), _i ? "partial" : "complete");
  ck_assert_str_eq(pl_get_text(fact, "because", "nothing"), _i ? "more than 10000 volumes" : "nothing");
}
END_TEST

START_TEST(pods_of_a_volume_past_the_cap_are_told_of) {
  for (int i = 0; i < PL_VOLUME_PODS_MAX + _i; i++)
    mount_at(pl_printf(node->arena, PODS "u%d/volumes/kubernetes.io~local-volume/pv", i));
  mount_at(PODS "u0/volumes/kubernetes.io~local-volume/pv"); /* no pod is counted twice */
  const pl_node *volume = only(volumes());
  ck_assert_uint_eq(pl_count(pl_get(volume, "pods")), PL_VOLUME_PODS_MAX);
  ck_assert_int_eq(pl_get_boolean(volume, "pods_cut", false), _i);
}
END_TEST

/* A vol_data.json of as many bytes as are read, and of one more. */
START_TEST(what_the_kubelet_wrote_down_is_short) {
#define DATA "{\"driverName\": \"d\", \"volumeHandle\": \"h\", \"x\": \""
  size_t filling = PL_VOLUME_DATA_BYTES_MAX - strlen(DATA "\"}") + (size_t)_i;
  char *text = pl_xmalloc(PL_VOLUME_DATA_BYTES_MAX + 2), *at = text + strlen(DATA);
  memcpy(text, DATA, strlen(DATA));
  memset(at, 'a', filling);
  memcpy(at + filling, "\"}", sizeof "\"}");
  small_node_file(node, PODS "u/volumes/kubernetes.io~csi/pv/vol_data.json", text);
  free(text);
  mount_at(PODS "u/volumes/kubernetes.io~csi/pv/mount");
  const pl_node *fact = volumes(), *volume = only(fact);
  ck_assert_str_eq(pl_get_text(volume, "state", ""), _i ? "unreadable" : "plaintext");
  ck_assert_str_eq(pl_get_text(volume, "driver", "none"), _i ? "none" : "d");
  ck_assert_str_eq(pl_get_text(fact, "unread", ""), _i ? "some" : "none");
}
END_TEST

/* ---- hostPath ---- */

static void container(const char *mounts) {
  small_node_process(node,
                     &(small_process){.pid = 10, .exe = "/web", .argv = {"web"}, .cgroup = "/kubepods/pod" UID "/" ID});
  if (mounts)
    small_node_bundle(node, ID, "shop", "web-1", UID, "web", "x:1", mounts);
}

START_TEST(host_paths_past_the_cap_are_told_of) {
  char *mounts = pl_xmalloc((PL_HOST_PATHS_MAX + 1) * 100), *at = mounts;
  for (int i = 0; i < PL_HOST_PATHS_MAX + _i; i++) {
    small_node_file(node, pl_printf(node->arena, "/srv/%d/file", i), "");
    const char *one = pl_printf(
        node->arena, "%s{\"destination\": \"/d/%d\", \"source\": \"/srv/%d\", \"type\": \"bind\"}", i ? "," : "", i, i);
    at = stpcpy(at, one);
  }
  container(mounts);
  free(mounts);
  const pl_node *fact = volumes();
  ck_assert_uint_eq(pl_count(pl_get(fact, "host_paths")), PL_HOST_PATHS_MAX);
  ck_assert_str_eq(pl_get_text(fact, "host_paths_in_clear", ""), "some");
  ck_assert_int_eq(pl_get_boolean(fact, "host_paths_cut", false), _i);
}
END_TEST

START_TEST(a_pod_without_a_bundle_may_have_any_host_path) {
  container(NULL);
  const pl_node *fact = volumes();
  ck_assert_ptr_nonnull(
      strstr(pl_get_text(pl_get(fact, "host_paths_in_clear"), "unreadable", ""), "not told by a bundle"));
}
END_TEST

START_TEST(a_host_path_that_cannot_be_followed_is_not_known) {
  small_node_link(node, "/srv/loop", "loop");
  container("{\"destination\": \"/d\", \"source\": \"/srv/loop\", \"type\": \"bind\"}");
  ck_assert_ptr_nonnull(strstr(pl_get_text(pl_get(volumes(), "host_paths_in_clear"), "unreadable", ""), "/srv/loop"));
}
END_TEST

/* ---- what only a snapshot tells ---- */

#define CLUSTER(state, type, path, claim)                                                                              \
  "{\"state\": \"" state                                                                                               \
  "\", \"node\": \"node1\", \"kinds\": {\"Pod\": 1}, \"pods\": [{\"namespace\": \"shop\", \"name\": "                  \
  "\"web-1\", \"uid\": \"" UID                                                                                         \
  "\", \"claims\": [\"data\"]}], \"persistent_volumes\": [{\"name\": \"pv-1\", \"type\": \"" type                      \
  "\", \"handle\": \"" path "\", \"claim_name\": \"" claim "\", \"claim_namespace\": \"shop\"}]}"

static const struct {
  const char *cluster;
  bool seen;
} claims[] = {
    {CLUSTER("fresh", "hostPath", "/srv/data", "data"), true},
    {CLUSTER("stale", "hostPath", "/srv/data", "data"), true},
    {CLUSTER("fresh", "hostPath", "/srv/data", "other"), false},
    {CLUSTER("fresh", "nfs", "/srv/data", "data"), false},
    {CLUSTER("fresh", "hostPath", "srv/data", "data"), false},
    {CLUSTER("unusable", "hostPath", "/srv/data", "data"), false},
};

START_TEST(host_paths_behind_claims) {
  const char *text = claims[_i].cluster;
  small_node_file(node, "/srv/data/file", "");
  collection.cluster = pl_json_read(node->arena, (pl_bytes){text, strlen(text)}, &pl_json_document_limits, NULL, NULL);
  container("");
  const pl_node *fact = volumes();
  ck_assert_uint_eq(pl_count(pl_get(fact, "items")), claims[_i].seen);
  if (!claims[_i].seen)
    return;
  ck_assert_str_eq(pl_get_text(only(fact), "type", ""), "hostPath");
  ck_assert_str_eq(pl_get_text(only(fact), "mount_point", ""), "/srv/data");
  ck_assert_str_eq(pl_get_text(only(fact), "state", ""), "plaintext");
  ck_assert_str_eq(pl_get_text(fact, "in_clear", ""), "some");
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

Suite *suite_volumes(void);
Suite *suite_volumes(void) {
  Suite *suite = suite_create("volumes");
  TCase *tcase = tcase_create("volumes");
  tcase_set_timeout(tcase, 60); /* thousands of mounts */
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, volumes_past_the_cap_are_told_of, 0, 2);
  tcase_add_loop_test(tcase, pods_of_a_volume_past_the_cap_are_told_of, 0, 2);
  tcase_add_loop_test(tcase, what_the_kubelet_wrote_down_is_short, 0, 2);
  tcase_add_loop_test(tcase, host_paths_past_the_cap_are_told_of, 0, 2);
  tcase_add_test(tcase, a_pod_without_a_bundle_may_have_any_host_path);
  tcase_add_test(tcase, a_host_path_that_cannot_be_followed_is_not_known);
  tcase_add_loop_test(tcase, host_paths_behind_claims, 0, COUNT(claims));
  suite_add_tcase(suite, tcase);
  return suite;
}
