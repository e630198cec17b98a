/* Cluster snapshots: what is kept of them, what never is, whose they are, how old, and what is no snapshot at all. */
#include <check.h>

#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/number.h"
#include "src/kube/cluster.h"

static pl_arena *arena;
static pl_error error;

static void setup(void) { arena = pl_arena_new(); }
static void teardown(void) { pl_arena_free(arena); }

#define NOON 1793016000 /* 2026-10-26T12:00:00Z */

static pl_cluster *read_text(const char *text) {
  error = (pl_error){0};
  return pl_cluster_read(arena, (pl_bytes){text, strlen(text)}, "cluster.json", 0, &error);
}

static const pl_node *facts_of(const char *text, const char *node, int64_t now) {
  pl_cluster *cluster = read_text(text);
  ck_assert_msg(cluster != NULL, "%s", error.text);
  return pl_cluster_facts(arena, cluster, node, now);
}

static const char *at(const pl_node *fact, const char *path) {
  const pl_node *value = pl_get_path(fact, path);
  return value ? pl_json_text(arena, value, false) : "(none)";
}

#define NODE(name, time)                                                                                               \
  "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"" name                                      \
  "\", \"creationTimestamp\": \"2020-01-01T00:00:00Z\", "                                                              \
  "\"labels\": {\"node-role.kubernetes.io/control-plane\": \"\", \"example.com/x\": \"y\"}, "                          \
  "\"annotations\": {\"projectcalico.org/WireguardPublicKey\": \"cHVi\", \"example.com/token\": \"canary\"}}, "        \
  "\"spec\": {\"taints\": [{\"key\": \"node-role.kubernetes.io/control-plane\", \"effect\": \"NoSchedule\"}]}, "       \
  "\"status\": {\"conditions\": [{\"lastHeartbeatTime\": \"" time "\"}]}}"
#define LIST(items)  "{\"apiVersion\": \"v1\", \"items\": [" items "], \"kind\": \"List\"}"
#define FRESH        "2026-10-26T11:58:00Z"
#define HERE(items)  LIST(NODE("n1", FRESH) ", " items)
#define FACTS(items) facts_of(HERE(items), "n1", NOON)

/* ---- whose, and how old ---- */

static const struct {
  const char *text, *node;
  int64_t now;
  const char *state, *because;
} states[] = {
    {LIST(NODE("n1", FRESH)), "n1", NOON, "fresh", NULL},
    {LIST(NODE("n1", "2026-10-25T12:00:00Z")), "n1", NOON, "fresh", NULL},
    {LIST(NODE("n1", "2026-10-25T11:59:59Z")), "n1", NOON, "stale", "24 hours old"},
    {LIST(NODE("n1", "2026-10-26T12:05:00Z")), "n1", NOON, "fresh", NULL},
    {LIST(NODE("n1", "2026-10-26T12:05:01Z")), "n1", NOON, "stale", "dated after"},
    {LIST(NODE("n2", FRESH)), "n1", NOON, "unusable", "holds no node n1"},
    {LIST(NODE("n2", FRESH)), NULL, NOON, "unusable", "name is not known"},
    {LIST("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"p\"}}"), "n1", NOON, "unusable",
     "holds no Node objects"},
    {LIST("{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"n1\"}}"), "n1", NOON, "stale",
     "nothing dates it"},
};

START_TEST(whose_and_how_old) {
  const pl_node *fact = facts_of(states[_i].text, states[_i].node, states[_i].now);
  const char *because = pl_get_text(fact, "because", NULL);
  ck_assert_str_eq(pl_get_text(fact, "state", ""), states[_i].state);
  if (states[_i].because)
    ck_assert_msg(because && strstr(because, states[_i].because), "%s", because);
  else
    ck_assert_ptr_null(because);
  bool usable = strcmp(states[_i].state, "unusable") != 0;
  ck_assert_int_eq(pl_cluster_usable(fact), usable);
  ck_assert_int_eq(pl_cluster_fresh(fact), strcmp(states[_i].state, "fresh") == 0);
  ck_assert_int_eq(pl_cluster_this_node(fact) != NULL, usable);
}
END_TEST

