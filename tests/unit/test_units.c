/* systemd units: texts, search, and the command line. What is expected was compared with systemd 252 or is in its pages. */
#include <check.h>
#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "host_tree.h"
#include "plumbline/core/limits.h"
#include "plumbline/host/units.h"
#include "src/host/unit_text.h"
#include "supervise.h"

#define ETC "/etc/systemd/system/"
#define RUN "/run/systemd/system/"
#define USR "/usr/lib/systemd/system/"

static const char *joined(const char *const *items, size_t count) {
  pl_buffer text;
  pl_buffer_init(&text, 1 << 20);
  pl_buffer_text(&text, "");
  for (size_t i = 0; i < count; i++)
    pl_buffer_printf(&text, "%s[%s]", i > 0 ? " " : "", items[i]);
  const char *taken = pl_buffer_take(&text, tree_arena).data;
  pl_buffer_free(&text);
  return taken;
}

static pl_unit read_unit(const char *name) {
  pl_unit unit;
  pl_unit_read(tree_host(), name, &unit);
  return unit;
}

/* The unit k.service with BODY in its [Service]. */
static pl_unit service(const char *body) {
  tree_file(USR "k.service", pl_printf(tree_arena, "[Service]\n%s\n", body));
  return read_unit("k.service");
}

static void check_argv(const pl_unit *unit, const char *wanted) {
  ck_assert_msg(unit->argv != NULL, "%s", unit->why);
  ck_assert_str_eq(joined(unit->argv, unit->argc), wanted);
  ck_assert_ptr_null(unit->argv[unit->argc]);
}

/* ---- the command line ---- */

static const struct {
  const char *body, *argv, *why; /* ARGV NULL: there is none */
} commands[] = {
    {"ExecStart=/bin/k a  b\tc", "[/bin/k] [a] [b] [c]", NULL},
    {"ExecStart = /bin/k a", "[/bin/k] [a]", NULL},
    {"ExecStart=/bin/k \"a b\" 'c d' --x=\"e f\" g\"h\"i \"\"", "[/bin/k] [a b] [c d] [--x=e f] [ghi] []", NULL},
    {"ExecStart=/bin/k 'it\\'s' \"a\\\"b\" \\\\ \\x41\\101\\u00e9\\U0001F600\\s.", "[/bin/k] [it's] [a\"b] [\\] [AA\u00e9\U0001F600 .]",
     NULL},
    {"ExecStart=/bin/k \\a\\b\\f\\n\\r\\t\\v", "[/bin/k] [\a\b\f\n\r\t\v]", NULL},
    {"ExecStart=/bin/k a\\q \\x4 \\x00 \\400 \\ud800", "[/bin/k] [a\\q] [\\x4] [\\x00] [\\400] [\\ud800]", NULL},
    {"ExecStart=/bin/k a\\", "[/bin/k] [a]", NULL}, /* continued into nothing */
    {"ExecStart=/bin/k one \\\n  two\\\n# comment\n; another\n three", "[/bin/k] [one] [two] [three]", NULL},
    {"ExecStart=/bin/k \"a \\\n b\"", "[/bin/k] [a   b]", NULL},
    {"ExecStart=/bin/k a\\\r\n b\r\nType=simple\r", "[/bin/k] [a] [b]", NULL},
    {"ExecStart=/bin/k #a ;b", "[/bin/k] [#a] [;b]", NULL},
    {"ExecStart=-@/bin/k other a", "[other] [a]", NULL},
    {"ExecStart=+!!-/bin/k a", "[/bin/k] [a]", NULL},
    {"ExecStart=k a", "[k] [a]", NULL},
    {"ExecStart=//bin//k a", "[/bin/k] [a]", NULL},
    {"Type=oneshot\nExecStart=/bin/k a ; /bin/l b \\; c ;d", "[/bin/l] [b] [;] [c] [;d]", NULL},
    {"Type=oneshot\nExecStart=/bin/k\nExecStart=/bin/l", "[/bin/l]", NULL},
    {"ExecStart=/bin/k\nExecStart=\nExecStart=/bin/l", "[/bin/l]", NULL},
    {"ExecStart=/bin/k\nExecStart=", NULL, NULL},
    {"ExecStart=/bin/k\nExecStart=/bin/l", "[/bin/l]", "ExecStart: more than one command, which only Type=oneshot may have"},
    {"ExecStart=/bin/k 'a", NULL, USR "k.service: ExecStart: quotes that are not closed"},
    {"ExecStart='/bin/k", NULL, USR "k.service: ExecStart: quotes that are not closed"},
    {"ExecStart=bin/k", NULL, USR "k.service: ExecStart: neither an absolute path nor a name: bin/k"},
    {"ExecStart=/bin/", NULL, USR "k.service: ExecStart: neither an absolute path nor a name: /bin/"},
    {"ExecStart=/bin/\"k\\\"\"", NULL, USR "k.service: ExecStart: neither an absolute path nor a name: /bin/k\""},
    {"ExecStart=-", NULL, USR "k.service: ExecStart: neither an absolute path nor a name: "},
    {"ExecStart=@/bin/k", NULL, USR "k.service: ExecStart: no name after '@'"},
    {"#ExecStart=/bin/k", NULL, NULL},
    {"[Unit]\nExecStart=/bin/k", NULL, NULL},
    {"[Service]\nExecStart=/bin/k", "[/bin/k]", NULL},
    {"[Service", NULL, USR "k.service: a section header without its end"},
    {"ExecStart=/bin/k\n[Install]\nExecStart=/bin/no\nnonsense\n=x\n\n[ Service ]\nExecStart=/bin/no", "[/bin/k]", NULL},
    {"ExecStart=/bin/k \303", NULL, NULL}, /* a line that is no UTF-8 does not count */
    {"ExecStart=/bin/k %n %N %p %i %% %t %S %C %L %E %T %V %u %U %g %G %h %d 5% %-",
     "[/bin/k] [k.service] [k] [k] [] [%] [/run] [/var/lib] [/var/cache] [/var/log] [/etc] [/tmp] [/var/tmp] [root] [0] [root] "
     "[0] [/root] [/run/credentials/k.service] [5%] [%-]",
     NULL},
    {"ExecStart=/bin/k %z", NULL, USR "k.service: the specifier %z is unknown, or known to the running manager only"},
    {"ExecStart=/bin/k %H", NULL, USR "k.service: the file behind the specifier %H cannot be read"},
};

