/* Static pod directories as the kubelet reads them. */
#include <check.h>
#include <stdio.h>
#include <sys/stat.h>

#include "small_node.h"
#include "src/kube/static_pods.h"

#define DIRECTORY "/etc/kubernetes/manifests"
#define POD(name, words)                                                                                               \
  "apiVersion: v1\nkind: Pod\nmetadata: {name: " name                                                                  \
  ", namespace: kube-system}\nspec: {containers: [{name: c, " words "}]}\n"
#define APISERVER                                                                                                      \
  POD("kube-apiserver", "image: 'registry.k8s.io/kube-apiserver:v1.34.9', command: [kube-apiserver, "                  \
                        "--profiling=false]")

static small_node *node;

static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static pl_manifests read_where(const char *where) {
  pl_manifests manifests = {0};
  pl_manifests_read(small_node_host(node), where, &manifests);
  return manifests;
}

static size_t count_of(const pl_manifests *manifests, const char *component) {
  size_t count = 0;
  const pl_manifest *manifest = NULL;
  while ((manifest = pl_manifests_next(manifests, pl_component_find(component), manifest)))
    count++;
  return count;
}

START_TEST(every_regular_file_without_a_dot) {
  small_node_file(node, DIRECTORY "/kube-apiserver.yaml", APISERVER);
  small_node_file(node, DIRECTORY "/kube-apiserver.yaml.bak", APISERVER);
  small_node_file(node, DIRECTORY "/.kube-apiserver.yaml.swp", APISERVER);
  small_node_file(node, DIRECTORY "/old/kube-apiserver.yaml", APISERVER);
  small_node_file(node, "/srv/etcd.json",
                  "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"etcd\"}, \"spec\": {\"containers\": [{\"command\": "
                  "[\"etcd\"]}]}}");
  small_node_link(node, DIRECTORY "/etcd", "/srv/etcd.json");
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert(manifests.complete);
  ck_assert_uint_eq(count_of(&manifests, "kube-apiserver"), 2);
  ck_assert_uint_eq(count_of(&manifests, "etcd"), 1);
  const pl_manifest *etcd = pl_manifests_next(&manifests, pl_component_find("etcd"), NULL);
  ck_assert_str_eq(etcd->path, DIRECTORY "/etcd");
  ck_assert_str_eq(etcd->namespace, "default");
}
END_TEST

START_TEST(one_after_the_other_in_the_order_of_their_files) {
  for (int i = 0; i < 9; i++)
    small_node_file(node, pl_printf(node->arena, DIRECTORY "/%d.yaml", i),
                    i % 3 ? POD("etcd", "command: [etcd]") : APISERVER);
  pl_manifests manifests = read_where(DIRECTORY);
  const pl_component_spec *spec = pl_component_find("etcd");
  const pl_manifest *manifest = NULL;
  const char *seen = "";
  while ((manifest = pl_manifests_next(&manifests, spec, manifest)))
    seen = pl_printf(node->arena, "%s%.1s", seen, pl_basename(manifest->path));
  ck_assert_str_eq(seen, "124578");
  ck_assert_ptr_null(pl_manifests_next(&manifests, pl_component_find("kube-scheduler"), NULL));
  ck_assert_ptr_null(pl_manifests_next(&(pl_manifests){0}, spec, NULL));
}
END_TEST

START_TEST(two_files_of_one_pod) {
  small_node_file(node, DIRECTORY "/kube-apiserver.yaml", APISERVER);
  small_node_file(node, DIRECTORY "/kube-apiserver.yaml.bak", APISERVER);
  small_node_file(node, DIRECTORY "/zz", APISERVER);
  small_node_file(node, DIRECTORY "/etcd.yaml", POD("etcd", "command: [etcd]"));
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert_uint_eq(manifests.count, 4);
  for (size_t i = 0; i < manifests.count; i++) {
    const pl_manifest *manifest = &manifests.items[i];
    const char *other = strcmp(manifest->path, DIRECTORY "/zz") ? DIRECTORY "/zz" : DIRECTORY "/kube-apiserver.yaml";
    ck_assert_msg(pl_equal(manifest->rival, pl_equal(manifest->name, "etcd") ? NULL : other), "%s: %s", manifest->path,
                  manifest->rival);
  }
}
END_TEST

START_TEST(a_pod_of_two_containers_is_one_file) {
  small_node_file(node, DIRECTORY "/a.yaml",
                  "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: ["
                  "{name: e, command: [etcd]}, {name: s, command: [kube-scheduler]}]}\n");
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert_uint_eq(manifests.count, 2);
  ck_assert_ptr_null(manifests.items[0].rival);
  ck_assert_ptr_null(manifests.items[1].rival);
}
END_TEST