START_TEST(none_given) {
  const pl_node *fact = pl_cluster_facts(arena, NULL, "n1", NOON);
  ck_assert_str_eq(pl_json_text(arena, fact, false), "{\"state\":\"none\"}");
  ck_assert(!pl_cluster_usable(fact) && !pl_cluster_holds(fact, "Node"));
}
END_TEST

START_TEST(a_file_without_times_is_dated_by_its_own) {
  const char *text = LIST("{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"n1\"}}");
  pl_cluster *cluster = pl_cluster_read(arena, (pl_bytes){text, strlen(text)}, "x", NOON - 60, &error);
  const pl_node *fact = pl_cluster_facts(arena, cluster, "n1", NOON);
  ck_assert_str_eq(pl_get_text(fact, "state", ""), "fresh");
  ck_assert_str_eq(pl_get_text(fact, "taken_at_from", ""), "time of the file");
}
END_TEST

/* ---- what is kept ---- */

#define POD                                                                                                            \
  "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web-1\", \"namespace\": \"shop\", "          \
  "\"uid\": \"u1\", \"ownerReferences\": [{\"kind\": \"X\", \"name\": \"x\"}, {\"kind\": \"ReplicaSet\", "             \
  "\"name\": \"web\", \"controller\": true}]}, \"spec\": {\"nodeName\": \"n1\", \"runtimeClassName\": \"gvisor\", "    \
  "\"hostNetwork\": true, \"volumes\": [{\"persistentVolumeClaim\": {\"claimName\": \"data\"}}], "                     \
  "\"containers\": [{\"env\": [{\"name\": \"A\", \"value\": \"canary\"}]}]}, \"status\": {\"phase\": \"Running\"}}"
#define MIRROR                                                                                                         \
  "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"etcd-n1\", \"namespace\": \"kube-system\", " \
  "\"uid\": \"u2\", \"annotations\": {\"kubernetes.io/config.hash\": \"hash\", "                                       \
  "\"kubernetes.io/config.mirror\": \"hash\"}}, \"spec\": {\"nodeName\": \"n1\"}}"
#define ELSEWHERE                                                                                                      \
  "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"web-2\", \"uid\": \"u3\"}, "                 \
  "\"spec\": {\"nodeName\": \"n2\"}}"
#define VOLUME                                                                                                         \
  "{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolume\", \"metadata\": {\"name\": \"pv1\"}, \"spec\": {\"csi\": "   \
  "{\"driver\": \"ebs.csi.aws.com\", \"volumeHandle\": \"vol-1\", \"volumeAttributes\": {\"Encrypted\": \"true\", "    \
  "\"password\": \"canary\", \"other\": \"canary\"}}, \"claimRef\": {\"namespace\": \"shop\", \"name\": \"data\"}, "   \
  "\"storageClassName\": \"gp3\", \"volumeMode\": \"Block\", \"mountOptions\": [\"sec=krb5p\", \"password=canary\"]}}"
#define NFS                                                                                                            \
  "{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolume\", \"metadata\": {\"name\": \"pv2\"}, "                       \
  "\"spec\": {\"nfs\": {\"server\": \"s\", \"path\": \"/x\"}}}"
#define CLASS                                                                                                          \
  "{\"apiVersion\": \"storage.k8s.io/v1\", \"kind\": \"StorageClass\", \"metadata\": {\"name\": \"gp3\"}, "            \
  "\"provisioner\": \"ebs.csi.aws.com\", \"parameters\": {\"encrypted\": \"true\", \"kmsKeyId\": \"arn:x\", "          \
  "\"secret\": \"canary\"}}"
