/* Versions of components, by image, path, package and program file. */
#include <check.h>

#include "small_node.h"
#include "src/kube/version.h"

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static pl_version find(const char *component, pl_version_input input) {
  pl_packages packages = {NULL};
  input.packages = &packages;
  input.host = small_node_host(node);
  input.spec = pl_component_find(component);
  return pl_version_find(&input);
}

static const struct {
  const char *text;
  int minor;
} kubernetes[] = {{"1.34.9", 34},  {"v1.34", 34},  {"v1.34.9-eks-abc", 34},
                  {"1.34+", 34},   {"2.34.1", 0},  {"1", 0},
                  {"1.", 0},       {"1.34x", 0},   {"", 0},
                  {NULL, 0},       {"1.00034", 0}, {"v", 0},
                  {"1.0.0", 0},    {"-1.34.9", 0}, {"1.9999.1", 9999},
                  {"1.34.9\n", 34}};

START_TEST(minor_versions) {
  ck_assert_msg(pl_kubernetes_minor(kubernetes[_i].text) == kubernetes[_i].minor, "%s: %d", kubernetes[_i].text,
                pl_kubernetes_minor(kubernetes[_i].text));
}
END_TEST

START_TEST(version_numbers) {
  ck_assert_int_eq(pl_version_number("3.5.30-0"), 305);
  ck_assert_int_eq(pl_version_number("2.1.4"), 201);
  ck_assert_int_eq(pl_version_number("x"), 0);
  ck_assert_int_eq(pl_version_number(NULL), 0);
}
END_TEST

static const struct {
  const char *image, *text;
  int minor;
} images[] = {
    {"registry.k8s.io/kube-apiserver:v1.34.9", "1.34.9", 34},
    {"registry.local:5000/kube-apiserver:v1.34.9@sha256:0123", "1.34.9", 34},
    {"registry.local:5000/kube-apiserver@sha256:0123", NULL, 0},
    {"rancher/hardened-kubernetes:v1.34.9-rke2r1-build20260101", "1.34.9-rke2r1-build20260101", 34},
    {"x/kube-apiserver:latest", NULL, 0},
    {"x/kube-apiserver", NULL, 0},
    {NULL, NULL, 0},
};

START_TEST(image_tags) {
  pl_version version = find("kube-apiserver", (pl_version_input){.image = images[_i].image, .image_where = "/m"});
  ck_assert_msg(pl_equal(version.text, images[_i].text), "%s: %s", images[_i].image, version.text);
  ck_assert_int_eq(version.minor, images[_i].minor);
}
END_TEST

START_TEST(etcd_has_its_own_numbers) {
  pl_version version =
      find("etcd", (pl_version_input){.image = "registry.k8s.io/etcd:3.5.30-0", .kubernetes = "1.34.9"});
  ck_assert_str_eq(version.text, "3.5.30-0");
  ck_assert_int_eq(version.minor, 305);
}
END_TEST

START_TEST(what_the_caller_says_wins) {
  pl_version version = find("kubelet", (pl_version_input){.kubernetes = "v1.33", .image = "x/kubelet:v1.34.9"});
  ck_assert_str_eq(version.text, "1.33");
  ck_assert_str_eq(version.from, "--kubernetes");
}
END_TEST

START_TEST(versioned_paths) {
  static const struct {
    const char *program, *path, *text;
  } paths[] = {{"kubelet", "/opt/k8s/v1.34.9/bin/kubelet", "1.34.9"},
               {"kubelet", "/var/lib/rancher/rke2/data/v1.34.3-rke2r1-ab12/bin/kubelet", "1.34.3-rke2r1-ab12"},
               {"kubelet", "/usr/local/bin/kubelet-1.30.2", "1.30.2"},
               {"kubelet", "/usr/bin/kubelet", NULL},
               {"kubelet", "/opt/kubelet1.28/kubelet", NULL},
               /* what is not of Kubernetes: a path tells the version of what it names; RKE2's containerd lies in a
                  directory of Kubernetes' version */
               {"containerd", "/opt/containerd/1.7.24/bin/containerd", "1.7.24"},
               {"containerd", "/nix/store/x2y-containerd-2.1.4/bin/containerd", "2.1.4"},
               {"containerd", "/usr/local/bin/containerd-1.6.33", "1.6.33"},
               {"containerd", "/var/lib/rancher/rke2/data/v1.34.3-rke2r1-ab12/bin/containerd", NULL},
               {"containerd", "/data/containerd/disk/v1.34.3/bin/containerd", NULL},
               {"containerd", "/usr/bin/containerd", NULL}};
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    ck_assert_msg(pl_equal(find(paths[i].program, (pl_version_input){.exe = paths[i].path}).text, paths[i].text), "%s",
                  paths[i].path);
}
END_TEST

