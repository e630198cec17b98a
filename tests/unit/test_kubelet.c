/* The kubelet beyond what the corpus of real configurations holds: provenance, what cannot be told, what is noted. */
#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/kube/settings.h"

#define HEAD "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
#define CONFIG "/var/lib/kubelet/config.yaml"
#define DROPINS "/etc/kubernetes/kubelet.conf.d"

static pl_arena *arena;
static pl_settings settings;
static pl_view view;
static char directory[64];
static const char *environ_unread;

static void setup(void) {
  arena = pl_arena_new();
  view = (pl_view){0};
  environ_unread = NULL;
  snprintf(directory, sizeof directory, "/tmp/plumbline-kubelet-XXXXXX");
  ck_assert_ptr_nonnull(mkdtemp(directory));
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk) {
  (void)st;
  (void)type;
  (void)walk;
  return remove(path);
}

static void teardown(void) {
  nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  pl_arena_free(arena);
}

/* PATH with its directories, CONTENT in it. */
static int put(const char *path, const char *content) {
  char *whole = pl_printf(arena, "%s%s", directory, path);
  for (char *slash = strchr(whole + strlen(directory) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(whole, 0755);
    *slash = '/';
  }
  int fd = open(whole, O_CREAT | O_RDWR | O_TRUNC | O_CLOEXEC, 0644);
  ck_assert_int_ge(fd, 0);
  ck_assert_int_eq(write(fd, content, strlen(content)), (ssize_t)strlen(content));
  return fd;
}

static void file(const char *path, const char *content) { close(put(path, content)); }

/* Settings of a kubelet 1.MINOR with the words of LINE. */
static void run(int minor, const char *line) {
  pl_error err = {0};
  pl_faults faults;
  pl_faults_init(&faults, arena);
  const char *const *argv;
  size_t argc = pl_split(arena, line, ' ', &argv);
  pl_data *data = pl_data_open(arena, NULL, false, &err);
  ck_assert_msg(data != NULL, "%s", err.text);
  pl_host *host = pl_host_open(arena, &(pl_host_options){.root = directory}, &err);
  ck_assert_msg(host != NULL, "%s", err.text);
  view.host = host;
  pl_component_input input = {.argv = argv, .argc = argc, .argv_where = "pid 8", .argv_layer = "flag", .view = &view,
                              .tables = pl_tables_load(arena, data, &faults), .minor = minor, .environ_unread = environ_unread};
  pl_kubelet_settings(arena, &input, &settings);
  ck_assert_uint_eq(faults.total, 0);
  pl_host_close(host);
  pl_data_close(data);
}

static const char *shown(const char *name) {
  const pl_node *entry = pl_get(settings.values, name);
  return entry ? pl_json_text(arena, entry, false) : "nothing";
}
static const char *text_of(const char *name, const char *member) { return pl_get_text(pl_get(settings.values, name), member, "nothing"); }

static bool noted(const char *text) {
  pl_each_item(note, settings.notes)
    if (strstr(pl_text(note), text))
      return true;
  return false;
}

START_TEST(values_lead_back_to_lines) {
  file(CONFIG, HEAD "readOnlyPort: 10255\nauthentication:\n  anonymous:\n    enabled: true\n");
  file(DROPINS "/10.conf", HEAD "readOnlyPort: 1\n");
  file(DROPINS "/20.conf", HEAD "maxPods: 5\nreadOnlyPort: 2\n");
  run(34, "kubelet --config=" CONFIG " --config-dir=" DROPINS " --read-only-port 0");
  ck_assert_str_eq(shown("readOnlyPort"), "{\"value\":0,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[3]\"},\"overridden\":["
                                          "{\"value\":10255,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\",\"line\":3}},"
                                          "{\"value\":1,\"from\":{\"layer\":\"drop-in\",\"where\":\"" DROPINS "/10.conf\",\"line\":3}},"
                                          "{\"value\":2,\"from\":{\"layer\":\"drop-in\",\"where\":\"" DROPINS "/20.conf\",\"line\":4}}],\"default\":0}");
  ck_assert_str_eq(shown("authentication.anonymous.enabled"),
                   "{\"value\":true,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\",\"line\":6},\"default\":false}");
  ck_assert_str_eq(shown("eventRecordQPS"), "{\"value\":50,\"from\":{\"layer\":\"default\",\"where\":null}}");
  ck_assert_uint_eq(pl_count(settings.refused), 0);
}
END_TEST

START_TEST(a_default_that_came_back_tells_what_it_replaced) {
  file(CONFIG, HEAD "makeIPTablesUtilChains: false\n");
  file(DROPINS "/10.conf", HEAD "makeIPTablesUtilChains: null\n");
  run(34, "kubelet --config=" CONFIG " --config-dir=" DROPINS);
  ck_assert_str_eq(shown("makeIPTablesUtilChains"),
                   "{\"value\":true,\"from\":{\"layer\":\"default\",\"where\":null},\"overridden\":["
                   "{\"value\":false,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\",\"line\":3}}]}");
}
END_TEST

START_TEST(gates_lead_back_too) {
  file(CONFIG, HEAD "featureGates:\n  RotateKubeletServerCertificate: false\n  CPUManagerPolicyAlphaOptions: true\n");
  run(34, "kubelet --config=" CONFIG " --feature-gates=RotateKubeletServerCertificate=true");
  ck_assert_str_eq(shown("featureGates.RotateKubeletServerCertificate"),
                   "{\"value\":true,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[2]\"},\"overridden\":["
                   "{\"value\":false,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\",\"line\":4}}],\"default\":true}");
  ck_assert_str_eq(shown("featureGates.CPUManagerPolicyAlphaOptions"),
                   "{\"value\":true,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\",\"line\":5},\"default\":false}");
}
END_TEST

/* With a file the defaults are those of the file's type, without one those that flags start from. */
static const struct {
  int minor;
  const char *file, *dropin, *words, *setting, *wanted;
} beside[] = {
    {34, "readOnlyPort: 1\n", NULL, "", "readOnlyPort", "0"},
    {34, NULL, NULL, "--read-only-port=0", "readOnlyPort", "10255"},
    {34, NULL, "readOnlyPort: 1\n", "", "readOnlyPort", "10255"},
    {28, NULL, "readOnlyPort: 1\n", "", "readOnlyPort", "nothing"}, /* mergo mixes both */
    {34, "readOnlyPort: 1\n", "readOnlyPort: 2\n", "--read-only-port=3", "readOnlyPort", "0"},
    {0, "readOnlyPort: 1\n", NULL, "", "readOnlyPort", "nothing"},
    {99, "readOnlyPort: 1\n", NULL, "", "readOnlyPort", "nothing"},
    {34, "{}\n", NULL, "", "readOnlyPort", "nothing"},
    {34, "authentication: {anonymous: {enabled: true}}\n", NULL, "", "authentication.anonymous.enabled", "false"},
    {34, NULL, NULL, "--anonymous-auth=false", "authentication.anonymous.enabled", "true"},
    {34, "rotateCertificates: true\n", NULL, "", "rotateCertificates", "false"},
    {34, "failCgroupV1: true\n", NULL, "", "failCgroupV1", "false"},
    {35, "failCgroupV1: true\n", NULL, "", "failCgroupV1", "true"},
    {34, "seccompDefault: true\n", NULL, "", "effective.seccompDefault", "false"},
    {34, "maxParallelImagePulls: 5\nserializeImagePulls: false\n", NULL, "", "serializeImagePulls", "nothing"},
    {34, "{}\n", NULL, "--hostname-override=a", "hostnameOverride", "\"\""},
    {34, "featureGates: {NoSuchGate: true}\n", NULL, "", "featureGates.NoSuchGate", "nothing"},
};

START_TEST(a_default_stands_beside_a_value) {
  if (beside[_i].file)
    file(CONFIG, pl_printf(arena, HEAD "%s", pl_equal(beside[_i].file, "{}\n") ? "" : beside[_i].file));
  if (beside[_i].dropin)
    file(DROPINS "/10.conf", pl_printf(arena, HEAD "%s", beside[_i].dropin));
  run(beside[_i].minor, pl_printf(arena, "kubelet%s%s%s%s", beside[_i].file ? " --config=" CONFIG : "",
                                  beside[_i].dropin ? " --config-dir=" DROPINS : "", *beside[_i].words ? " " : "", beside[_i].words));
  const pl_node *fallback = pl_get(pl_get(settings.values, beside[_i].setting), "default");
  ck_assert_str_eq(fallback ? pl_json_text(arena, fallback, false) : "nothing", beside[_i].wanted);
}
END_TEST

/* What the benchmark asks about is there on any kubelet. */
START_TEST(keys_are_always_there) {
  static const char *const keys[] = {
      "authentication.anonymous.enabled", "authorization.mode", "authentication.x509.clientCAFile", "readOnlyPort",
      "streamingConnectionIdleTimeout", "makeIPTablesUtilChains", "hostnameOverride", "eventRecordQPS", "tlsCertFile", "tlsPrivateKeyFile",
      "effective.tlsCertFile", "effective.tlsPrivateKeyFile", "rotateCertificates", "serverTLSBootstrap",
      "featureGates.RotateKubeletServerCertificate", "tlsCipherSuites", "tlsMinVersion", "podPidsLimit", "seccompDefault",
      "effective.seccompDefault", "protectKernelDefaults", "staticPodPath", "kubeconfig", "bootstrapKubeconfig", "explicitFeatureGates"};
  static const char with_file[] = "kubelet --config=" CONFIG;
  static const char *const lines[] = {"kubelet", with_file, "kubelet --config=/absent", "kubelet --config-dir=/absent",
                                      "kubelet --nonsense", "kubelet --read-only-port=x --kubeconfig"};
  static const int minors[] = {0, 20, 27, 28, 29, 31, 34, 36, 50};
  file(CONFIG, HEAD);
  run(minors[_i % 9], lines[_i / 9]);
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    const pl_node *entry = pl_get(settings.values, keys[i]);
    ck_assert_msg(pl_get(entry, "value") || pl_get(entry, "unreadable"), "1.%d %s: %s: %s", minors[_i % 9], lines[_i / 9], keys[i], shown(keys[i]));
  }
}
END_TEST

