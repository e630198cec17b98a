/* Stands in for libFuzzer: gives each file named on the command line to the target once. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak)); /* not every target has one */

static int replay(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file || fseek(file, 0, SEEK_END) != 0)
    return -1;
  long size = ftell(file);
  rewind(file);
  uint8_t *data = size < 0 ? NULL : malloc((size_t)size + 1);
  if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
    return -1;
  fclose(file);
  LLVMFuzzerTestOneInput(data, (size_t)size);
  free(data);
  return 0;
}

int main(int argc, char **argv) {
  if (LLVMFuzzerInitialize && LLVMFuzzerInitialize(&argc, &argv) != 0)
    return 1;
  for (int i = 1; i < argc; i++)
    if (replay(argv[i]) < 0) {
      perror(argv[i]);
      return 1;
    }
  return 0;
}
