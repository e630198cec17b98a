/* Cgroup paths of both drivers and both versions, and of containers around and inside pods. */
#include <check.h>

#include "src/kube/cgroup.h"

#define ID        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define UID       "20021741-bf93-4636-884b-034ff4063690"
#define SLICE_UID "20021741_bf93_4636_884b_034ff4063690"
#define HASH      "c18980a4fd9d9bd751bb2418ac6debad"

static const struct {
  const char *path, *uid, *id, *enclosing, *unit;
} cases[] = {
    {"/", NULL, NULL, NULL, NULL},
    {"", NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
    {"/system.slice/kubelet.service", NULL, NULL, NULL, "kubelet.service"},
    {"/kubepods/burstable/pod" HASH "/" ID, HASH, ID, NULL, NULL},
    {"/kubepods/pod" UID "/" ID, UID, ID, NULL, NULL},
    {"/kubepods/pod" UID, UID, NULL, NULL, NULL},
    {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" SLICE_UID ".slice/cri-containerd-" ID ".scope",
     UID, ID, NULL, NULL},
    {"/kubepods.slice/kubepods-pod" SLICE_UID ".slice/crio-" ID ".scope", UID, ID, NULL, NULL},
    {"/kubepods.slice/kubepods-pod" SLICE_UID ".slice/crio-" ID ".scope/container/init.scope", UID, ID, NULL, NULL},
    {"/system.slice/containerd.service/kubepods-besteffort-pod" SLICE_UID ".slice:cri-containerd:" ID, UID, ID, NULL,
     NULL},
    {"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" SLICE_UID ".slice/cri-containerd-" ID ".scope", UID,
     ID, NULL, NULL},
    /* a UID that the manifest chose */
    {"/kubepods/burstable/podmine-1/" ID, "mine-1", ID, NULL, NULL},
    {"/other/podmine-1/" ID, NULL, NULL, ID, NULL},
    /* as another cgroup namespace shows it */
    {"/../../pod" UID "/" ID, UID, ID, NULL, NULL},
    {"/../../../system.slice/kubelet.service", NULL, NULL, NULL, "kubelet.service"},
    /* the outermost pod counts */
    {"/kubepods/pod" UID "/" ID "/kubepods/pod" HASH "/" OTHER, UID, ID, NULL, NULL},
    /* a node that is a container */
    {"/docker/" OTHER "/kubelet/kubepods/pod" UID "/" ID, UID, ID, OTHER, NULL},
    {"/system.slice/docker-" OTHER ".scope/system.slice/kubelet.service", NULL, NULL, OTHER, "kubelet.service"},
    {"/lxc.payload.box/system.slice/kubelet.service", NULL, NULL, "lxc.payload.box", "kubelet.service"},
    {"/machine.slice/systemd-nspawn@box.service/payload", NULL, NULL, "systemd-nspawn@box.service",
     "systemd-nspawn@box.service"},
    /* what stands beside a container, or beside a pod */
    {"/system.slice/crio-conmon-" ID ".scope", NULL, NULL, NULL, NULL},
    {"/kata_overhead/" ID, NULL, NULL, NULL, NULL},
    {"/user.slice/user-0.slice/session-1.scope", NULL, NULL, NULL, NULL},
    {"/podman/x", NULL, NULL, NULL, NULL},
    {"/kubepods.slice", NULL, NULL, NULL, NULL},
};

static void same(const char *path, const char *what, const char *got, const char *wanted) {
  ck_assert_msg(pl_equal(got, wanted), "%s: %s is %s, not %s", path ? path : "(none)", what, got ? got : "NULL",
                wanted ? wanted : "NULL");
}

START_TEST(paths) {
  pl_arena *arena = pl_arena_new();
  pl_cgroup read = pl_cgroup_read(arena, cases[_i].path);
  same(cases[_i].path, "pod", read.pod_uid, cases[_i].uid);
  same(cases[_i].path, "container", read.container_id, cases[_i].id);
  same(cases[_i].path, "enclosing", read.enclosing, cases[_i].enclosing);
  same(cases[_i].path, "unit", read.unit, cases[_i].unit);
  pl_arena_free(arena);
}
END_TEST

START_TEST(static_uids) {
  ck_assert(pl_uid_is_static(HASH));
  ck_assert(!pl_uid_is_static(UID));
  ck_assert(!pl_uid_is_static("c18980a4fd9d9bd751bb2418ac6deba"));
  ck_assert(!pl_uid_is_static("c18980a4fd9d9bd751bb2418ac6debadd"));
  ck_assert(!pl_uid_is_static(NULL));
}
END_TEST

Suite *suite_cgroup(void);
Suite *suite_cgroup(void) {
  Suite *suite = suite_create("cgroup");
  TCase *tcase = tcase_create("all");
  tcase_add_loop_test(tcase, paths, 0, sizeof cases / sizeof *cases);
  tcase_add_test(tcase, static_uids);
  suite_add_tcase(suite, tcase);
  return suite;
}
