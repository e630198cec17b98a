/* Lists of URLs. Source: etcd client/pkg/types/urls.go, pkg/flags/unique_urls.go, server/embed/config.go checkBindURLs,
 * checkHostURLs. */
#include "plumbline/core/escape.h"
#include "src/kube/addresses.h"
#include "src/kube/etcd.h"

const char *const pl_etcd_url_settings[] = {"listen-peer-urls",
                                            "listen-client-urls",
                                            "listen-client-http-urls",
                                            "listen-metrics-urls",
                                            "initial-advertise-peer-urls",
                                            "advertise-client-urls",
                                            NULL};

static const char *trimmed(pl_arena *arena, const char *text) {
  text += strspn(text, " \t\r\n");
  size_t length = strlen(text);
  while (length > 0 && strchr(" \t\r\n", text[length - 1]))
    length--;
  return pl_strndup(arena, text, length);
}

/* Part of URL after "://", up to a path, query or fragment. */
static const char *authority(pl_arena *arena, const char *url) {
  const char *start = strstr(url, "://");
  return start ? pl_strndup(arena, start + 3, strcspn(start + 3, "/?#")) : "";
}

/* Go puts the scheme in small letters. */
static char *with_small_scheme(pl_arena *arena, const char *url) {
  char *copy = pl_strdup(arena, url);
  for (char *c = copy; *c && *c != ':'; c++)
    *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
  return copy;
}

static int check_url(pl_arena *arena, const char *url, pl_error *err) {
  const char *shown = pl_escape_text(arena, url), *host, *port;
  if (pl_starts(url, "unix:") || pl_starts(url, "unixs:"))
    return 0;
  if (!pl_starts(url, "http://") && !pl_starts(url, "https://"))
    return pl_fail(err, PL_ERR_SYNTAX, "URL scheme must be http, https, unix, or unixs: %s", shown);
  const char *server = authority(arena, url);
  const char *at = strrchr(server, '@');
  if (!pl_split_host_port(arena, at ? at + 1 : server, &host, &port) || port[strspn(port, "0123456789")])
    return pl_fail(err, PL_ERR_SYNTAX, "URL address does not have the form \"host:port\": %s", shown);
  if (strstr(url, "://")[3 + strlen(server)] == '/')
    return pl_fail(err, PL_ERR_SYNTAX, "URL must not contain a path: %s", shown);
  return 0;
}

/* By scheme, host and path, without what stands between them. */
static const char *sort_key(const char *url, char *buffer, size_t size) {
  const char *colon = strstr(url, "://");
  size_t used = 0;
  for (const char *c = url; *c && used + 1 < size; c++)
    if (!colon || c < colon || c >= colon + 3)
      buffer[used++] = *c;
  buffer[used] = '\0';
  return buffer;
}

static int compare_urls(const void *a, const void *b) {
  char first[512], second[512];
  return strcmp(sort_key(*(const char *const *)a, first, sizeof first),
                sort_key(*(const char *const *)b, second, sizeof second));
}

pl_node *pl_etcd_urls(pl_arena *arena, const char *text, pl_error *err) {
  pl_node *list = pl_node_list(arena);
  const char *const *items;
  size_t count = *text ? pl_split(arena, text, ',', &items) : 0;
  const char **urls = pl_new_array(arena, const char *, count + 1);
  for (size_t i = 0; i < count; i++) {
    urls[i] = with_small_scheme(arena, trimmed(arena, items[i]));
    if (check_url(arena, urls[i], err) < 0)
      return NULL;
  }
  qsort(urls, count, sizeof *urls, compare_urls);
  for (size_t i = 0; i < count; i++)
    if (i == 0 || strcmp(urls[i], urls[i - 1]) != 0)
      pl_list_add(arena, list, pl_node_string(arena, urls[i]));
  return list;
}

bool pl_etcd_url_is_tls(const char *url) { return pl_starts(url, "https:") || pl_starts(url, "unixs:"); }

static void check_listening(pl_flag_run *run, const char *name) {
  pl_each_item (item, pl_flag_value(run, name)) {
    const char *url = pl_item_text(item), *host, *port;
    if (pl_starts(url, "unix") || !pl_split_host_port(run->arena, authority(run->arena, url), &host, &port))
      continue;
    if (strcmp(host, "localhost") != 0 && pl_address_family_of(host) == PL_NO_ADDRESS)
      pl_flag_refuse(run, "validation", name, "expected IP in URL for binding (%s)", url);
  }
}

static void check_advertised(pl_flag_run *run, const char *name) {
  pl_each_item (item, pl_flag_value(run, name)) {
    const char *server = authority(run->arena, pl_item_text(item)), *host = "", *port;
    if (!pl_split_host_port(run->arena, server, &host, &port) || !*host)
      pl_flag_refuse(run, "validation", name, "--%s must be \"host:port\"", name);
  }
}

void pl_etcd_urls_check(pl_flag_run *run) {
  for (size_t i = 0; i < 4; i++)
    check_listening(run, pl_etcd_url_settings[i]);
  check_advertised(run, "initial-advertise-peer-urls");
  check_advertised(run, "advertise-client-urls");
}