#define STATUS                                                                                                         \
  "Package: libx\nStatus: install ok installed\nVersion: 9.9.9\n\n"                                                    \
  "Package: kubelet\nStatus: %s\nArchitecture: amd64\nVersion: 1:1.34.9-1.1\nDescription: x\n Version: 7\n\n"          \
  "Package: kubelet-tools\nStatus: install ok installed\nVersion: 8.8.8\n"

START_TEST(packages) {
  small_node_file(node, "/var/lib/dpkg/status", pl_printf(node->arena, STATUS, "install ok installed"));
  pl_version version = find("kubelet", (pl_version_input){.exe = "/usr/bin/kubelet"});
  ck_assert_str_eq(version.text, "1.34.9-1.1");
  ck_assert_int_eq(version.minor, 34);
  ck_assert_str_eq(version.from, "package kubelet");
  ck_assert_ptr_null(find("kubelet", (pl_version_input){.exe = "/usr/local/bin/kubelet"}).text);
  ck_assert_ptr_null(find("kube-proxy", (pl_version_input){.exe = "/usr/bin/kube-proxy"}).text);
}
END_TEST

/* The first of the packages a program comes in counts, and of a package the first paragraph that says it is there. */
START_TEST(the_database_is_read_once) {
  pl_host *host = small_node_host(node);
  pl_packages known = {NULL};
  const pl_component_spec *containerd = pl_component_find("containerd"), *kubelet = pl_component_find("kubelet");
  const char *package = NULL;
  small_node_file(node, "/var/lib/dpkg/status",
                  "Package: containerd\nStatus: install ok installed\nVersion: 1.7\n\n"
                  "Package: containerd.io\nStatus: deinstall ok config-files\nVersion: 2.0\n\n"
                  "X: Package: containerd.io\nStatus: install ok installed\nVersion: 2.3\n\n"
                  "Package: containerd.io\nStatus: install ok installed\nVersion: 2.1\n\n"
                  "Package: containerd.io\nStatus: install ok installed\nVersion: 2.2\n\n"
                  "Package: kubelet\nStatus: install ok installed\n");
  ck_assert_str_eq(pl_package_version(&known, host, "/usr/bin/containerd", containerd, &package), "2.1");
  ck_assert_str_eq(package, "containerd.io");
  ck_assert_ptr_null(pl_package_version(&known, host, "/usr/bin/kubelet", kubelet, &package));
  small_node_file(node, "/var/lib/dpkg/status", "Package: kubelet\nStatus: install ok installed\nVersion: 1.34.9\n");
  ck_assert_ptr_null(pl_package_version(&known, host, "/usr/bin/kubelet", kubelet, &package));
  ck_assert_str_eq(pl_package_version(&known, host, "/usr/bin/containerd", containerd, &package), "2.1");
}
END_TEST

