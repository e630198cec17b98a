/* --cluster FILE: the snapshot of the cluster, read before the node is. */
#include <sys/stat.h>

#include "plumbline/core/limits.h"
#include "session.h"

/* When a regular file was last written; 0 for anything else. */
static int64_t file_time(const char *path) {
  struct stat st;
  int rc = pl_equal(path, "-") ? fstat(STDIN_FILENO, &st) : stat(path, &st);
  return rc == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_mtim.tv_sec : 0;
}

int pl_read_snapshot(pl_session *session, pl_cluster **ret) {
  const char *path = session->options->cluster;
  if (!path)
    return 0;
  pl_auto_arena pl_arena *scratch = pl_arena_new();
  pl_bytes text;
  pl_error err = {0};
  const char *source = pl_equal(path, "-") ? "standard input" : path;
  if (pl_read_user_file(scratch, path, PL_CLUSTER_BYTES_MAX, &text) < 0)
    return PL_EXIT_USAGE;
  *ret = pl_cluster_read(session->arena, text, source, file_time(path), &err);
  if (*ret)
    return 0;
  const char *place = err.line ? pl_printf(session->arena, ":%u:%u", err.line, err.column) : "";
  return pl_tell(PL_EXIT_USAGE, "%s%s: no snapshot of a cluster: %s", source, place, err.text);
}