START_TEST(files_are_named) {
  file(CONFIG, HEAD "authentication:\n  x509:\n    clientCAFile: ca.crt\n");
  file(DROPINS "/10.conf", HEAD);
  run(34, "kubelet --config=" CONFIG " --config-dir=" DROPINS " --kubeconfig=/etc/kubernetes/kubelet.conf --bootstrap-kubeconfig=b.conf");
  ck_assert_str_eq(pl_json_text(arena, settings.files, false),
                   "[{\"role\":\"config\",\"path\":\"" CONFIG "\",\"host_path\":\"" CONFIG "\"},"
                   "{\"role\":\"drop-in\",\"path\":\"" DROPINS "/10.conf\",\"host_path\":\"" DROPINS "/10.conf\"},"
                   "{\"role\":\"client-ca\",\"path\":\"/var/lib/kubelet/ca.crt\",\"host_path\":\"/var/lib/kubelet/ca.crt\"},"
                   "{\"role\":\"certificate\",\"path\":\"/var/lib/kubelet/pki/kubelet.crt\",\"host_path\":\"/var/lib/kubelet/pki/kubelet.crt\"},"
                   "{\"role\":\"key\",\"path\":\"/var/lib/kubelet/pki/kubelet.key\",\"host_path\":\"/var/lib/kubelet/pki/kubelet.key\"},"
                   "{\"role\":\"kubeconfig\",\"path\":\"/etc/kubernetes/kubelet.conf\",\"host_path\":\"/etc/kubernetes/kubelet.conf\"},"
                   "{\"role\":\"bootstrap-kubeconfig\",\"path\":\"/b.conf\",\"host_path\":\"/b.conf\"}]");
  ck_assert_str_eq(text_of("authentication.x509.clientCAFile", "host_path"), "/var/lib/kubelet/ca.crt");
}
END_TEST