START_TEST(a_command_line_is_split_as_systemd_does) {
  pl_unit unit = service(commands[_i].body);
  if (commands[_i].argv)
    check_argv(&unit, commands[_i].argv);
  else
    ck_assert_ptr_null(unit.argv);
  if (commands[_i].why)
    ck_assert_str_eq(unit.why, commands[_i].why);
  else
    ck_assert_msg(unit.why == NULL, "%s", unit.why);
  ck_assert_str_eq(unit.fragment, USR "k.service");
}
END_TEST

static const struct {
  const char *body, *argv, *why;
} expansions[] = {
    /* the examples of systemd.service(5) */
    {"Environment=\"ONE=one\" 'TWO=two two'\nExecStart=echo $ONE $TWO ${TWO}", "[echo] [one] [two] [two] [two two]", NULL},
    {"Environment=ONE='one' \"TWO='two two' too\" THREE=\nExecStart=/bin/echo ${ONE} ${TWO} ${THREE}",
     "[/bin/echo] [one] ['two two' too] []", NULL},
    {"Environment=ONE='one' \"TWO='two two' too\" THREE=\nExecStart=/bin/echo $ONE $TWO $THREE",
     "[/bin/echo] [one] [two two] [too]", NULL},
    {"Environment=A=1\nExecStart=/k --x=${A} --y=$A a$A $$A ${A}${A} ${} ${A", "[/k] [--x=1] [--y=$A] [a$A] [$A] [11] [] [${A]",
     NULL},
    {"Environment=A=1\nExecStart=/k $A-b $A/c $ x", "[/k] [x]", NULL}, /* no names of variables: nothing */
    {"ExecStart=/k $NONE ${NONE} a${NONE}b x", "[/k] [] [ab] [x]", NULL},
    {"Environment=A=b\nExecStart=:/k $A ${A} $$", "[/k] [$A] [${A}] [$$]", NULL},
    {"Environment='A=\"x y\" z\\\\ w'\nExecStart=/k $A", "[/k] [x y] [z w]", NULL},
    {"Environment=\"A='open end\"\nExecStart=/k $A", "[/k] [open end]", NULL},
    {"Environment='A=$B ${B}' B=2\nExecStart=/k $A ${A}", "[/k] [$B] [${B}] [$B ${B}]", NULL}, /* once, not again */
    {"Environment=A=1\nEnvironment=A=2\nExecStart=/k $A", "[/k] [2]", NULL},
    {"Environment=A=1\nEnvironment=\nEnvironment=B=2\nExecStart=/k $A $B", "[/k] [2]", NULL},
    {"Environment=A=%n\nExecStart=/k $A", "[/k] [k.service]", NULL},
    {"Environment=A=1 B=2\nUnsetEnvironment=A B=3\nExecStart=/k $A $B", "[/k] [2]", NULL},
    {"Environment=A=1\nUnsetEnvironment=A\nUnsetEnvironment=\nExecStart=/k $A", "[/k] [1]", NULL},
    {"Environment=1A=x A-B=y =z A\nExecStart=/k ${1A} ${A-B}", "[/k] [] []", NULL},
    {"ExecStart=/k $HOME", "[/k]", "ExecStart: the variable HOME is known to the running manager only"},
    {"PassEnvironment=FOO\nExecStart=/k ${FOO}", "[/k] []", "ExecStart: the variable FOO is known to the running manager only"},
    {"PassEnvironment=FOO\nEnvironment=FOO=1\nExecStart=/k $FOO", "[/k] [1]", NULL},
    {"PassEnvironment=FOO\nPassEnvironment=\nExecStart=/k $FOO", "[/k]", NULL},
    {"Environment=A=\\q B=2\nExecStart=/k $A $B", "[/k]", USR "k.service: quotes that are not closed, or an unknown escape"},
};

