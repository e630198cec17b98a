/* From options to definitions, facts and a judged run. */
#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#include "plumbline/benchmark/select.h"
#include "plumbline/core/json.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/yaml.h"
#include "plumbline/kube/collect.h"
#include "plumbline/verdict/evaluate.h"

int pl_read_user_file(pl_arena *arena, const char *path, size_t maximum, pl_bytes *ret) {
  pl_auto_close int fd = pl_equal(path, "-") ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  pl_error err = {0};
  if (fd < 0)
    pl_fail_errno(&err, errno, "%s", path);
  else if (pl_read_virtual(arena, fd, 0, maximum, ret, &err) == 0)
    return 0;
  else
    pl_error_prefix(&err, "%s", path);
  pl_tell(0, "%s", err.text);
  return -1;
}

static int unknown_benchmark(pl_session *session, pl_texts ids, const char *name) {
  const char **names = pl_new_array(session->arena, const char *, ids.count + 1);
  for (size_t i = 0; i < ids.count; i++)
    names[i] = ids.items[i];
  return pl_tell(PL_EXIT_USAGE,
                 "%s is neither a command nor a benchmark%s (benchmarks: %s ...; commands: plumbline --help)", name,
                 pl_nearest(session->arena, name, names), ids.count ? ids.items[0] : "none");
}

/* The benchmarks that check, collect and list name as operands; the other commands take all. */
static int wanted_benchmarks(pl_session *session, pl_texts ids, pl_texts *ret) {
  const pl_options *options = session->options;
  bool named = options->command == PL_COMMAND_CHECK || options->command == PL_COMMAND_COLLECT ||
               options->command == PL_COMMAND_LIST;
  *ret = ids;
  if (!named || !options->operands.count)
    return 0;
  for (size_t i = 0; i < options->operands.count; i++) {
    const char *name = options->operands.items[i];
    if (!pl_texts_have(ids, name))
      return unknown_benchmark(session, ids, name);
    if (pl_texts_have((pl_texts){options->operands.items, i}, name))
      return pl_tell(PL_EXIT_USAGE, "%s is named twice", name);
  }
  *ret = (pl_texts){options->operands.items, options->operands.count};
  return 0;
}

static int load_definitions(pl_session *session) {
  pl_texts ids = pl_definitions_ids(session->arena, session->data), wanted;
  int code = wanted_benchmarks(session, ids, &wanted);
  if (code)
    return code;
  if (!wanted.count)
    return pl_tell(PL_EXIT_USAGE, "%s holds no benchmark", session->options->benchmarks);
  pl_faults faults;
  pl_faults_init(&faults, session->arena);
  session->definitions = pl_new_array(session->arena, pl_definitions *, wanted.count);
  for (size_t i = 0; i < wanted.count; i++) {
    pl_definitions *one = pl_definitions_load(session->arena, session->data, wanted.items[i], &faults);
    if (one)
      session->definitions[session->count++] = one;
  }
  return faults.total ? pl_tell_faults(&faults) : 0;
}

void pl_check_site_parameters(pl_arena *arena, pl_data *data, pl_bytes text, const char *path, pl_faults *faults) {
  pl_faults told; /* by whoever reads the whole file */
  pl_faults_init(&told, arena);
  const pl_node *root = pl_yaml_read_ours(arena, text, path, &told);
  const pl_site site = {.parameters = pl_get(root, "parameters")};
  bool is_benchmark = pl_get(root, "editions") || pl_get(root, "files");
  if (!is_benchmark && pl_is(site.parameters, PL_OBJECT))
    pl_site_check(arena, &site, NULL, 0, data, faults);
}

static int load_site(pl_session *session) {
  const char *path = session->options->site;
  if (!path)
    return 0;
  pl_bytes text;
  if (pl_read_user_file(session->arena, path, PL_DOCUMENT_BYTES_MAX, &text) < 0)
    return PL_EXIT_USAGE;
  pl_faults faults;
  pl_faults_init(&faults, session->arena);
  session->site = pl_site_read(session->arena, text, path, &faults);
  pl_check_site_parameters(session->arena, session->data, text, path, &faults);
  return session->site && !faults.total ? 0 : pl_tell_faults(&faults);
}

int pl_session_open(pl_session *session, pl_arena *arena, const pl_options *options) {
  *session = (pl_session){.arena = arena, .options = options};
  int refused = pl_session_confine_calls(session);
  if (refused)
    return refused;
  pl_error err = {0};
  session->data = pl_data_open(arena, options->benchmarks, options->unsafe_benchmarks, &err);
  if (!session->data)
    return pl_tell(PL_EXIT_USAGE, "%s", err.text);
  int code = load_definitions(session);
  return code ? code : load_site(session);
}

void pl_session_close(pl_session *session) {
  for (size_t i = 0; i < session->count; i++)
    pl_definitions_free(session->definitions[i]);
  pl_host_close(session->host);
  pl_data_close(session->data);
}

/* Of no node is anything read: facts are taken apart with nothing left to open. */
static int read_facts(pl_session *session) {
  const char *given = session->options->facts, *path = pl_equal(given, "-") ? "standard input" : given;
  pl_bytes text;
  if (pl_read_user_file(session->arena, given, PL_FACTS_BYTES_MAX, &text) < 0)
    return PL_EXIT_USAGE;
  int refused = pl_session_confine_files(session, NULL, 0);
  if (refused)
    return refused;
  pl_error err = {0};
  session->facts = pl_json_read(session->arena, text, &pl_json_facts_limits, NULL, &err);
  if (!session->facts && err.line)
    return pl_tell(PL_EXIT_USAGE, "%s:%u:%u: %s", path, err.line, err.column, err.text);
  if (!session->facts)
    return pl_tell(PL_EXIT_USAGE, "%s: %s", path, err.text);
  pl_node_escape(session->arena, session->facts);
  if (!pl_is(pl_get(session->facts, "vantage"), PL_OBJECT) || !pl_is(pl_get(session->facts, "platform"), PL_OBJECT))
    return pl_tell(PL_EXIT_USAGE, "%s: these are no facts of 'plumbline collect': vantage or platform is missing",
                   path);
  return 0;
}