/* A dead server would hang whoever reads there, also by way of a link. */
START_TEST(packages_on_a_network_mount_are_not_looked_at) {
  small_node_file(node, "/proc/1/mountinfo",
                  "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                  "30 20 0:50 / /mnt/nfs rw - nfs4 server:/ rw\n");
  small_node_file(node, "/mnt/nfs/dpkg/status", pl_printf(node->arena, STATUS, "install ok installed"));
  small_node_link(node, "/var/lib/dpkg", "/mnt/nfs/dpkg");
  ck_assert_ptr_null(find("kubelet", (pl_version_input){.exe = "/usr/bin/kubelet"}).text);
}
END_TEST

START_TEST(removed_packages_do_not_count) {
  small_node_file(node, "/var/lib/dpkg/status", pl_printf(node->arena, STATUS, "deinstall ok config-files"));
  ck_assert_ptr_null(find("kubelet", (pl_version_input){.exe = "/usr/bin/kubelet"}).text);
}
END_TEST

START_TEST(a_replaced_program_file_says_nothing) {
  small_node_file(node, "/var/lib/dpkg/status", pl_printf(node->arena, STATUS, "install ok installed"));
  pl_version version = find("kubelet", (pl_version_input){.exe = "/usr/bin/kubelet", .exe_deleted = true});
  ck_assert_int_eq(version.minor, 0);
  ck_assert_str_eq(version.from, "/usr/bin/kubelet was replaced since it was started");
}
END_TEST

/* A program of SIZE bytes with TEXTS, each ended by a NUL, at OFFSET. */
static void program(size_t size, size_t offset, const char *const *texts) {
  pl_auto_free char *data = pl_xmalloc(size);
  memset(data, 'x', size);
  for (size_t i = 0; texts[i]; offset += strlen(texts[i++]) + 1)
    memcpy(data + offset, texts[i], strlen(texts[i]) + 1);
  small_node_bytes(node, "/opt/bin/kubelet", data, size);
}

static pl_version of_program(void) { return find("kubelet", (pl_version_input){.exe = "/opt/bin/kubelet"}); }

START_TEST(program_files) {
  program(2 << 20, 1 << 19,
          (const char *const[]){"path k8s.io/kubernetes/cmd/kubelet", "v1.34.9+k3s1", "v1.34.9+k3s1", NULL});
  pl_version version = of_program();
  ck_assert_str_eq(version.text, "1.34.9+k3s1");
  ck_assert_int_eq(version.minor, 34);
  ck_assert_str_eq(version.from, "program file /opt/bin/kubelet");
}
END_TEST

START_TEST(a_version_across_two_reads) {
  for (size_t shift = 0; shift < 12; shift++) {
    program(1 << 19, (1 << 18) - 20 - shift, (const char *const[]){"k8s.io/kubernetes", "v1.34.9", NULL});
    ck_assert_str_eq(of_program().text, "1.34.9");
  }
}
END_TEST

START_TEST(other_programs_and_several_versions_say_nothing) {
  program(4096, 0, (const char *const[]){"v1.34.9", NULL});
  ck_assert_ptr_null(of_program().text);
  program(4096, 0, (const char *const[]){"k8s.io/kubernetes", "v1.34.9", "v1.33.1", NULL});
  ck_assert_ptr_null(of_program().text);
  program(4096, 0, (const char *const[]){"k8s.io/kubernetes", "otel v1.34.0 h1", "v1.beta", "v1.34", NULL});
  ck_assert_ptr_null(of_program().text);
}
END_TEST

Suite *suite_version(void);
Suite *suite_version(void) {
  Suite *suite = suite_create("version");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, minor_versions, 0, sizeof kubernetes / sizeof *kubernetes);
  tcase_add_test(tcase, version_numbers);
  tcase_add_loop_test(tcase, image_tags, 0, sizeof images / sizeof *images);
  tcase_add_test(tcase, etcd_has_its_own_numbers);
  tcase_add_test(tcase, what_the_caller_says_wins);
  tcase_add_test(tcase, versioned_paths);
  tcase_add_test(tcase, packages);
  tcase_add_test(tcase, the_database_is_read_once);
  tcase_add_test(tcase, packages_on_a_network_mount_are_not_looked_at);
  tcase_add_test(tcase, removed_packages_do_not_count);
  tcase_add_test(tcase, a_replaced_program_file_says_nothing);
  tcase_add_test(tcase, program_files);
  tcase_add_test(tcase, a_version_across_two_reads);
  tcase_add_test(tcase, other_programs_and_several_versions_say_nothing);
  suite_add_tcase(suite, tcase);
  return suite;
}