START_TEST(variables_are_put_in_as_systemd_does) {
  pl_unit unit = service(expansions[_i].body);
  check_argv(&unit, expansions[_i].argv);
  if (expansions[_i].why)
    ck_assert_str_eq(unit.why, expansions[_i].why);
  else
    ck_assert_msg(unit.why == NULL, "%s", unit.why);
}
END_TEST

START_TEST(specifiers_come_from_the_name_and_the_files) {
  tree_file(USR "a-b@.service", "[Service]\nExecStart=/k %n %N %p %P %i %I %j %J %f %H %l %m %v\n");
  tree_file("/etc/hostname", "node.example.org\n");
  tree_file("/etc/machine-id", "0123\n");
  tree_file("/proc/sys/kernel/osrelease", "6.1\n");
  pl_unit unit = read_unit("a-b@x\\x2dy-z.service");
  check_argv(&unit, "[/k] [a-b@x\\x2dy-z.service] [a-b@x\\x2dy-z] [a-b] [a/b] [x\\x2dy-z] [x-y/z] [b] [b] [/x-y/z] "
                    "[node.example.org] [node] [0123] [6.1]");
}
END_TEST

START_TEST(the_program_is_known_beside_its_name) {
  pl_unit unit = service("ExecStart=@/opt/k3s server a\nWorkingDirectory=-/var/%p");
  ck_assert_str_eq(unit.program, "/opt/k3s");
  ck_assert_str_eq(unit.argv[0], "server");
  ck_assert_str_eq(unit.working_directory, "/var/k");
  unit = service("WorkingDirectory=/x\nWorkingDirectory=");
  ck_assert_ptr_null(unit.working_directory);
  ck_assert_ptr_null(unit.program);
}
END_TEST

START_TEST(a_command_line_is_bounded) {
  enum { VALUE = 1000000 };
  pl_auto_free char *value = pl_xmalloc(VALUE + 1);
  memset(value, 'a', VALUE);
  value[VALUE] = '\0';
  tree_file("/env", pl_printf(tree_arena, "A=%s\nB=b", value));
  /* Two of them, and fill bytes of B: "/k" and each argument with its NUL come to the cap exactly. */
  int fill = PL_CMDLINE_BYTES_MAX - 3 - 2 * (VALUE + 1) - 1;
  pl_auto_free char *rest = pl_xmalloc((size_t)fill + 2);
  memset(rest, 'c', (size_t)fill + 1);
  rest[fill + 1] = '\0';
  static const char body[] = "EnvironmentFile=/env\nExecStart=/k $A $A ";
  pl_unit unit = service(pl_printf(tree_arena, "%s%s", body, rest + 1));
  ck_assert_msg(unit.argv != NULL, "%s", unit.why);
  ck_assert_uint_eq(unit.argc, 4);
  unit = service(pl_printf(tree_arena, "%s%s", body, rest));
  ck_assert_ptr_null(unit.argv);
  ck_assert_str_eq(unit.why, "ExecStart: a command line of more than 2097152 bytes");
  unit = service("EnvironmentFile=/env\nExecStart=/k ${A}${A}${A}");
  ck_assert_str_eq(unit.why, "ExecStart: an argument of more than 2097152 bytes");
}
END_TEST

