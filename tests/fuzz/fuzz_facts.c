/*
 * Facts of any shape against a benchmark that asks for something of every kind. A control whose subjects are all
 * unknown must not be PASS, and no reason may be empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "plumbline/benchmark/load.h"
#include "plumbline/core/json.h"
#include "plumbline/verdict/evaluate.h"

#define CONTROL(id, rest)                                                                                              \
  "      - {key: k" id ", id: \"1." id                                                                                 \
  "\", title: T, level: 1, automated: true, why: W, fix: \"{path} {where} {value}\", " rest "}\n"

static const char head[] = "id: t\ntitle: T\nfiles: [s.yaml]\neditions: [{version: \"1.0\"}]\nparameters: {days: "
                           "{default: 30, title: D}, top: {as: duration, title: L}}\n";
static const char sections[] = "sections:\n  - id: \"1\"\n    title: S\n    controls:\n" CONTROL(
    "1",
    "expect: {setting: kubelet.x, is: true}") CONTROL("2",
                                                      "expect: {setting: kubelet.x, at-least: {param: days}}, applies: "
                                                      "{fact: components.kubelet.state, one-of: [running], because: B}")
    CONTROL("3", "expect: {setting: kubelet.x, every: {loopback: true}}") CONTROL(
        "4", "expect: {all: [{setting: kubelet.x, subset-of: [a, b]}, {setting: etcd.y, disjoint-from: kubelet.x}]}")
        CONTROL(
            "5",
            "expect: {any: [{setting: etcd.y, differs-from: kubelet.x}, {setting: kubelet.x, matches: \"^(a+)+$\"}]}")
            CONTROL("6", "expect: {files: pki.keys, mode: \"0600\", max-depth: 2}")
                CONTROL("7", "expect: {not: {files: \"/etc/cni/**\", owner: \"etcd:etcd\", type: file}}") CONTROL(
                    "8", "expect: {file: /a, exists: true}, letter: {expect: {file: /a, mode: \"0600\"}, because: B}")
                    CONTROL("9", "expect: {when: {fact: platform.kine, is: true}, then: {manual: Q?, show: [{fact: "
                                 "platform}, {files: pki.keys}]}, else: {setting: kubelet.x, at-most: {param: top}}}")
                        CONTROL("10", "decide: {inputs: {a: {fact: audit.state, values: [none, active]}, b: {setting: "
                                      "kubelet.x, values: [1, 2], when-missing: 1}}, rows: [{row: R, when: {a: none}, "
                                      "verdict: pass, because: P}, {verdict: fail, because: F}]}");
static const char site_text[] = "waivers: [{key: k1, scope: \"a*\", reason: R, approver: A, expires: 2030-01-01}]\n"
                                "statements: [{about: k9, says: pass, text: T, by: B, date: 2026-01-01}]\n";

static pl_arena *kept;
static const pl_benchmark *benchmark;
static const pl_site *site;

static void put(const char *path, const char *text) {
  FILE *out = fopen(path, "w");
  if (!out || fputs(text, out) < 0 || fclose(out) != 0)
    abort();
}

static void load(void) {
  char directory[] = "/tmp/plumbline-fuzz-XXXXXX";
  pl_error err = {0};
  pl_faults faults;
  kept = pl_arena_new();
  pl_faults_init(&faults, kept);
  if (!mkdtemp(directory) || mkdir(pl_printf(kept, "%s/t", directory), 0755) != 0)
    abort();
  put(pl_printf(kept, "%s/t/benchmark.yaml", directory), head);
  put(pl_printf(kept, "%s/t/s.yaml", directory), sections);
  pl_data *data = pl_data_open(kept, directory, true, &err);
  pl_definitions *set = data ? pl_definitions_load(kept, data, "t", &faults) : NULL;
  benchmark = set ? pl_benchmark_of(kept, set, NULL, 0, &err) : NULL;
  site = pl_site_read(kept, (pl_bytes){site_text, sizeof site_text - 1}, "site.yaml", &faults);
  for (size_t i = 0; i < faults.count; i++)
    fprintf(stderr, "%s\n", faults.items[i].text);
  if (!benchmark || !site)
    abort();
  unlink(pl_printf(kept, "%s/t/benchmark.yaml", directory));
  unlink(pl_printf(kept, "%s/t/s.yaml", directory));
  rmdir(pl_printf(kept, "%s/t", directory));
  rmdir(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!benchmark)
    load();
  pl_auto_arena pl_arena *arena = pl_arena_new();
  pl_bytes text = {pl_strndup(arena, (const char *)data, size), size};
  pl_run run;
  pl_node *facts = pl_json_read(arena, text, &pl_json_facts_limits, NULL, NULL);
  pl_evaluate(arena, &benchmark, 1, site, facts, 1767225600, &run);
  for (size_t i = 0; i < run.benchmarks[0].count; i++) {
    const pl_result *result = &run.benchmarks[0].results[i];
    if (!result->reason || !*result->reason)
      abort();
    if (!facts && result->verdict != PL_ERROR)
      abort();
  }
  return 0;
}
