/*
 * A program of the build: reads the YAML files named on its command line, which must be sorted, and prints the C file
 * that holds them packed (packed.h). Runs on the machine that builds. A fault in a file fails the build, with
 * file:line:column.
 */
#include <stdio.h>

#include "plumbline/core/digest.h"
#include "plumbline/core/limits.h"
#include "plumbline/core/root.h"
#include "plumbline/core/yaml.h"
#include "src/core/compile/pack.h"

static int read_text(pl_arena *arena, const pl_root *root, const char *path, pl_bytes *ret) {
  pl_error err = {0};
  if (pl_root_read(root, arena, path, PL_DOCUMENT_BYTES_MAX, ret, &err) == 0)
    return 0;
  fprintf(stderr, "%s: %s\n", path, err.text);
  return -1;
}

static int tell(const pl_faults *faults) {
  for (size_t i = 0; i < faults->count; i++)
    fprintf(stderr, "%s:%u:%u: %s\n", faults->items[i].file, faults->items[i].line, faults->items[i].column,
            faults->items[i].text);
  return -1;
}

static void put_bytes(pl_bytes bytes) {
  for (size_t i = 0; i < bytes.length; i++)
    fprintf(stdout, "%s%u,", i % 32 ? "" : "\n", (unsigned char)bytes.data[i]);
}

/* The bytes of one file; its row of the table goes to ROWS. */
static int put_file(pl_arena *arena, const pl_root *root, const char *path, size_t number, pl_buffer *rows) {
  pl_bytes text;
  pl_faults faults;
  char digest[PL_SHA256_HEX];
  pl_faults_init(&faults, arena);
  if (read_text(arena, root, path, &text) < 0)
    return -1;
  const pl_node *document = pl_yaml_read_ours(arena, text, path, &faults);
  if (!document || faults.total)
    return tell(&faults);
  pl_bytes packed = pl_pack(arena, document);
  pl_sha256(text.data, text.length, digest);
  fprintf(stdout, "static const unsigned char document_%zu[] = {", number);
  put_bytes(packed);
  fprintf(stdout, "};\n");
  pl_buffer_printf(rows, "  {\"%s\", {(const char *)document_%zu, %zu}, \"%s\"},\n", path, number, packed.length,
                   digest);
  return 0;
}

static int put_files(pl_arena *arena, char **paths) {
  pl_error err = {0};
  pl_auto_buffer pl_buffer rows;
  pl_buffer_init(&rows, PL_DOCUMENT_BYTES_MAX);
  pl_root *root = pl_root_new(".", &err);
  int status = root ? 0 : -1;
  fprintf(stdout, "#include \"src/core/packed.h\"\n\n");
  for (size_t i = 0; root && paths[i]; i++)
    if (put_file(arena, root, paths[i], i, &rows) < 0)
      status = -1;
  pl_root_free(root);
  pl_buffer_text(&rows, "  {NULL, {NULL, 0}, NULL},\n");
  fprintf(stdout, "\nconst pl_packed pl_packed_files[] = {\n%s};\n", rows.data);
  return status == 0 && !rows.overflow && fflush(stdout) == 0 && !ferror(stdout) ? 0 : -1;
}

int main(int argc, char **argv) {
  pl_auto_arena pl_arena *arena = pl_arena_new();
  return argc > 0 && put_files(arena, argv + 1) == 0 ? 0 : 1;
}