START_TEST(blank_variables_cannot_be_split_for_ever) {
  pl_auto_free char *blanks = pl_xmalloc(1000001);
  memset(blanks, ' ', 1000000);
  blanks[1000000] = '\0';
  tree_file("/env", pl_printf(tree_arena, "A='%s'", blanks));
  pl_auto_buffer pl_buffer body;
  pl_buffer_init(&body, 10000);
  pl_buffer_text(&body, "EnvironmentFile=/env\nExecStart=/k");
  for (int i = 0; i < 33; i++) /* 33 times 1000000 is less than 16 times 2 MiB, 34 times is more */
    pl_buffer_text(&body, " $A");
  pl_unit unit = service(body.data);
  check_argv(&unit, "[/k]");
  pl_buffer_text(&body, " $A");
  unit = service(body.data);
  ck_assert_ptr_null(unit.argv);
  ck_assert_str_eq(unit.why, "ExecStart: variables of more than 33554432 bytes");
}
END_TEST

START_TEST(the_environment_files_are_bounded) {
  pl_auto_buffer pl_buffer body;
  pl_buffer_init(&body, 10000);
  pl_buffer_text(&body, "EnvironmentFile=/env");
  for (int i = 1; i < PL_ENVIRONMENT_FILES_MAX; i++)
    pl_buffer_text(&body, "\nEnvironmentFile=/env");
  tree_file("/env", "A=1");
  pl_unit unit = service(body.data);
  ck_assert_uint_eq(unit.environment_files.count, PL_ENVIRONMENT_FILES_MAX);
  ck_assert_ptr_null(unit.why);
  pl_buffer_text(&body, "\nEnvironmentFile=/env");
  unit = service(body.data);
  ck_assert_uint_eq(unit.environment_files.count, PL_ENVIRONMENT_FILES_MAX);
  ck_assert_str_eq(unit.why, "EnvironmentFile: more than 100, the rest is not read");
}
END_TEST

START_TEST(the_bytes_of_environment_files_are_bounded) {
  tree_filled("/env", '#', PL_SMALL_FILE_BYTES_MAX);
  static const char body[] = "EnvironmentFile=/env\nEnvironmentFile=/env\nEnvironmentFile=/env\nEnvironmentFile=/env";
  pl_unit unit = service(body);
  ck_assert_msg(unit.why == NULL, "%s", unit.why);
  tree_file("/one", "A=1");
  unit = service(pl_printf(tree_arena, "%s\nEnvironmentFile=/one", body));
  ck_assert_str_eq(unit.why, "EnvironmentFile: more than 4194304 bytes in all");
  ck_assert_uint_eq(unit.environment_count, 0);
}
END_TEST

START_TEST(a_unit_file_is_bounded) {
  pl_auto_free char *text = pl_xmalloc(PL_SMALL_FILE_BYTES_MAX + 1);
  memset(text, '\n', PL_SMALL_FILE_BYTES_MAX + 1);
  static const char body[] = "[Service]\nExecStart=/k";
  memcpy(text, body, sizeof body - 1);
  tree_bytes(USR "k.service", text, PL_SMALL_FILE_BYTES_MAX);
  pl_unit unit = read_unit("k.service");
  check_argv(&unit, "[/k]");
  tree_bytes(USR "k.service", text, PL_SMALL_FILE_BYTES_MAX + 1);
  unit = read_unit("k.service");
  ck_assert_ptr_null(unit.argv);
  ck_assert_str_eq(unit.why, USR "k.service: larger than 1048576 bytes");
}
END_TEST

/* ---- environment files ---- */

