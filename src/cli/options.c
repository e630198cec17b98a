/* Command and option tables, the parser over getopt_long, and the help they give. */
#include "options.h"

#include <getopt.h>

#include "plumbline/core/number.h"
#include "plumbline/report/report.h"

#define BIT(command) (1u << PL_COMMAND_##command)
#define SOURCE       (BIT(CHECK) | BIT(COLLECT) | BIT(EXPLAIN))
#define SELECTION    (BIT(CHECK) | BIT(EXPLAIN) | BIT(LIST))
#define EVERY        (~0u)

static const pl_command_row commands[PL_COMMAND_COUNT] = {
    [PL_COMMAND_CHECK] = {"check", "[BENCHMARK...]", "judge a node and report (the default command)", NULL},
    [PL_COMMAND_COLLECT] = {"collect", "[BENCHMARK...]",
                            "write the facts of a node as JSON, to be judged elsewhere or later", NULL},
    [PL_COMMAND_EXPLAIN] = {"explain", "ID|KEY", "one control: what is wanted, what was found, how the verdict came",
                            NULL},
    [PL_COMMAND_LIST] = {"list", "[BENCHMARK...]", "the controls that would be judged", NULL},
    [PL_COMMAND_VALIDATE] = {"validate", "FILE...", "check definition files and site files, naming every fault", NULL},
    [PL_COMMAND_MANIFEST] = {"manifest", "KIND", "print Kubernetes objects that judge every node",
                             "job|daemonset|cronjob|sonobuoy"},
    [PL_COMMAND_COMPLETION] = {"completion", "SHELL", "print what completes this command line in a shell",
                               "bash|zsh|fish"},
    [PL_COMMAND_VERSION] = {"version", "", "version of the tool and of its definitions", NULL},
    [PL_COMMAND_HELP] = {"help", "[COMMAND]", "this help, or that of a command", NULL},
};

typedef struct option_row {
  const char *name, *argument; /* ARGUMENT NULL: takes none */
  int letter;                  /* short form, 0: none */
  unsigned commands;           /* a bit each */
  enum { TEXT, FLAG, NUMBER, WORDS, REPORT, CONFINE } kind;
  size_t offset;
  const char *help;
} option_row;

#define AT(member) offsetof(pl_options, member)

