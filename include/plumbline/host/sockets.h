/* Listening unix sockets, by proc/PID/net/unix (proc_net(5)): those of the network namespace that PID is in. */
#pragma once

#include "plumbline/host/host.h"

/* A socket is bound to PATH ("@name": an abstract one) and listens. BY_NAME: the last component of the path is enough,
   since a process elsewhere may have its directory mounted at another place. */
bool pl_sockets_listen(pl_bytes text, const char *path, bool by_name);
/* 1 there is such a socket in the network namespace of PID, 0 there is none, -1 that cannot be read. */
int pl_sockets_find(pl_host *host, int pid, const char *path, bool by_name, pl_error *err);