static const struct {
  const char *text, *wanted;
} files[] = {
    {"A=1\nB=2\n", "[A=1] [B=2]"},
    {"A=1", "[A=1]"},
    {"A=", "[A=]"},
    {" A = 1 2  \t\n", "[A=1 2]"},
    {"# c\n; d\n\nA=1\n", "[A=1]"},
    {"# c\\\nA=1\nB=2\n", "[B=2]"}, /* the comment goes on */
    {"A=1\nA=2\n", "[A=2]"},
    {"A\nB=2\n", "[B=2]"},
    {"A='x y' \nB=\"x y\"\n", "[A=x y] [B=x y]"},
    {"A='x\ny'\n", "[A=x\ny]"},
    {"A='x\\'\n", "[A=x\\]"},
    {"A=\"a\\\"b\\\\c\\`d\\$e\\q\"\n", "[A=a\"b\\c`d$e\\q]"},
    {"A=\"a\\\nb\"\n", "[A=ab]"},
    {"A=\"a b\" 'c d'\n", "[A=a bc d]"},
    {"A='a'b 'c'\n", "[A=ab 'c']"},
    {"A=it's \"x\"\n", "[A=it's \"x\"]"},
    {"A=a\\ b\\\\c\\n\n", "[A=a b\\cn]"},
    {"A=a \\\n  b\n", "[A=a   b]"},
    {"A=a \\", "[A=a ]"},
    {"A='open\nB=2", "[A=open\nB=2]"},
    {"A=\"open\\", "[A=open]"},
    {"export A=1\nB=2\n", "[B=2]"},
    {"1A=1\nA-B=1\n=x\n=A=1\nA_1=z\n", "[A_1=z]"},
    {"A=1\r\nB=2\r\n", "[A=1] [B=2]"},
    {"A=$B ${B} `x`\n", "[A=$B ${B} `x`]"},
    {"KUBELET_EXTRA_ARGS=--a=1 --b='x y'\n", "[KUBELET_EXTRA_ARGS=--a=1 --b='x y']"},
    {"A=x # no comment\n", "[A=x # no comment]"},
    {"A=\001x\nB=2\n", "[B=2]"},
    {"", ""},
};

START_TEST(an_environment_file_is_read_as_systemd_does) {
  tree_file("/env", files[_i].text);
  pl_unit unit = service("EnvironmentFile=/env");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), files[_i].wanted);
  ck_assert_msg(unit.why == NULL, "%s", unit.why);
  ck_assert_uint_eq(unit.environment_files.count, 1);
}
END_TEST

START_TEST(files_override_assignments_and_earlier_files) {
  tree_file("/1.env", "A=1\nB=1\n");
  tree_file("/2.env", "B=2\n");
  pl_unit unit = service("EnvironmentFile=/1.env\nEnvironmentFile=/2.env\nEnvironment=A=0 C=0");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[A=1] [B=2] [C=0]");
  ck_assert_str_eq(joined(unit.environment_files.items, unit.environment_files.count), "[/1.env] [/2.env]");
  unit = service("EnvironmentFile=/1.env\nEnvironmentFile=\nEnvironmentFile=/2.env");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[B=2]");
  unit = service("EnvironmentFile=-/*.env");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[A=1] [B=2]");
  unit = service("EnvironmentFile=relative.env");
  ck_assert_uint_eq(unit.environment_count, 0);
}
END_TEST

START_TEST(a_file_may_be_missing_only_if_the_unit_says_so) {
  pl_unit unit = service("EnvironmentFile=-/none.env\nEnvironmentFile=-/no*.env\nExecStart=/k");
  ck_assert_msg(unit.why == NULL, "%s", unit.why);
  ck_assert_uint_eq(unit.environment_files.count, 0);
  unit = service("EnvironmentFile=/none.env\nExecStart=/k");
  ck_assert_str_eq(unit.why, "environment file /none.env: does not exist");
  check_argv(&unit, "[/k]");
  unit = service("EnvironmentFile=/no*.env");
  ck_assert_str_eq(unit.why, "/no*.env: no environment file matches");
  tree_directory("/dir.env", 0755);
  unit = service("EnvironmentFile=-/dir.env"); /* it is there: what it would say is not known */
  ck_assert_str_eq(unit.why, "environment file /dir.env: a directory, not a regular file");
  tree_file("/bad.env", "A=1\nB=\303(\nC=3\n");
  unit = service("EnvironmentFile=/bad.env");
  ck_assert_str_eq(unit.why, "/bad.env: not UTF-8");
  ck_assert_uint_eq(unit.environment_count, 0);
}
END_TEST

/* ---- fragments ---- */

START_TEST(a_unit_that_is_not_there_has_no_fragment) {
  pl_unit unit = read_unit("k.service");
  ck_assert_ptr_null(unit.fragment);
  ck_assert(!unit.masked);
  ck_assert_ptr_null(unit.argv);
  ck_assert_ptr_null(unit.why);
  ck_assert_uint_eq(unit.drop_ins.count, 0);
  ck_assert(unit.drop_ins.complete);
}
END_TEST