static const option_row rows[] = {
    {"root", "DIR", 0, SOURCE, TEXT, AT(root), "read the node below DIR (its proc and sys too) instead of /"},
    {"proc", "DIR", 0, SOURCE, TEXT, AT(proc), "read processes from DIR instead of ROOT/proc"},
    {"facts", "FILE", 0, BIT(CHECK) | BIT(EXPLAIN), TEXT, AT(facts),
     "judge facts that 'collect' wrote; - is standard input"},
    {"cluster", "FILE", 0, SOURCE, TEXT, AT(cluster),
     "objects of the cluster, as 'kubectl get ... -o json' wrote them; - is standard input"},
    {"node", "NAME", 0, SOURCE | BIT(MANIFEST), WORDS, AT(nodes),
     "the node's name in the cluster; manifest job, cronjob: one object for each, repeatable"},
    {"kubernetes", "V", 0, SOURCE | BIT(LIST) | BIT(MANIFEST), TEXT, AT(kubernetes),
     "take V (1.34 or 1.34.9) as the Kubernetes version"},
    {"confine", "auto|require|off", 0, SOURCE, CONFINE, AT(confine),
     "how the kernel holds the run: as it can, or exit 4, or not at all"},
    {"edition", "V", 0, SELECTION, TEXT, AT(edition),
     "this edition of the benchmarks that have it, not the one for the version"},
    {"level", "N", 0, SELECTION, NUMBER, AT(level), "controls up to level N (2 includes 1)"},
    {"only", "ID", 0, BIT(CHECK) | BIT(LIST), WORDS, AT(only),
     "only these controls, by id, key or section; repeatable, commas allowed"},
    {"skip", "ID", 0, SELECTION, WORDS, AT(skip), "all but these controls"},
    {"benchmarks", "DIR", 0, EVERY, TEXT, AT(benchmarks), "read definitions from DIR, not those inside the binary"},
    {"unsafe-benchmarks", NULL, 0, EVERY, FLAG, AT(unsafe_benchmarks), "accept a DIR that others could have written"},
    {"site", "FILE", 0, SOURCE, TEXT, AT(site), "waivers, parameters and statements of this site"},
    {"report", "FORMAT[=FILE]", 0, BIT(CHECK) | BIT(MANIFEST), REPORT, 0,
     "write a report (text, junit, json); repeatable; without FILE to standard output"},
    {"output", "FILE", 'o', BIT(COLLECT), TEXT, AT(output), "write the facts to FILE"},
    {"quiet", NULL, 'q', BIT(CHECK), FLAG, AT(quiet), "text: only what failed or could not be judged, and the counts"},
    {"verbose", NULL, 'v', BIT(CHECK), FLAG, AT(verbose), "text: evidence for every control"},
    {"exit-zero", NULL, 0, BIT(CHECK), FLAG, AT(exit_zero),
     "exit 0 instead of 1 or 3, for Jobs that must not be restarted"},
    {"every", "DURATION", 0, BIT(CHECK) | BIT(MANIFEST), TEXT, AT(every),
     "judge again after this time (6h), until SIGTERM; 0: once, then wait for it"},
    {"sonobuoy", "DIR", 0, BIT(CHECK), TEXT, AT(sonobuoy),
     "write plumbline.xml (JUnit) and the file 'done' for Sonobuoy"},
    {"image", "NAME", 0, BIT(MANIFEST), TEXT, AT(image), "the container image"},
    {"namespace", "NAME", 0, BIT(MANIFEST), TEXT, AT(namespace), "where the objects live (plumbline)"},
    {"network", NULL, 0, BIT(MANIFEST), FLAG, AT(network),
     "in the node's network, with NET_ADMIN: WireGuard peers and IPsec states"},
    {"results", "DIR", 0, BIT(MANIFEST), TEXT, AT(results),
     "write reports into DIR of each node, not to the container's log"},
    {"schedule", "CRON", 0, BIT(MANIFEST), TEXT, AT(schedule), "when a cronjob runs"},
    {"help", NULL, 'h', EVERY, FLAG, AT(help), "help of the command"},
};
#define ROWS (sizeof rows / sizeof *rows)
#define LONG 256 /* getopt_long's value of row 0 */

static void *member(pl_options *options, const option_row *row) { return (char *)options + row->offset; }

/* False when TEXT is nothing but commas, which must not come to mean "all". */
static bool add_words(pl_arena *arena, pl_words *words, const char *text) {
  const char *const *pieces;
  size_t count = pl_split(arena, text, ',', &pieces), before = words->count;
  for (size_t i = 0; i < count; i++)
    if (*pieces[i])
      pl_push(arena, words->items, words->count, words->capacity, pieces[i]);
  return words->count > before;
}

static const char *format_names(pl_arena *arena) {
  const char *text = "";
  for (const pl_report_format *format = pl_report_formats; format->name; format++)
    text = pl_printf(arena, "%s%s%s", text, *text ? ", " : "", format->name);
  return text;
}

static int add_report(pl_arena *arena, pl_options *options, const char *text, pl_error *err) {
  const char *equals = strchr(text, '=');
  pl_report_wish wish = {equals ? pl_strndup(arena, text, (size_t)(equals - text)) : text, equals ? equals + 1 : NULL};
  if (!pl_report_find(wish.format))
    return pl_fail(err, PL_ERR_USAGE, "--report %s: no such format; there are %s", text, format_names(arena));
  if (equals && !*wish.target)
    return pl_fail(err, PL_ERR_USAGE, "--report %s: a file name is missing after '='", text);
  if (wish.target && pl_equal(wish.target, "-"))
    wish.target = NULL;
  pl_push(arena, options->reports, options->report_count, options->report_capacity, wish);
  return 0;
}