#define RUNTIME                                                                                                        \
  "{\"apiVersion\": \"node.k8s.io/v1\", \"kind\": \"RuntimeClass\", \"metadata\": {\"name\": \"gvisor\"}, "            \
  "\"handler\": \"runsc\"}"
#define CILIUM                                                                                                         \
  "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"cilium-config\", "                     \
  "\"namespace\": \"kube-system\"}, \"data\": {\"enable-wireguard\": \"true\", \"etcd-password\": \"canary\"}}"
#define FLANNEL                                                                                                        \
  "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"kube-flannel-cfg\", "                  \
  "\"namespace\": \"kube-flannel\"}, \"data\": {\"net-conf.json\": "                                                   \
  "\"{\\\"Backend\\\": {\\\"Type\\\": \\\"ipsec\\\", \\\"PSK\\\": \\\"canary\\\"}}\"}}"
#define ANTREA                                                                                                         \
  "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"antrea-config-7k2mtf8h6c\", "          \
  "\"namespace\": \"kube-system\"}, \"data\": {\"antrea-agent.conf\": \"trafficEncryptionMode: wireGuard\\n\"}}"
#define FELIX                                                                                                          \
  "{\"apiVersion\": \"crd.projectcalico.org/v1\", \"kind\": \"FelixConfiguration\", \"metadata\": "                    \
  "{\"name\": \"default\"}, \"spec\": {\"wireguardEnabled\": true, \"bpfLogLevel\": \"canary\"}}"
#define SECRET                                                                                                         \
  "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"s\"}, \"data\": {\"k\": \"canary\"}}"
#define EVERYTHING                                                                                                     \
  POD "," MIRROR "," ELSEWHERE "," VOLUME "," NFS "," CLASS "," RUNTIME "," CILIUM "," FLANNEL "," ANTREA "," FELIX    \
      "," SECRET

static const struct {
  const char *path, *json;
} kept[] = {
    {"kinds.Pod", "3"},
    {"kinds.Secret", "(none)"},
    {"nodes.[0].labels", "{\"node-role.kubernetes.io/control-plane\":\"\"}"},
    {"nodes.[0].annotations", "{\"projectcalico.org/WireguardPublicKey\":\"cHVi\"}"},
    {"nodes.[0].taints",
     "[{\"key\":\"node-role.kubernetes.io/control-plane\",\"value\":null,\"effect\":\"NoSchedule\"}]"},
    {"pods.[0]", "{\"namespace\":\"shop\",\"name\":\"web-1\",\"uid\":\"u1\",\"static\":false,\"owner_kind\":"
                 "\"ReplicaSet\",\"owner_name\":\"web\",\"host_network\":true,\"runtime_class\":\"gvisor\",\"phase\":"
                 "\"Running\",\"claims\":[\"data\"]}"},
    {"pods.[1].uid", "\"hash\""},
    {"pods.[1].static", "true"},
    {"pods.[2]", "(none)"},
    {"persistent_volumes.[0]",
     "{\"name\":\"pv1\",\"type\":\"csi\",\"driver\":\"ebs.csi.aws.com\",\"handle\":\"vol-1\",\"attributes\":"
     "{\"Encrypted\":\"true\"},\"claim_namespace\":\"shop\",\"claim_name\":\"data\",\"storage_class\":\"gp3\","
     "\"volume_mode\":\"Block\",\"mount_options\":[\"sec=krb5p\"]}"},
    {"persistent_volumes.[1].type", "\"nfs\""},
    {"persistent_volumes.[1].driver", "\"nfs\""},
    {"storage_classes.[0].parameters", "{\"encrypted\":\"true\",\"kmsKeyId\":\"arn:x\"}"},
    {"runtime_classes", "[{\"name\":\"gvisor\",\"handler\":\"runsc\"}]"},
    {"config_maps", "{\"kube-system/cilium-config\":{\"enable-wireguard\":\"true\"},\"kube-flannel/kube-flannel-cfg\":"
                    "{\"net-conf.json\":{\"Backend.Type\":\"ipsec\"}},\"kube-system/antrea-config\":"
                    "{\"antrea-agent.conf\":{\"trafficEncryptionMode\":\"wireGuard\"}}}"},
    {"custom_resources.[0].settings", "{\"spec.wireguardEnabled\":\"true\"}"},
};