START_TEST(the_first_directory_has_the_fragment) {
  static const char *const directories[] = {
      "/lib/systemd/system/", USR, "/usr/local/lib/systemd/system/", "/run/systemd/generator/", RUN, ETC,
      "/run/systemd/transient/", "/run/systemd/system.control/", "/etc/systemd/system.control/"};
  for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
    const char *path = pl_printf(tree_arena, "%sk.service", directories[i]);
    tree_file(path, "[Service]\nExecStart=/k\n");
    pl_unit unit;
    pl_host *host = pl_host_open(tree_arena, &(pl_host_options){.root = tree_path("")}, NULL);
    pl_unit_read(host, "k.service", &unit);
    pl_host_close(host);
    ck_assert_str_eq(unit.fragment, path);
  }
}
END_TEST

START_TEST(a_mask_hides_the_unit) {
  tree_file(USR "a.service", "[Service]\nExecStart=/k\n");
  tree_file(USR "b.service", "[Service]\nExecStart=/k\n");
  tree_file(USR "a.service.d/x.conf", "[Service]\nExecStart=\nExecStart=/l\n");
  tree_link("/dev/null", ETC "a.service");
  tree_file(RUN "b.service", "");
  pl_unit unit = read_unit("a.service");
  ck_assert(unit.masked);
  ck_assert_str_eq(unit.fragment, ETC "a.service");
  ck_assert_ptr_null(unit.argv);
  ck_assert_uint_eq(unit.drop_ins.count, 0);
  unit = read_unit("b.service");
  ck_assert(unit.masked);
  ck_assert_str_eq(unit.fragment, RUN "b.service");
}
END_TEST

START_TEST(an_alias_is_the_unit_it_leads_to) {
  tree_file(USR "crio.service", "[Service]\nExecStart=/k %n\n");
  tree_link("/usr/lib/systemd/system/crio.service", ETC "cri-o.service");
  tree_file(ETC "cri-o.service.d/10.conf", "[Service]\nEnvironment=A=alias B=alias\n");
  tree_file(USR "crio.service.d/10.conf", "[Service]\nEnvironment=A=unit\n");
  tree_file(ETC "cri-o.service.d/20.conf", "[Service]\nEnvironment=C=alias\n");
  static const char *const names[] = {"cri-o.service", "crio.service"};
  for (size_t i = 0; i < 2; i++) {
    pl_unit unit = read_unit(names[i]);
    ck_assert_str_eq(unit.name, names[i]);
    ck_assert_str_eq(unit.fragment, USR "crio.service");
    check_argv(&unit, "[/k] [crio.service]");
    ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[A=unit] [C=alias]");
    ck_assert_str_eq(joined(unit.shadowed.items, unit.shadowed.count), "[" ETC "cri-o.service.d/10.conf]");
  }
}
END_TEST

START_TEST(a_linked_unit_keeps_its_name) {
  tree_file("/opt/other.service", "[Service]\nExecStart=/k %n\n");
  tree_link("/opt/other.service", ETC "k.service");
  pl_unit unit = read_unit("k.service");
  ck_assert_str_eq(unit.fragment, ETC "k.service");
  check_argv(&unit, "[/k] [k.service]");
}
END_TEST

/* A pattern may match any number: once they are too many bytes no more are read. */
START_TEST(files_of_a_pattern_are_not_read_past_the_cap) {
  for (int i = 0; i < 7; i++)
    tree_filled(pl_printf(tree_arena, "/env/%d", i), '#', PL_SMALL_FILE_BYTES_MAX);
  pl_unit unit = service("EnvironmentFile=/env/*\nEnvironmentFile=/env/6");
  ck_assert_str_eq(unit.why, "EnvironmentFile: more than 4194304 bytes in all");
  ck_assert_uint_eq(unit.environment_files.count, 5);
}
END_TEST

START_TEST(names_of_a_unit_are_bounded) {
  tree_file(ETC "k.service", "[Service]\nExecStart=/k\n");
  for (int i = 1; i < 64 + _i; i++)
    tree_link("k.service", pl_printf(tree_arena, ETC "a%d.service", i));
  pl_unit unit = read_unit("k.service");
  ck_assert_str_eq(unit.why ? unit.why : "", _i ? "k.service: more than 64 names" : "");
}
END_TEST

START_TEST(aliases_without_end_are_no_unit) {
  tree_link("b.service", ETC "a.service");
  tree_link("a.service", ETC "b.service");
  pl_unit unit = read_unit("a.service");
  ck_assert_ptr_null(unit.fragment);
  ck_assert_str_eq(unit.why, "a.service: too many aliases");
}
END_TEST