START_TEST(a_kubelet_in_a_container) {
  static pl_mapping mapping = {.inside = "/etc/kubernetes", .outside = "/opt/kube"};
  file("/opt/kube/kubelet.yaml", HEAD "staticPodPath: manifests\nauthentication: {x509: {clientCAFile: /usr/ca.crt}}\n");
  view = (pl_view){.container = true, .mappings = &mapping, .count = 1};
  run(34, "kubelet --config=/etc/kubernetes/kubelet.yaml");
  ck_assert_str_eq(shown("staticPodPath"), "{\"value\":\"/etc/kubernetes/manifests\",\"from\":{\"layer\":\"file\",\"where\":"
                                           "\"/opt/kube/kubelet.yaml\",\"line\":3},\"default\":\"\",\"host_path\":\"/opt/kube/manifests\"}");
  ck_assert(pl_is(pl_get(pl_get(settings.values, "authentication.x509.clientCAFile"), "host_path"), PL_NULL));
}
END_TEST

/* No verdict on what could not be looked at: only what a flag gives is known. */
START_TEST(unreadable_file_leaves_the_flags) {
  int fd = put(CONFIG, HEAD);
  ck_assert_int_eq(ftruncate(fd, PL_DOCUMENT_BYTES_MAX + 1), 0);
  close(fd);
  run(34, "kubelet --config=" CONFIG " --anonymous-auth=false --seccomp-default --feature-gates=NodeSwap=true");
  ck_assert_uint_eq(pl_count(settings.refused), 0);
  ck_assert_str_eq(shown("authentication.anonymous.enabled"), "{\"value\":false,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[2]\"}}");
  ck_assert_str_eq(shown("effective.seccompDefault"), "{\"value\":true,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[3]\"},\"default\":false}");
  static const char *const unknown[] = {"readOnlyPort", "seccompDefault", "effective.tlsCertFile", "featureGates.RotateKubeletServerCertificate",
                                        "tlsCipherSuites", "explicitFeatureGates"};
  for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
    ck_assert_msg(strstr(text_of(unknown[i], "unreadable"), "4194304"), "%s: %s", unknown[i], shown(unknown[i]));
  ck_assert_str_eq(shown("kubeconfig"), "{\"value\":\"\",\"from\":{\"layer\":\"default\",\"where\":null}}");
  ck_assert_str_eq(pl_get_text(settings.files->list.items[0], "role", ""), "config");
}
END_TEST

