/* Programs that watch a node or ship its logs: which are known, what is read of them, and how many are kept. */
#include <check.h>
#include <stdio.h>

#include "plumbline/core/limits.h"
#include "plumbline/kube/agents.h"
#include "small_node.h"

static small_node *node;
static void setup(void) { node = small_node_new(); }
static void teardown(void) { small_node_free(node); }

static const struct {
  const char *exe, *word, *name;
} programs[] = {
    {"falco", NULL, "Falco"},
    {"falco2", NULL, NULL},
    {"falcoctl", NULL, NULL},
    {"", NULL, NULL},
    {"ruby", "/usr/sbin/fluentd", "Fluentd"},
    {"ruby3.1", "/usr/sbin/td-agent", "Fluentd"},
    {"ruby3.1", "/usr/bin/irb", NULL},
    {"ruby", NULL, NULL},
    {"fluentd", NULL, NULL},
    {"bash", "/usr/sbin/fluentd", NULL},
    {"containerd-shim-kata-v2", NULL, "Kata Containers"},
};

START_TEST(a_program_is_known_by_its_file) {
  pl_faults faults;
  pl_faults_init(&faults, node->arena);
  small_node_platforms(node);
  const pl_agents *agents = pl_agents_load(node->arena, node->data, &faults);
  const char *argv[] = {"anything", "-E", programs[_i].word ? programs[_i].word : "x", NULL};
  ck_assert_uint_eq(faults.total, 0);
  const pl_agent *found = pl_agents_find(agents, programs[_i].exe, argv, 3);
  ck_assert_str_eq(found ? found->name : "", programs[_i].name ? programs[_i].name : "");
  ck_assert_ptr_null(pl_agents_find(NULL, programs[_i].exe, argv, 3));
}
END_TEST

/* As bin/logstash of Logstash 6 and later starts it: options do not count, the other words do. */
START_TEST(an_interpreter_has_options_before_its_program) {
  pl_faults faults;
  pl_faults_init(&faults, node->arena);
  small_node_platforms(node);
  const pl_agents *agents = pl_agents_load(node->arena, node->data, &faults);
  const char *argv[] = {"java",
                        "-Xms1g",
                        "-Xmx1g",
                        "-XX:+UseG1GC",
                        "-Dfile.encoding=UTF-8",
                        "-Djruby.jit.threshold=0",
                        "-cp",
                        "/usr/share/logstash/logstash-core/lib/jars/x.jar",
                        "org.logstash.Logstash",
                        "--path.settings",
                        "/etc/logstash",
                        NULL};
  const char *other[] = {"java", "-cp", "a", "b", "c", "d", "org.logstash.Logstash", NULL};
  const pl_agent *found = pl_agents_find(agents, "java", argv, 11);
  ck_assert_str_eq(found ? found->name : "", "Logstash");
  ck_assert_ptr_null(pl_agents_find(agents, "java", other, 7));
}
END_TEST

static const pl_node *monitoring(void) {
  const pl_node *facts = small_node_collect(node, NULL);
  return pl_get_path(facts, "agents.monitoring");
}

static void kubelet(void) {
  small_node_process(node, &(small_process){.pid = 9, .exe = "/usr/bin/kubelet", .argv = {"/usr/bin/kubelet"}});
}

/* Each in a container of its own: nobody who runs many of them hides the others. */
static void falco(int pid) {
  small_process process = {.pid = pid, .exe = "/usr/bin/falco", .argv = {"falco"}};
  process.cgroup = pl_printf(node->arena, "/kubepods/pod00000000-0000-4000-8000-%012d/%064d", pid, pid);
  small_node_process(node, &process);
}

START_TEST(a_status_without_capabilities_proves_nothing) {
  kubelet();
  falco(20);
  const pl_node *fact = monitoring();
  ck_assert_ptr_nonnull(strstr(pl_get_text(pl_get(fact, "state"), "unreadable", ""), "pid 20: /proc/20/status"));
}
END_TEST

START_TEST(so_many_of_one_agent_are_kept) {
  kubelet();
  for (int i = 0; i < PL_AGENT_PROCESSES_MAX + _i; i++)
    falco(20 + i);
  const pl_node *fact = monitoring();
  ck_assert_uint_eq(pl_count(pl_get(fact, "processes")), PL_AGENT_PROCESSES_MAX);
  const char *why = pl_get_text(pl_get(fact, "state"), "unreadable", "");
  ck_assert_msg(!strstr(why, "more processes") == !_i, "%s", why);
}
END_TEST

START_TEST(one_process_of_a_container_is_enough) {
  kubelet();
  for (int pid = 20; pid < 20 + 2 * PL_AGENT_PROCESSES_MAX; pid++) {
    small_process process = {.pid = pid, .exe = "/usr/bin/falco", .argv = {"falco"}};
    process.cgroup = pl_printf(node->arena, "/kubepods/pod00000000-0000-4000-8000-000000000001/%064d", 1);
    small_node_process(node, &process);
  }
  ck_assert_uint_eq(pl_count(pl_get(monitoring(), "processes")), 1);
}
END_TEST

START_TEST(so_many_programs_are_listed) {
  kubelet();
  for (int i = 0; i < PL_PROGRAMS_MAX - 2 + _i; i++) { /* pid 1 and the kubelet are two */
    small_node_link(node, pl_printf(node->arena, "/proc/%d/exe", 100 + i), pl_printf(node->arena, "/usr/bin/p%d", i));
    small_node_bytes(node, pl_printf(node->arena, "/proc/%d/cmdline", 100 + i), "p", 2);
  }
  const pl_node *list = pl_get_path(small_node_collect(node, NULL), "agents.programs");
  ck_assert_uint_eq(list->kind, _i ? PL_OBJECT : PL_LIST);
  ck_assert_uint_eq(pl_count(list), _i ? 1 : PL_PROGRAMS_MAX);
}
END_TEST

Suite *suite_agents(void);
Suite *suite_agents(void) {
  Suite *suite = suite_create("agents");
  TCase *tcase = tcase_create("agents");
  tcase_add_checked_fixture(tcase, setup, teardown);
  tcase_add_loop_test(tcase, a_program_is_known_by_its_file, 0, sizeof programs / sizeof *programs);
  tcase_add_test(tcase, an_interpreter_has_options_before_its_program);
  tcase_add_test(tcase, a_status_without_capabilities_proves_nothing);
  tcase_add_loop_test(tcase, so_many_of_one_agent_are_kept, 0, 2);
  tcase_add_test(tcase, one_process_of_a_container_is_enough);
  tcase_add_loop_test(tcase, so_many_programs_are_listed, 0, 2);
  suite_add_tcase(suite, tcase);
  return suite;
}