static int take_confine(const char *text, pl_confine *ret, pl_error *err) {
  static const char *const words[] = {
      [PL_CONFINE_AUTO] = "auto", [PL_CONFINE_REQUIRE] = "require", [PL_CONFINE_OFF] = "off"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (pl_equal(text, words[i])) {
      *ret = (pl_confine)i;
      return 0;
    }
  return pl_fail(err, PL_ERR_USAGE, "--confine %s: it is auto, require or off", text);
}

static int is_empty(const option_row *row, pl_error *err) {
  return pl_fail(err, PL_ERR_USAGE, "--%s: %s is empty", row->name, row->argument);
}

static int take(pl_arena *arena, pl_options *options, const option_row *row, const char *value, pl_error *err) {
  if (row->argument && !*value)
    return is_empty(row, err);
  switch (row->kind) {
  case FLAG:
    *(bool *)member(options, row) = true;
    return 0;
  case TEXT:
    *(const char **)member(options, row) = value;
    return 0;
  case WORDS:
    return add_words(arena, member(options, row), value) ? 0 : is_empty(row, err);
  case REPORT:
    return add_report(arena, options, value, err);
  case CONFINE:
    return take_confine(value, member(options, row), err);
  case NUMBER:
    break;
  }
  if (pl_parse_int(value, 1, 2, member(options, row), err) < 0) {
    pl_error_prefix(err, "--%s", row->name);
    err->kind = PL_ERR_USAGE;
    return -1;
  }
  return 0;
}

static bool find_command(const char *name, pl_command_id *ret) {
  for (int i = 0; i < PL_COMMAND_COUNT; i++)
    if (pl_equal(commands[i].name, name)) {
      *ret = (pl_command_id)i;
      return true;
    }
  return false;
}

static void fill_getopt(struct option *longs, char *shorts) {
  *shorts++ = ':';
  for (size_t i = 0; i < ROWS; i++) {
    longs[i] = (struct option){rows[i].name, rows[i].argument ? required_argument : no_argument, NULL, LONG + (int)i};
    if (rows[i].letter) {
      *shorts++ = (char)rows[i].letter;
      if (rows[i].argument)
        *shorts++ = ':';
    }
  }
}

static const option_row *row_of(int answer) {
  for (size_t i = 0; i < ROWS; i++)
    if (answer == LONG + (int)i || (rows[i].letter && answer == rows[i].letter))
      return &rows[i];
  return NULL;
}

static const char *nearest_option(pl_arena *arena, const char *name) {
  const char *known[ROWS + 1] = {NULL};
  for (size_t i = 0; i < ROWS; i++)
    known[i] = pl_printf(arena, "--%s", rows[i].name);
  return pl_nearest(arena, pl_printf(arena, "--%s", name), known);
}

/* Options may be shortened as long as one alone begins so. */
static bool begins_several(const char *name) {
  size_t count = 0;
  for (size_t i = 0; i < ROWS; i++)
    count += pl_starts(rows[i].name, name);
  return count > 1;
}

/* What getopt_long could not take: an option that it knows (optopt), a letter, or WORD. */
static int refuse(pl_arena *arena, int answer, const char *word, pl_error *err) {
  const option_row *row = row_of(optopt);
  const char *name = pl_strndup(arena, word + strspn(word, "-"), strcspn(word + strspn(word, "-"), "="));
  if (row)
    return pl_fail(err, PL_ERR_USAGE, "--%s %s a value", row->name, answer == ':' ? "needs" : "does not take");
  if (optopt)
    return pl_fail(err, PL_ERR_USAGE, "-%c: unknown option", optopt);
  if (begins_several(name))
    return pl_fail(err, PL_ERR_USAGE, "%s: several options begin so", word);
  return pl_fail(err, PL_ERR_USAGE, "%s: unknown option%s", word, nearest_option(arena, name));
}

/* Options before and after operands alike. SEEN gets a bit per row, for the check against the command. */
static int read_words(pl_arena *arena, int argc, char **argv, pl_options *options, uint32_t *seen, pl_error *err) {
  struct option longs[ROWS + 1] = {{0}};
  char shorts[2 * ROWS + 2] = {0};
  fill_getopt(longs, shorts);
  opterr = 0;
  optind = 0; /* glibc: start anew, also in tests that parse twice */
  for (int answer; (answer = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
    const option_row *row = row_of(answer);
    if (!row)
      return refuse(arena, answer, optind > 0 ? argv[optind - 1] : "", err);
    if (take(arena, options, row, optarg ? optarg : "", err) < 0)
      return -1;
    *seen |= 1u << (row - rows);
  }
  for (int i = optind; i < argc; i++)
    pl_push(arena, options->operands.items, options->operands.count, options->operands.capacity, (const char *)argv[i]);
  return 0;
}

static int check_choice(pl_arena *arena, const pl_options *options, pl_error *err) {
  const pl_command_row *command = &commands[options->command];
  const char *const *words = NULL;
  if (!command->choices || options->help)
    return 0;
  pl_split(arena, command->choices, '|', &words);
  if (options->command == PL_COMMAND_COMPLETION && options->operands.count &&
      pl_equal(options->operands.items[0], "words"))
    return 0;
  if (options->operands.count == 1 && pl_in(options->operands.items[0], words))
    return 0;
  return pl_fail(err, PL_ERR_USAGE, "%s takes one of %s", command->name, command->choices);
}

static int check_nodes(const pl_options *options, pl_error *err) {
  if (options->command == PL_COMMAND_MANIFEST || options->nodes.count <= 1)
    return 0;
  return pl_fail(err, PL_ERR_USAGE, "--node: a node has one name");
}

/* One report more. Sonobuoy's worker is in another directory than we are. */
static int add_sonobuoy(pl_arena *arena, pl_options *options, pl_error *err) {
  if (!options->sonobuoy)
    return 0;
  if (*options->sonobuoy != '/')
    return pl_fail(err, PL_ERR_USAGE, "--sonobuoy %s: give the directory from / on", options->sonobuoy);
  options->sonobuoy_report = pl_printf(arena, "%s/plumbline.xml", options->sonobuoy);
  pl_report_wish wish = {"junit", options->sonobuoy_report};
  pl_push(arena, options->reports, options->report_count, options->report_capacity, wish);
  return 0;
}

/* A round is not followed by the next at once, and facts do not change. */
static int check_every(const pl_options *options, pl_error *err) {
  int64_t nanoseconds = 0;
  if (!options->every)
    return 0;
  if (options->facts)
    return pl_fail(err, PL_ERR_USAGE, "--every judges a node again; --facts stay as they are");
  if (pl_equal(options->cluster, "-"))
    return pl_fail(err, PL_ERR_USAGE, "--every reads --cluster again each time, and standard input only once");
  if (pl_parse_duration(options->every, &nanoseconds, NULL) < 0 || (nanoseconds != 0 && nanoseconds < PL_EVERY_MIN))
    return pl_fail(err, PL_ERR_USAGE, "--every %s: this is neither 0 nor a time of a second or more, such as 30m or 6h",
                   options->every);
  return 0;
}

/* Facts hold what their collection was given. */
static int check_facts(const pl_options *options, pl_error *err) {
  const struct {
    bool set;
    const char *fault;
  } strange[] = {
      {options->root || options->proc, "--facts is the node; it does not go with --root or --proc"},
      {options->cluster, "--cluster goes with collection, where it is held against the node; facts hold what it gave"},
      {options->kubernetes,
       "--kubernetes goes with collection, where settings are computed; facts hold a version already"},
      {options->nodes.count > 0, "--node goes with collection; facts hold the node's name already"},
  };
  for (size_t i = 0; options->facts && i < sizeof strange / sizeof *strange; i++)
    if (strange[i].set)
      return pl_fail(err, PL_ERR_USAGE, "%s", strange[i].fault);
  return 0;
}

static int check_command(const pl_options *options, uint32_t seen, pl_error *err) {
  for (size_t i = 0; i < ROWS; i++)
    if ((seen >> i & 1) && !(rows[i].commands >> options->command & 1))
      return pl_fail(err, PL_ERR_USAGE, "--%s does not go with '%s'", rows[i].name, commands[options->command].name);
  if (options->help)
    return 0;
  if (options->command == PL_COMMAND_EXPLAIN && options->operands.count != 1)
    return pl_fail(err, PL_ERR_USAGE, "explain takes one control, by its id (4.2.1) or key (kubelet-anonymous-auth)");
  if (options->command == PL_COMMAND_VERSION && options->operands.count)
    return pl_fail(err, PL_ERR_USAGE, "version takes no operand");
  if (options->command == PL_COMMAND_HELP && options->operands.count > 1)
    return pl_fail(err, PL_ERR_USAGE, "help takes one command");
  if (options->command == PL_COMMAND_VALIDATE && options->operands.count == 0 && !options->benchmarks)
    return pl_fail(err, PL_ERR_USAGE, "validate takes the files to check, or --benchmarks DIR");
  if (options->quiet && options->verbose)
    return pl_fail(err, PL_ERR_USAGE, "--quiet and --verbose exclude each other");
  return check_facts(options, err);
}

int pl_options_read(pl_arena *arena, int argc, char **argv, pl_options *ret, pl_error *err) {
  *ret = (pl_options){.command = PL_COMMAND_CHECK};
  uint32_t seen = 0;
  if (read_words(arena, argc, argv, ret, &seen, err) < 0)
    return -1;
  if (ret->operands.count && find_command(ret->operands.items[0], &ret->command)) {
    ret->operands.items++;
    ret->operands.count--;
    ret->operands.capacity--;
  } else if (ret->help) {
    ret->command = PL_COMMAND_HELP;
  }
  ret->node = ret->nodes.count ? ret->nodes.items[0] : NULL;
  bool good = check_command(ret, seen, err) == 0 && check_choice(arena, ret, err) == 0 && check_nodes(ret, err) == 0 &&
              check_every(ret, err) == 0 && add_sonobuoy(arena, ret, err) == 0;
  return good ? 0 : -1;
}

const pl_command_row *pl_option_command(size_t at) { return at < PL_COMMAND_COUNT ? &commands[at] : NULL; }

bool pl_option_shown(size_t at, pl_option *ret) {
  if (at >= ROWS)
    return false;
  *ret = (pl_option){rows[at].name, rows[at].argument, rows[at].help, rows[at].letter, rows[at].commands};
  return true;
}

static void put_options(pl_buffer *out, unsigned mask) {
  for (size_t i = 0; i < ROWS; i++) {
    if (!(rows[i].commands & mask))
      continue;
    char name[64];
    snprintf(name, sizeof name, "%s%c%s--%s%s%s", rows[i].letter ? "-" : "", rows[i].letter ? rows[i].letter : ' ',
             rows[i].letter ? ", " : "   ", rows[i].name, rows[i].argument ? " " : "",
             rows[i].argument ? rows[i].argument : "");
    pl_buffer_printf(out, "  %-28s %s\n", name, rows[i].help);
  }
}

static void put_program(pl_buffer *out) {
  pl_buffer_text(out,
                 "plumbline tells whether a Kubernetes node meets the CIS Kubernetes Benchmark, and how it knows.\n\n"
                 "Usage: plumbline [COMMAND] [OPTION...] [OPERAND...]\n\nCommands:\n");
  for (int i = 0; i < PL_COMMAND_COUNT; i++)
    pl_buffer_printf(out, "  %-10s %-15s %s\n", commands[i].name, commands[i].operands, commands[i].help);
  pl_buffer_text(
      out,
      "\nFor example:\n"
      "  plumbline                                  judge this node, text to the terminal\n"
      "  plumbline --root /host --report junit=/out/node.xml --report json=/out/node.json\n"
      "  plumbline collect -o node.json             on the node; then elsewhere:\n"
      "  plumbline check --facts node.json --site site.yaml\n"
      "  plumbline manifest job --node worker-1 --node control-plane-1 | kubectl apply -f -\n"
      "  plumbline explain 4.2.1                    why that verdict, and what was looked at\n\n"
      "Exit: 0 nothing failed; 1 something failed that is not waived; 2 usage, definitions or site file at fault;\n"
      "3 something could not be judged, or nothing was; 4 the tool or its output failed.\n\nOptions:\n");
}

static void put_choices(pl_buffer *out, const pl_command_row *command) {
  if (command->choices)
    pl_buffer_printf(out, "%s is one of %s.\n\n", command->operands, command->choices);
}

char *pl_options_help(pl_arena *arena, pl_command_id command) {
  pl_auto_buffer pl_buffer out;
  pl_buffer_init(&out, 1u << 16);
  if (command == PL_COMMAND_HELP) {
    put_program(&out);
    put_options(&out, EVERY);
  } else {
    pl_buffer_printf(&out, "Usage: plumbline %s [OPTION...] %s\n\n%s\n\n", commands[command].name,
                     commands[command].operands, commands[command].help);
    put_choices(&out, &commands[command]);
    pl_buffer_text(&out, "Options:\n");
    put_options(&out, 1u << command);
  }
  return pl_strdup(arena, pl_buffer_take(&out, arena).data);
}