START_TEST(refused_file_leaves_the_flags) {
  file(CONFIG, HEAD "readOnlyPort: \"x\"\n");
  run(34, "kubelet --config=" CONFIG " --anonymous-auth=false");
  ck_assert_str_eq(pl_json_text(arena, settings.refused, false),
                   "[{\"reason\":\"readOnlyPort: an integer of 32 bits is wanted, not string\",\"stage\":\"config-file\",\"where\":\"" CONFIG ":3\"}]");
  ck_assert_str_eq(shown("eventRecordQPS"), "{\"value\":null,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG "\"},\"refused\":\"" CONFIG
                                            ":3: readOnlyPort: an integer of 32 bits is wanted, not string\"}");
  ck_assert_str_eq(text_of("authentication.anonymous.enabled", "refused"), "nothing");
  ck_assert_str_eq(text_of("effective.seccompDefault", "refused"), text_of("eventRecordQPS", "refused"));
}
END_TEST

START_TEST(refused_flag_marks_what_it_feeds) {
  run(34, "kubelet --read-only-port=x --anonymous-auth=false --nonsense");
  ck_assert_uint_eq(pl_count(settings.refused), 2);
  ck_assert(pl_starts(text_of("readOnlyPort", "refused"), "invalid argument \"x\" for \"--read-only-port\" flag"));
  ck_assert_str_eq(text_of("authentication.anonymous.enabled", "refused"), "nothing");
}
END_TEST

