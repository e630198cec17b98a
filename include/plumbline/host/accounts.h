/* Names of users and groups from the root's own passwd and group files (/etc, then /usr/lib); numbers where there is
 * none. */
#pragma once

#include "plumbline/host/host.h"

/* "root" for 0 whatever the files say; NULL when the id has no name there. */
const char *pl_user_name(const pl_host *host, uint32_t uid);
const char *pl_group_name(const pl_host *host, uint32_t gid);
/* False when there is no such name (or the files could not be read: pl_accounts_why then says so). */
bool pl_user_id(const pl_host *host, const char *name, uint32_t *ret);
bool pl_group_id(const pl_host *host, const char *name, uint32_t *ret);
const char *pl_accounts_why(const pl_host *host);
/* For host.c. */
pl_accounts *pl_accounts_read(pl_host *host);