START_TEST(keeps_what_tables_ask_for) {
  const pl_node *fact = FACTS(EVERYTHING);
  ck_assert_str_eq(at(fact, kept[_i].path), kept[_i].json);
  ck_assert_ptr_null(strstr(pl_json_text(arena, fact, false), "canary"));
}
END_TEST

START_TEST(nothing_of_another_cluster_is_kept) {
  const pl_node *fact = facts_of(HERE(EVERYTHING), "other", NOON);
  ck_assert_ptr_null(pl_get(fact, "nodes"));
  ck_assert_ptr_null(pl_cluster_find_volume(fact, "pv1"));
  ck_assert(!pl_cluster_holds(fact, "Pod"));
}
END_TEST

START_TEST(finds_by_name) {
  const pl_node *fact = FACTS(EVERYTHING);
  ck_assert_str_eq(pl_get_text(pl_cluster_find_pod(fact, "hash"), "name", ""), "etcd-n1");
  ck_assert_str_eq(pl_get_text(pl_cluster_find_volume(fact, "pv2"), "handle", ""), "/x");
  ck_assert_ptr_nonnull(pl_cluster_find_storage_class(fact, "gp3"));
  ck_assert_ptr_null(pl_cluster_find_pod(fact, NULL));
  ck_assert(pl_cluster_holds(fact, "Pod") && !pl_cluster_holds(fact, "Network"));
}
END_TEST

START_TEST(lists_and_objects_may_follow_one_another) {
  const pl_node *fact = facts_of(LIST(POD) "\n" NODE("n1", FRESH) LIST() LIST(VOLUME), "n1", NOON);
  ck_assert_str_eq(at(fact, "kinds"), "{\"Pod\":1,\"Node\":1,\"PersistentVolume\":1}");
}
END_TEST

START_TEST(a_document_in_a_config_map_may_be_broken) {
  const pl_node *fact =
      FACTS("{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"kube-flannel-cfg\", "
            "\"namespace\": \"x\"}, \"data\": {\"net-conf.json\": \"{canary\"}}");
  ck_assert_str_eq(at(fact, "config_maps.x/kube-flannel-cfg.unreadable"),
                   "\"a document in it is neither YAML nor JSON\"");
}
END_TEST

/* Members of other types than the API has are left out. */
START_TEST(odd_objects) {
  const pl_node *fact = FACTS("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": [], \"spec\": {\"nodeName\": "
                              "\"n1\", \"volumes\": {\"a\": 1}, \"hostNetwork\": \"yes\"}, \"status\": null}, "
                              "{\"apiVersion\": \"v1\", \"kind\": \"PersistentVolume\", \"spec\": {\"csi\": 7}}, "
                              "{\"apiVersion\": \"v1\", \"kind\": 5}, {\"apiVersion\": \"v1\", \"kind\": "
                              "\"ConfigMap\", \"metadata\": {\"name\": \"cilium-config\", \"namespace\": \"\\n\"}}");
  ck_assert_str_eq(at(fact, "pods.[0].host_network"), "false");
  ck_assert_str_eq(at(fact, "persistent_volumes.[0].type"), "null");
  ck_assert_str_eq(at(fact, "config_maps"), "{\"\\\\x0a/cilium-config\":{}}");
}
END_TEST

START_TEST(long_texts_are_left_out) {
  for (size_t length = PL_CLUSTER_TEXT_MAX; length <= PL_CLUSTER_TEXT_MAX + 1; length++) {
    char *name = pl_alloc(arena, length + 1);
    memset(name, 'a', length);
    const char *text = pl_printf(arena,
                                 HERE("{\"apiVersion\": \"node.k8s.io/v1\", \"kind\": \"RuntimeClass\", "
                                      "\"handler\": \"%s\"}"),
                                 name);
    const char *handler = pl_get_text(pl_get_path(facts_of(text, "n1", NOON), "runtime_classes.[0]"), "handler", NULL);
    ck_assert_int_eq(handler != NULL, length == PL_CLUSTER_TEXT_MAX);
  }
}
END_TEST