START_TEST(refused_value_marks_its_setting) {
  file(CONFIG, HEAD "maxPods: 5\nreadOnlyPort: 70000\n");
  run(34, "kubelet --config=" CONFIG);
  ck_assert_str_eq(pl_json_text(arena, settings.refused, false),
                   "[{\"reason\":\"readOnlyPort: 70000 is more than 65535\",\"stage\":\"validation\",\"where\":\"" CONFIG ":4\"}]");
  ck_assert_str_eq(shown("readOnlyPort"), "{\"value\":70000,\"from\":{\"layer\":\"file\",\"where\":\"" CONFIG
                                          "\",\"line\":4},\"default\":0,\"refused\":\"readOnlyPort: 70000 is more than 65535\"}");
  ck_assert_str_eq(text_of("maxPods", "refused"), "nothing");
}
END_TEST

START_TEST(unknown_gate_marks_the_gate) {
  run(34, "kubelet --feature-gates=NoSuchGate=true");
  ck_assert_str_eq(text_of("featureGates.NoSuchGate", "refused"), "unrecognized feature gate: NoSuchGate");
  run(37, "kubelet --feature-gates=NoSuchGate=true --no-such-flag");
  ck_assert_uint_eq(pl_count(settings.refused), 0);
  ck_assert(noted("feature gate NoSuchGate is not in our tables, which end with 1.36"));
  ck_assert(noted("--no-such-flag is not in our tables, which end with 1.36"));
  ck_assert(noted("our tables hold 1.27 to 1.36; the rules of 1.36 are followed"));
}
END_TEST

START_TEST(unknown_version_leaves_open_what_differs) {
  run(0, "kubelet --read-only-port=0");
  ck_assert_str_eq(text_of("failCgroupV1", "unreadable"), "the version is unknown, and the default is not the same in all versions");
  ck_assert_str_eq(shown("eventRecordQPS"), "{\"value\":50,\"from\":{\"layer\":\"default\",\"where\":null}}");
  ck_assert(noted("the kubelet's version is unknown"));
  run(0, "kubelet --fail-cgroupv1=false");
  ck_assert_str_eq(shown("failCgroupV1"), "{\"value\":false,\"from\":{\"layer\":\"flag\",\"where\":\"pid 8 argv[1]\"}}");
}
END_TEST

START_TEST(flags_come_and_go) {
  run(27, "kubelet --config-dir=" DROPINS);
  ck_assert_uint_eq(pl_count(settings.refused), 1);
  run(34, "kubelet --pod-infra-container-image=x");
  ck_assert_uint_eq(pl_count(settings.refused), 0);
  run(35, "kubelet --pod-infra-container-image=x");
  ck_assert_str_eq(pl_json_text(arena, settings.refused, false),
                   "[{\"reason\":\"unknown flag: --pod-infra-container-image\",\"stage\":\"flags\",\"where\":\"pid 8 argv[1]\",\"setting\":\"pod-infra-container-image\"}]");
}
END_TEST

START_TEST(inert_keys_are_noted) {
  file(CONFIG, HEAD "ReadOnlyPort: 5\nnonsense: 1\nauthentication:\n  anonymous:\n    enable: true\nmaxPods: 1\nmaxPods: 2\n");
  file(DROPINS "/10.yaml", HEAD);
  run(34, "kubelet --config=" CONFIG " --config-dir=" DROPINS);
  ck_assert(noted(CONFIG ":3: ReadOnlyPort is no key of this version and has no effect; it is written readOnlyPort"));
  ck_assert(noted(CONFIG ":4: nonsense is no key of this version and has no effect"));
  ck_assert(noted(CONFIG ":7: authentication.anonymous.enable is no key of this version and has no effect"));
  ck_assert(noted(CONFIG ":9: maxPods stands there more than once; the last one counts"));
  ck_assert(noted(DROPINS "/10.yaml is not read: drop-ins end in .conf"));
}
END_TEST

