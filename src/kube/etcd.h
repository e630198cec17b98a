/* The parts of etcd's configuration, each in its own file. Private to this level. */
#pragma once

#include "src/kube/config_file.h"

/* ---- etcd_urls.c ---- */

/* Names of the settings that are lists of URLs, NULL-terminated. */
extern const char *const pl_etcd_url_settings[];
/* TEXT ("URL,URL") as types.NewURLs reads it: sorted, each once. NULL with ERR when etcd does not take it. */
pl_node *pl_etcd_urls(pl_arena *arena, const char *text, pl_error *err);
/* URL is served with TLS: https or unixs. */
bool pl_etcd_url_is_tls(const char *url);
/* Refuse addresses that etcd cannot listen on or tell others. */
void pl_etcd_urls_check(pl_flag_run *run);

/* ---- etcd_file.c ---- */

/* What the configuration file PATH says, over the defaults. */
pl_config_file pl_etcd_file(pl_flag_run *run, const char *path);
/* Mark everything that FILE feeds, when it is not READ. */
void pl_etcd_file_taint(pl_flag_run *run, const pl_config_file *file);

/* ---- etcd_tls.c ---- */

/* effective.client.*, effective.peer.* and what is refused of them. UNREAD: why some settings are not known, else NULL.
 */
void pl_etcd_tls(pl_flag_run *run, const char *unread);