/* The root, its proc, which may lie elsewhere, and the roots of the containers that components run in. */
static int confine_to_node(pl_session *session, const pl_collection *collection) {
  const int *roots;
  size_t count = pl_collect_roots(collection, &roots), used = 0;
  int *readable = pl_new_array(session->arena, int, count + 2);
  readable[used++] = pl_root_fd(session->host->root);
  if (session->host->proc)
    readable[used++] = pl_root_fd(session->host->proc);
  for (size_t i = 0; i < count; i++)
    readable[used++] = roots[i];
  return pl_session_confine_files(session, readable, used);
}

static int collect(pl_session *session, const pl_collect_options *options) {
  pl_collection *collection = pl_collect_processes(session->arena, session->host, options);
  int refused = confine_to_node(session, collection);
  session->facts = pl_collect_facts(collection);
  return refused;
}

static int collect_facts(pl_session *session) {
  const pl_options *options = session->options;
  pl_error err = {0};
  pl_host_options host = {options->root, options->proc};
  session->host = pl_host_open(session->arena, &host, &err);
  if (!session->host)
    return pl_tell(PL_EXIT_USAGE, "%s", err.text);
  pl_cluster *cluster = NULL;
  int code = pl_read_snapshot(session, &cluster);
  if (code)
    return code;
  pl_faults faults;
  pl_faults_init(&faults, session->arena);
  pl_texts paths = pl_subject_paths(session->arena, session->definitions, session->count);
  pl_collect_options wanted = {
      .node_name = options->node,
      .kubernetes = options->kubernetes,
      .now = time(NULL),
      .cluster = cluster,
      .globs = paths.items,
      .glob_count = paths.count,
      .snapshots = pl_text(pl_site_parameter(session->site, "etcd-snapshot-directory")),
      .platforms = pl_platforms_load(session->arena, session->data, &faults),
      .agents = pl_agents_load(session->arena, session->data, &faults),
      .tables = pl_tables_load(session->arena, session->data, &faults),
      .cnis = pl_cnis_load(session->arena, session->data, &faults),
      .version = PL_VERSION,
      .confinement = &session->confinement,
  };
  int refused = collect(session, &wanted);
  return refused ? refused : faults.total ? pl_tell_faults(&faults) : 0;
}

int pl_session_facts(pl_session *session) {
  const char *kubernetes = session->options->kubernetes;
  if (kubernetes && pl_kubernetes_minor(kubernetes) == 0)
    return pl_tell(PL_EXIT_USAGE, "--kubernetes %s: this is no version of Kubernetes, such as 1.34 or 1.34.9",
                   kubernetes);
  return session->options->facts ? read_facts(session) : collect_facts(session);
}

/* --edition speaks of the benchmarks that have such an edition; one of them must. */
static const char *edition_for(const pl_session *session, const pl_definitions *definitions) {
  const char *asked = session->options->edition;
  bool elsewhere = false;
  for (size_t i = 0; asked && i < session->count; i++)
    elsewhere = elsewhere || pl_definitions_have_edition(session->definitions[i], asked);
  return elsewhere && !pl_definitions_have_edition(definitions, asked) ? NULL : asked;
}

int pl_session_select(pl_session *session, int minor) {
  const pl_options *options = session->options;
  pl_error err = {0};
  session->benchmarks = pl_new_array(session->arena, pl_benchmark *, session->count + 1);
  for (size_t i = 0; i < session->count; i++) {
    const pl_definitions *definitions = session->definitions[i];
    session->benchmarks[i] =
        pl_benchmark_of(session->arena, definitions, edition_for(session, definitions), minor, &err);
    if (!session->benchmarks[i])
      return pl_tell(PL_EXIT_USAGE, "%s", err.text);
  }
  pl_selection selection = {
      (int)options->level, {options->only.items, options->only.count}, {options->skip.items, options->skip.count}};
  if (pl_select(session->arena, session->benchmarks, session->count, &selection, &err) < 0)
    return pl_tell(PL_EXIT_USAGE, "%s", err.text);
  return 0;
}

/* Facts from elsewhere may say anything. */
static int minor_of(const pl_node *facts) {
  enum { MINOR_MAX = 999 };
  int64_t minor = pl_get_integer(pl_get(facts, "platform"), "kubernetes_minor", 0);
  return minor > 0 && minor <= MINOR_MAX ? (int)minor : 0;
}

int pl_session_judge(pl_session *session, pl_run *ret) {
  int code = pl_session_select(session, minor_of(session->facts));
  if (code)
    return code;
  const pl_benchmark *const *benchmarks = (const pl_benchmark *const *)session->benchmarks;
  pl_faults faults;
  pl_faults_init(&faults, session->arena);
  if (session->site &&
      !pl_site_check(session->arena, session->site, benchmarks, session->count, session->data, &faults))
    return pl_tell_faults(&faults);
  pl_evaluate(session->arena, benchmarks, session->count, session->site, session->facts, time(NULL), ret);
  ret->definitions_digest = pl_data_digest(session->data);
  ret->confinement = pl_confinement_facts(session->arena, &session->confinement);
  return 0;
}