START_TEST(header_values_are_not_kept) {
  file(CONFIG, HEAD "staticPodURLHeader:\n  Authorization: [Bearer hunter2]\n");
  run(34, "kubelet --config=" CONFIG);
  ck_assert_str_eq(pl_json_text(arena, pl_settings_value(&settings, "staticPodURLHeader"), false), "{\"Authorization\":\"(not kept)\"}");
  run(34, "kubelet --manifest-url-header=Authorization:hunter2");
  ck_assert_ptr_null(strstr(pl_json_text(arena, settings.values, false), "hunter2"));
}
END_TEST

/* --config-dir of 1.28 and 1.29 wants a variable; whether it is there cannot always be seen. */
START_TEST(the_alpha_variable) {
  file(DROPINS "/10.conf", HEAD "maxPods: 5\n");
  run(29, "kubelet --config-dir=" DROPINS);
  ck_assert_str_eq(pl_get_text(settings.refused->list.items[0], "stage", ""), "other");
  environ_unread = "not allowed";
  run(29, "kubelet --config-dir=" DROPINS);
  ck_assert_uint_eq(pl_count(settings.refused), 0);
  ck_assert(noted("whether KUBELET_CONFIG_DROPIN_DIR_ALPHA is set could not be seen: not allowed"));
  ck_assert_int_eq(pl_settings_value(&settings, "maxPods")->integer, 5);
  run(30, "kubelet --config-dir=" DROPINS);
  ck_assert_int_eq(pl_settings_value(&settings, "maxPods")->integer, 5);
}
END_TEST

START_TEST(malformed_gates_leave_the_gates_open) {
  run(34, "kubelet --feature-gates=RotateKubeletServerCertificate");
  ck_assert(strstr(text_of("featureGates.RotateKubeletServerCertificate", "refused"), "malformed pair"));
  ck_assert(strstr(text_of("explicitFeatureGates", "refused"), "malformed pair"));
  ck_assert_str_eq(text_of("readOnlyPort", "refused"), "nothing");
}
END_TEST

START_TEST(node_labels) {
  static const struct {
    const char *labels;
    bool good;
  } rows[] = {
      {"a=b", true}, {"node.kubernetes.io/x=1", true}, {"x.node.kubernetes.io/x=1", true}, {"kubernetes.io/hostname=h", true},
      {"kubernetes.io/other=h", false}, {"x.k8s.io/other=h", false}, {"notk8s.io/other=h", true}, {"topology.kubernetes.io/zone=z", true},
      {"a=-b", false}, {"/a=b", false}, {"A_b/a=b", false}, {"a", true},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    run(34, pl_printf(arena, "kubelet --node-labels=%s", rows[i].labels));
    ck_assert_msg((pl_count(settings.refused) == 0) == rows[i].good, "%s", rows[i].labels);
  }
}
END_TEST

START_TEST(dropins_are_capped) {
  for (int i = 0; i < PL_DROPINS_MAX; i++)
    file(pl_printf(arena, DROPINS "/%03d.conf", i), pl_printf(arena, HEAD "maxPods: %d\n", i + 1));
  run(34, "kubelet --config-dir=" DROPINS);
  ck_assert_int_eq(pl_settings_value(&settings, "maxPods")->integer, PL_DROPINS_MAX);
  file(DROPINS "/more.conf", HEAD);
  run(34, "kubelet --config-dir=" DROPINS " --read-only-port=5");
  ck_assert_str_eq(text_of("maxPods", "unreadable"), DROPINS " holds more than 256 drop-ins");
  ck_assert_int_eq(pl_settings_value(&settings, "readOnlyPort")->integer, 5);
  ck_assert_uint_eq(pl_count(settings.refused), 0);
}
END_TEST