START_TEST(objects_up_to_the_cap) {
  static const char one[] = "{\"apiVersion\":\"node.k8s.io/v1\",\"kind\":\"RuntimeClass\"}";
  for (size_t count = PL_CLUSTER_OBJECTS_MAX; count <= PL_CLUSTER_OBJECTS_MAX + 1; count++) {
    char *text = pl_alloc(arena, count * sizeof one + 1);
    for (size_t i = 0; i < count; i++)
      memcpy(text + i * sizeof one, "{\"apiVersion\":\"node.k8s.io/v1\",\"kind\":\"RuntimeClass\"}\n", sizeof one);
    ck_assert_int_eq(read_text(text) != NULL, count == PL_CLUSTER_OBJECTS_MAX);
  }
  ck_assert_int_eq(error.kind, PL_ERR_LIMIT);
}
END_TEST

/* ---- what is none ---- */

static const struct {
  const char *text, *message;
  unsigned line, column;
} faults[] = {
    {"", "holds no object that is asked for", 0, 0},
    {"{}", "holds no object that is asked for", 0, 0},
    {LIST(SECRET), "holds no object that is asked for", 0, 0},
    {"apiVersion: v1\nkind: List\n", "expected an object", 1, 1},
    {"[]", "expected an object", 1, 1},
    {"{\"items\": [\n {\"kind\": \"Node\"", "the text ends within what begins here", 2, 2},
    {"{\"items\": [\n {\"kind\": \"Node\"} {", "expected ',' or ']'", 2, 19},
    {"{\"items\": [1]}", "expected an object", 1, 12},
    {"{\"items\": []", "the object around this list does not end", 1, 13},
    {"{\"items\": [{\"apiVersion\": \"v1\",\n \"kind\": \"Node\", \"spec\": {,}}]}", "the object that begins here", 1,
     12},
    {"{\"kind\": \"Node", "the text ends", 1, 1},
};

START_TEST(names_the_fault) {
  ck_assert_ptr_null(read_text(faults[_i].text));
  ck_assert_msg(strstr(error.text, faults[_i].message) != NULL, "%s", error.text);
  ck_assert_uint_eq(error.line, faults[_i].line);
  ck_assert_uint_eq(error.column, faults[_i].column);
  ck_assert_ptr_null(strstr(error.text, "canary"));
}
END_TEST

Suite *suite_cluster(void);
Suite *suite_cluster(void) {
  Suite *suite = suite_create("cluster");
  TCase *tcase = tcase_create("cluster");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_set_timeout(tcase, 60);
  tcase_add_loop_test(tcase, whose_and_how_old, 0, sizeof states / sizeof *states);
  tcase_add_test(tcase, none_given);
  tcase_add_test(tcase, a_file_without_times_is_dated_by_its_own);
  tcase_add_loop_test(tcase, keeps_what_tables_ask_for, 0, sizeof kept / sizeof *kept);
  tcase_add_test(tcase, nothing_of_another_cluster_is_kept);
  tcase_add_test(tcase, finds_by_name);
  tcase_add_test(tcase, lists_and_objects_may_follow_one_another);
  tcase_add_test(tcase, a_document_in_a_config_map_may_be_broken);
  tcase_add_test(tcase, odd_objects);
  tcase_add_test(tcase, long_texts_are_left_out);
  tcase_add_test(tcase, objects_up_to_the_cap);
  tcase_add_loop_test(tcase, names_the_fault, 0, sizeof faults / sizeof *faults);
  suite_add_tcase(suite, tcase);
  return suite;
}