START_TEST(an_instance_comes_from_its_template) {
  tree_file(USR "etcd@.service", "[Service]\nExecStart=/k %i\n");
  tree_file(USR "etcd@own.service", "[Service]\nExecStart=/own\n");
  tree_file(ETC "etcd@.service.d/10.conf", "[Service]\nEnvironment=A=template B=template\n");
  tree_file(ETC "etcd@one.service.d/10.conf", "[Service]\nEnvironment=A=one\n");
  tree_link("/usr/lib/systemd/system/etcd@.service", ETC "db@.service");
  pl_unit unit = read_unit("etcd@one.service");
  ck_assert_str_eq(unit.fragment, USR "etcd@.service");
  check_argv(&unit, "[/k] [one]");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[A=one]");
  unit = read_unit("etcd@two.service");
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[A=template] [B=template]");
  unit = read_unit("etcd@own.service");
  check_argv(&unit, "[/own]");
  unit = read_unit("db@x.service");
  check_argv(&unit, "[/k] [x]");
}
END_TEST

static int fail_listing(const struct seccomp_data *call, void *state) {
  (void)call, (void)state;
  return -EIO;
}

static void read_k(void *state) { *(pl_unit *)state = read_unit("k.service"); }

START_TEST(a_unit_is_found_where_the_directories_cannot_be_listed) {
  pl_unit unit;
  tree_file(USR "k.service", "[Service]\nExecStart=/bin/k a\n");
  if (!supervised(SYS_getdents64, fail_listing, read_k, &unit))
    return;
  ck_assert_str_eq(unit.fragment, USR "k.service");
  check_argv(&unit, "[/bin/k] [a]");
  ck_assert_str_eq(unit.why, "/usr/lib/systemd/system: Input/output error");
}
END_TEST

/* ---- drop-ins ---- */

START_TEST(drop_ins_apply_by_name_over_all_directories) {
  tree_file(USR "kubelet.service", "[Service]\nExecStart=/k base\nEnvironment=A=base\n");
  tree_file(USR "kubelet.service.d/10-kubeadm.conf", "[Service]\nExecStart=\nExecStart=/k lib\n");
  tree_file(ETC "kubelet.service.d/10-kubeadm.conf", "[Service]\nExecStart=\nExecStart=/k etc $A\n");
  tree_file(RUN "kubelet.service.d/20-run.conf", "[Service]\nEnvironment=A=run\n");
  tree_file(USR "kubelet.service.d/05-first.conf", "[Service]\nEnvironment=A=first B=first\n");
  tree_file(USR "kubelet.service.d/30-masked.conf", "[Service]\nEnvironment=A=masked\n");
  tree_link("/dev/null", ETC "kubelet.service.d/30-masked.conf");
  tree_file(ETC "kubelet.service.d/40-note.txt", "[Service]\nEnvironment=A=txt\n");
  tree_file(ETC "kubelet.service.d/.50-hidden.conf", "[Service]\nEnvironment=A=hidden\n");
  tree_directory(ETC "kubelet.service.d/60-dir.conf", 0755);
  pl_unit unit = read_unit("kubelet.service");
  check_argv(&unit, "[/k] [etc] [run]");
  ck_assert_str_eq(joined(unit.drop_ins.items, unit.drop_ins.count),
                   "[" USR "kubelet.service.d/05-first.conf] [" ETC "kubelet.service.d/10-kubeadm.conf] [" RUN
                   "kubelet.service.d/20-run.conf]");
  ck_assert_str_eq(joined(unit.shadowed.items, unit.shadowed.count),
                   "[" USR "kubelet.service.d/10-kubeadm.conf] [" USR "kubelet.service.d/30-masked.conf]");
  ck_assert_ptr_null(unit.why);
}
END_TEST

START_TEST(more_general_names_have_drop_ins_too) {
  tree_file(USR "a-b-c.service", "[Service]\nExecStart=/k\n");
  tree_file(USR "a-b-c.service.d/1.conf", "[Service]\nEnvironment=W1=own\n");
  tree_file(ETC "a-b-.service.d/1.conf", "[Service]\nEnvironment=W1=a-b\n");
  tree_file(ETC "a-b-.service.d/2.conf", "[Service]\nEnvironment=W2=a-b\n");
  tree_file(ETC "a-.service.d/2.conf", "[Service]\nEnvironment=W2=a\n");
  tree_file(USR "a-.service.d/3.conf", "[Service]\nEnvironment=W3=a\n");
  tree_file(ETC "service.d/3.conf", "[Service]\nEnvironment=W3=type\n");
  tree_file(ETC "service.d/4.conf", "[Service]\nEnvironment=W4=type\n");
  tree_file(ETC "b-c.service.d/5.conf", "[Service]\nEnvironment=W5=no\n");
  tree_file(ETC "-.service.d/5.conf", "[Service]\nEnvironment=W5=no\n");
  pl_unit unit = read_unit("a-b-c.service");
  /* A directory of the search path goes before the next, whatever the names in them. */
  ck_assert_str_eq(joined(unit.environment, unit.environment_count), "[W1=a-b] [W2=a-b] [W3=a] [W4=type]");
}
END_TEST