/* A drop-in of HEAD, the list and COUNT texts: COUNT + 4 values. */
static void list_of(size_t count) {
  pl_buffer buffer;
  pl_buffer_init(&buffer, 1 << 20);
  pl_buffer_text(&buffer, HEAD "clusterDNS:\n");
  for (size_t i = 0; i < count; i++)
    pl_buffer_text(&buffer, "- a\n");
  file(DROPINS "/10.conf", pl_buffer_take(&buffer, arena).data);
  pl_buffer_free(&buffer);
}

START_TEST(values_of_dropins_are_capped) {
  list_of(PL_DROPIN_NODES_MAX - 4);
  run(_i, "kubelet --config-dir=" DROPINS);
  ck_assert_uint_eq(pl_count(pl_settings_value(&settings, "clusterDNS")), PL_DROPIN_NODES_MAX - 4);
  list_of(PL_DROPIN_NODES_MAX - 3);
  run(_i, "kubelet --config-dir=" DROPINS);
  ck_assert_str_eq(text_of("clusterDNS", "unreadable"), DROPINS "/10.conf: the drop-ins hold more than 20000 values");
}
END_TEST

/* Each file is laid over all that the first one brought. */
START_TEST(what_dropins_are_laid_over_counts) {
  list_of(10000);
  for (int i = 11; i < 50; i++)
    file(pl_printf(arena, DROPINS "/%d.conf", i), HEAD);
  run(_i, "kubelet --config-dir=" DROPINS);
  ck_assert_uint_eq(pl_count(pl_settings_value(&settings, "clusterDNS")), 10000);
  for (int i = 50; i < 70; i++)
    file(pl_printf(arena, DROPINS "/%d.conf", i), HEAD);
  run(_i, "kubelet --config-dir=" DROPINS);
  const char *why = text_of("clusterDNS", "unreadable"), *end = strchr(why, ':');
  ck_assert_str_eq(end, ": the drop-ins, and what they are laid over each time, are more than 500000 values");
}
END_TEST

Suite *suite_kubelet(void);
Suite *suite_kubelet(void) {
  Suite *suite = suite_create("kubelet");
  TCase *tcase = tcase_create("kubelet");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_test(tcase, values_lead_back_to_lines);
  tcase_add_loop_test(tcase, a_default_stands_beside_a_value, 0, sizeof beside / sizeof *beside);
  tcase_add_test(tcase, a_default_that_came_back_tells_what_it_replaced);
  tcase_add_test(tcase, gates_lead_back_too);
  tcase_add_loop_test(tcase, keys_are_always_there, 0, 9 * 6);
  tcase_add_test(tcase, files_are_named);
  tcase_add_test(tcase, a_kubelet_in_a_container);
  tcase_add_test(tcase, unreadable_file_leaves_the_flags);
  tcase_add_test(tcase, refused_file_leaves_the_flags);
  tcase_add_test(tcase, refused_flag_marks_what_it_feeds);
  tcase_add_test(tcase, refused_value_marks_its_setting);
  tcase_add_test(tcase, unknown_gate_marks_the_gate);
  tcase_add_test(tcase, unknown_version_leaves_open_what_differs);
  tcase_add_test(tcase, flags_come_and_go);
  tcase_add_test(tcase, inert_keys_are_noted);
  tcase_add_test(tcase, header_values_are_not_kept);
  tcase_add_test(tcase, dropins_are_capped);
  tcase_add_loop_test(tcase, what_dropins_are_laid_over_counts, 30, 35);
  tcase_add_loop_test(tcase, values_of_dropins_are_capped, 30, 33);
  tcase_add_test(tcase, the_alpha_variable);
  tcase_add_test(tcase, malformed_gates_leave_the_gates_open);
  tcase_add_test(tcase, node_labels);
  suite_add_tcase(suite, tcase);
  return suite;
}