START_TEST(a_shell_is_known_by_its_container_s_name) {
  small_node_file(node, DIRECTORY "/a.yaml",
                  "kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec: {containers: ["
                  "{name: etcd, image: x, command: [/bin/bash, -c], args: ['exec etcd --x']},"
                  "{name: kube-scheduler, image: x, command: [/bin/true]},"
                  "{name: other, image: x, command: [sh]}]}\n");
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert_uint_eq(count_of(&manifests, "etcd"), 1);
  ck_assert_uint_eq(count_of(&manifests, "kube-scheduler"), 0);
}
END_TEST

START_TEST(whom_a_broken_file_is_meant_for) {
  static const struct {
    const char *path, *text, *component;
    bool meant;
  } rows[] = {
      {"/kube-apiserver.yaml", "", "kube-apiserver", true},
      {"/kube-apiserver.yaml.bak", "", "kube-apiserver", true},
      {"/kube-apiserver-proxy.yaml", "", "kube-apiserver", false},
      {"/a.yaml", "kind: [Pod\n    - kube-apiserver\n    - --etcd-servers=https://etcd:2379\n", "kube-apiserver", true},
      {"/a.yaml", "kind: [Pod\n    - kube-apiserver\n    - --etcd-servers=https://etcd:2379\n", "etcd", false},
      {"/a.yaml", "kind: [Pod\n    - --etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt\n    path: /etc/etcd\n", "etcd",
       false},
      {"/a.yaml", "kind: [Pod\n  image: registry.k8s.io/etcd:3.6.5-0", "etcd", true},
      {"/a.yaml", "kind: Deployment\nmetadata: {name: \"etcd\"}\n", "etcd", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *path = pl_printf(node->arena, "/etc/%zu%s", i, rows[i].path);
    small_node_file(node, path, rows[i].text);
    pl_manifests manifests = read_where(path);
    bool meant = pl_manifests_meant_for(&manifests, pl_component_find(rows[i].component));
    ck_assert_msg(meant == rows[i].meant, "%s, %s", path, rows[i].component);
  }
}
END_TEST

START_TEST(what_makes_no_pod_is_ignored) {
  small_node_file(node, DIRECTORY "/list.yaml", "kind: List\napiVersion: v1\nitems: []\n");
  small_node_file(node, DIRECTORY "/broken.yaml", "kind: [Pod\n");
  small_node_file(node, DIRECTORY "/empty.yaml", "");
  small_node_link(node, DIRECTORY "/dangling.yaml", "/nowhere");
  ck_assert_int_eq(mkfifo(pl_printf(node->arena, "%s" DIRECTORY "/fifo", node->path), 0600), 0);
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert(manifests.complete);
  ck_assert_uint_eq(manifests.count, 0);
  ck_assert_uint_eq(manifests.ignored_count, 5);
  for (size_t i = 0; i < manifests.ignored_count; i++)
    if (pl_ends(manifests.ignored[i].path, "list.yaml"))
      ck_assert_str_eq(manifests.ignored[i].why, "its kind is List, the kubelet takes a Pod only");
}
END_TEST

START_TEST(only_the_first_document_counts) {
  small_node_file(node, DIRECTORY "/two.yaml", APISERVER "---\nkind: ConfigMap\n");
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert_uint_eq(count_of(&manifests, "kube-apiserver"), 1);
}
END_TEST

START_TEST(a_file_as_static_pod_path) {
  small_node_file(node, "/etc/kubernetes/one.yaml", APISERVER);
  pl_manifests manifests = read_where("/etc/kubernetes/one.yaml");
  ck_assert_uint_eq(count_of(&manifests, "kube-apiserver"), 1);
}
END_TEST

START_TEST(a_link_to_the_directory) {
  small_node_file(node, "/etc/kubernetes/static-pods/a.yaml", APISERVER);
  small_node_link(node, DIRECTORY, "static-pods");
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert(manifests.complete);
  ck_assert_uint_eq(count_of(&manifests, "kube-apiserver"), 1);
}
END_TEST

START_TEST(an_absent_directory_is_complete_and_empty) {
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert(manifests.complete);
  ck_assert_uint_eq(manifests.count, 0);
}
END_TEST

START_TEST(a_file_over_the_cap_leaves_it_open) {
  size_t size = (4u << 20) + 1;
  char *big = pl_xmalloc(size + 1);
  memset(big, '#', size);
  big[size] = '\0';
  small_node_file(node, DIRECTORY "/big.yaml", big);
  free(big);
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert(!manifests.complete);
  ck_assert_ptr_nonnull(strstr(manifests.why, "big.yaml"));
}
END_TEST

static const struct {
  const char *words, *component;
} programs[] = {
    {"image: x, command: [kube-apiserver]", "kube-apiserver"},
    {"image: x, command: [/usr/local/bin/kube-scheduler, --v=2]", "kube-scheduler"},
    {"image: x, command: [hyperkube, kube-proxy]", "kube-proxy"},
    {"image: x, command: [/go-runner, --log-file=/var/log/x, /usr/local/bin/kube-controller-manager]",
     "kube-controller-manager"},
    {"image: 'registry.k8s.io/kube-apiserver:v1.34.9', args: [--profiling=false]", "kube-apiserver"},
    {"image: 'registry.k8s.io:5000/kube-apiserver-amd64@sha256:00', command: [/bin/sh, -c, exec kube-apiserver]",
     "kube-apiserver"},
    {"image: 'nginx:1', command: [nginx, kube-apiserver]", NULL},
    {"image: 'registry.k8s.io/etcd:3.6.5-0', command: [etcd, grpc-proxy, start]", NULL},
    {"image: 'etcd-manager:1', command: [/etcd-manager]", NULL},
    {"image: 'containerd:1', command: [containerd]", NULL},
};

START_TEST(which_component_a_container_runs) {
  char text[1024];
  snprintf(text, sizeof text, POD("x", "%s"), programs[_i].words);
  small_node_file(node, DIRECTORY "/x", text);
  pl_manifests manifests = read_where(DIRECTORY);
  ck_assert_uint_eq(manifests.count, 1);
  const pl_component_spec *spec = manifests.items[0].spec;
  ck_assert_msg(pl_equal(spec ? spec->name : NULL, programs[_i].component), "%s runs %s", programs[_i].words,
                spec ? spec->name : "nothing");
}
END_TEST

START_TEST(a_pod_finds_its_manifest) {
  small_node_file(node, DIRECTORY "/kube-apiserver.yaml", APISERVER);
  pl_manifests manifests = read_where(DIRECTORY);
  const pl_component_spec *spec = pl_component_find("kube-apiserver");
  ck_assert_ptr_nonnull(pl_manifests_for_pod(&manifests, spec, "kube-system", "kube-apiserver-cp1"));
  ck_assert_ptr_null(pl_manifests_for_pod(&manifests, spec, "other", "kube-apiserver-cp1"));
  ck_assert_ptr_null(pl_manifests_for_pod(&manifests, spec, "kube-system", "kube-apiserver"));
  ck_assert_ptr_null(pl_manifests_for_pod(&manifests, spec, "kube-system", NULL));
  ck_assert_ptr_null(pl_manifests_for_pod(&manifests, pl_component_find("etcd"), "kube-system", "kube-apiserver-cp1"));
}
END_TEST

START_TEST(a_pod_whose_name_begins_with_another_s_finds_its_own) {
  small_node_file(node, DIRECTORY "/1", POD("etcd", "image: 'etcd:3.6.5'"));
  small_node_file(node, DIRECTORY "/2", POD("etcd-events", "image: 'etcd:3.6.5'"));
  pl_manifests manifests = read_where(DIRECTORY);
  const pl_component_spec *spec = pl_component_find("etcd");
  ck_assert_uint_eq(manifests.count, 2);
  ck_assert_str_eq(pl_manifests_for_pod(&manifests, spec, "kube-system", "etcd-events-cp1")->path, DIRECTORY "/2");
  ck_assert_str_eq(pl_manifests_for_pod(&manifests, spec, "kube-system", "etcd-cp1")->path, DIRECTORY "/1");
}
END_TEST

Suite *suite_static_pods(void);
Suite *suite_static_pods(void) {
  Suite *suite = suite_create("static_pods");
  TCase *tcase = tcase_create("all");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, every_regular_file_without_a_dot);
  tcase_add_test(tcase, one_after_the_other_in_the_order_of_their_files);
  tcase_add_test(tcase, two_files_of_one_pod);
  tcase_add_test(tcase, a_pod_of_two_containers_is_one_file);
  tcase_add_test(tcase, a_shell_is_known_by_its_container_s_name);
  tcase_add_test(tcase, what_makes_no_pod_is_ignored);
  tcase_add_test(tcase, whom_a_broken_file_is_meant_for);
  tcase_add_test(tcase, only_the_first_document_counts);
  tcase_add_test(tcase, a_file_as_static_pod_path);
  tcase_add_test(tcase, a_link_to_the_directory);
  tcase_add_test(tcase, an_absent_directory_is_complete_and_empty);
  tcase_add_test(tcase, a_file_over_the_cap_leaves_it_open);
  tcase_add_loop_test(tcase, which_component_a_container_runs, 0, sizeof programs / sizeof *programs);
  tcase_add_test(tcase, a_pod_finds_its_manifest);
  tcase_add_test(tcase, a_pod_whose_name_begins_with_another_s_finds_its_own);
  suite_add_tcase(suite, tcase);
  return suite;
}