START_TEST(a_directory_that_is_a_link_counts_once) {
  tree_file(USR "k.service", "[Service]\nExecStart=/k\n");
  tree_file(USR "k.service.d/1.conf", "[Service]\nEnvironment=A=1\n");
  tree_link("usr/lib", "/lib");
  pl_unit unit = read_unit("k.service");
  ck_assert_uint_eq(unit.drop_ins.count, 1);
  ck_assert_uint_eq(unit.shadowed.count, 0);
}
END_TEST

static void read_denied(void) {
  pl_unit unit = read_unit("k.service");
  check_argv(&unit, "[/k]");
  ck_assert_str_eq(unit.why, ETC "k.service.d: permission denied");
  unit = read_unit("l.service");
  ck_assert_ptr_null(unit.argv);
  ck_assert_str_eq(unit.why, USR "l.service: permission denied");
}

START_TEST(what_may_not_be_read_is_said) {
  tree_file(USR "k.service", "[Service]\nExecStart=/k\n");
  tree_directory(ETC "k.service.d", 0700);
  tree_file(USR "l.service", "[Service]\nExecStart=/l\n");
  ck_assert_int_eq(chmod(tree_path(USR "l.service"), 0600), 0);
  as_nobody(read_denied);
}
END_TEST

static TCase *test_case(Suite *suite, const char *name) {
  TCase *tests = tcase_create(name);
  tcase_add_checked_fixture(tests, tree_setup, tree_teardown);
  tcase_set_timeout(tests, 30);
  suite_add_tcase(suite, tests);
  return tests;
}

Suite *suite_units(void);
Suite *suite_units(void) {
  Suite *suite = suite_create("units");
  TCase *tests = test_case(suite, "commands");
  tcase_add_loop_test(tests, a_command_line_is_split_as_systemd_does, 0, sizeof commands / sizeof *commands);
  tcase_add_loop_test(tests, variables_are_put_in_as_systemd_does, 0, sizeof expansions / sizeof *expansions);
  tcase_add_test(tests, specifiers_come_from_the_name_and_the_files);
  tcase_add_test(tests, the_program_is_known_beside_its_name);
  tcase_add_test(tests, a_command_line_is_bounded);
  tcase_add_test(tests, blank_variables_cannot_be_split_for_ever);
  tcase_add_test(tests, the_environment_files_are_bounded);
  tcase_add_test(tests, the_bytes_of_environment_files_are_bounded);
  tcase_add_test(tests, a_unit_file_is_bounded);
  tests = test_case(suite, "environment");
  tcase_add_loop_test(tests, an_environment_file_is_read_as_systemd_does, 0, sizeof files / sizeof *files);
  tcase_add_test(tests, files_override_assignments_and_earlier_files);
  tcase_add_test(tests, a_file_may_be_missing_only_if_the_unit_says_so);
  tests = test_case(suite, "fragments");
  tcase_add_test(tests, a_unit_that_is_not_there_has_no_fragment);
  tcase_add_test(tests, the_first_directory_has_the_fragment);
  tcase_add_test(tests, a_mask_hides_the_unit);
  tcase_add_test(tests, an_alias_is_the_unit_it_leads_to);
  tcase_add_test(tests, a_linked_unit_keeps_its_name);
  tcase_add_test(tests, files_of_a_pattern_are_not_read_past_the_cap);
  tcase_add_loop_test(tests, names_of_a_unit_are_bounded, 0, 2);
  tcase_add_test(tests, aliases_without_end_are_no_unit);
  tcase_add_test(tests, an_instance_comes_from_its_template);
  tcase_add_test(tests, a_unit_is_found_where_the_directories_cannot_be_listed);
  tests = test_case(suite, "drop-ins");
  tcase_add_test(tests, drop_ins_apply_by_name_over_all_directories);
  tcase_add_test(tests, more_general_names_have_drop_ins_too);
  tcase_add_test(tests, a_directory_that_is_a_link_counts_once);
  tcase_add_test(tests, what_may_not_be_read_is_said);
  return suite;
}
