/* Where a chain ends: a disk of this machine, or one that a hypervisor, a provider or another machine has. */
#include <errno.h>

#include "storage_private.h"

enum { CPUINFO_BYTES = 8192 }; /* the first processor's flags are well within */

/* ---- the machine ---- */

/* WORD stands by itself in the LENGTH bytes of LINE. */
static bool has_word(const char *line, size_t length, const char *word) {
  size_t size = strlen(word);
  for (const char *at = line; (at = memmem(at, (size_t)(line + length - at), word, size)); at += size)
    if (at > line && at[-1] == ' ' && (at + size == line + length || at[size] == ' '))
      return true;
  return false;
}

/* A processor of x86 says that a hypervisor is below it; others have no flag for that. */
static pl_machine machine_of(const char *text, size_t length) {
  static const char flags[] = "\nflags\t";
  const char *line = memmem(text, length, flags, sizeof flags - 1);
  const char *end = line ? memchr(line + 1, '\n', length - (size_t)(line + 1 - text)) : NULL;
  if (!end)
    return PL_MACHINE_UNKNOWN;
  return has_word(line, (size_t)(end - line), "hypervisor") ? PL_MACHINE_VIRTUAL : PL_MACHINE_BARE;
}

static pl_machine read_machine(const pl_host *host) {
  char text[CPUINFO_BYTES];
  size_t length = 0;
  pl_auto_close int fd = host->proc ? pl_root_open(host->proc, "cpuinfo", PL_OPEN_REGULAR, NULL) : -1;
  while (fd >= 0 && length < sizeof text) {
    ssize_t got = read(fd, text + length, sizeof text - length);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      break;
    length += (size_t)got;
  }
  return machine_of(text, length);
}

pl_machine pl_blocks_machine(pl_blocks *blocks) {
  if (!blocks->machine_known)
    blocks->machine = read_machine(blocks->host);
  blocks->machine_known = true;
  return blocks->machine;
}

const char *pl_machine_name(pl_machine machine) {
  static const char *const names[] = {"unknown", "virtual", "bare-metal"};
  return names[machine];
}

/* ---- the disk ---- */

/* Parts of a device's place in sysfs that say whose disk it is. */
static const struct {
  const char *part, *because;
} places[] = {
    {"/virtio", "is a virtual disk"},
    {"/VMBUS", "is a virtual disk"},
    {"/vmbus", "is a virtual disk"},
    {"/vbd-", "is a virtual disk"},
    {"/session", "is a disk that another machine has (iSCSI)"},
    {"/rport-", "is a disk that a storage array has (Fibre Channel)"},
    {"/nvme-fabrics/", "is a disk that another machine has (NVMe over fabrics)"},
    /* ublk, Portworx, PowerFlex, ATA over Ethernet and others: no slaves, no disk of a bus. */
    {"/virtual/block/", "is a device of software, which does not show what it lies on"},
};

/* Vendors and models of disks that are no disks of a machine one can open. */
static const char *const models[] = {
    "amazon elastic block store",
    "amazon ec2 nvme",
    "persistentdisk",
    "nvme_card",
    "msft",
    "microsoft",
    "virtual disk",
    "vmware",
    "vbox",
    "qemu",
    "oracle blockvolume",
    "alibaba cloud",
    NULL,
};

static const char *place_of(const char *place) {
  for (size_t i = 0; i < sizeof places / sizeof *places; i++)
    if (strstr(place, places[i].part))
      return places[i].because;
  return NULL;
}

/* VENDOR and MODEL as one text, NULL when the disk has no model. */
static const char *model_of(const pl_blocks *blocks, const char *directory) {
  const char *vendor = pl_sys_line(blocks, directory, "device/vendor"),
             *model = pl_sys_line(blocks, directory, "device/model");
  if (!model || !*model)
    return NULL;
  bool number = !vendor || pl_starts(vendor, "0x"); /* PCI's, of a virtio disk */
  return number ? model : pl_printf(blocks->arena, "%s %s", vendor, model);
}

static bool is_providers(pl_arena *arena, const char *model) {
  char *lower = pl_strdup(arena, model);
  for (char *c = lower; c && *c; c++)
    *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
  for (size_t i = 0; lower && models[i]; i++)
    if (strstr(lower, models[i]))
      return true;
  return false;
}

/* NVMe: how the controllers of a disk are reached; several where paths are joined. NULL: by PCI Express, all of them.
 */
static const char *transport_of(const pl_blocks *blocks, const char *directory, const char *place) {
  const char *one = pl_sys_line(blocks, directory, "device/transport");
  if (one || !strstr(place, "/nvme-subsystem/"))
    return one && !pl_equal(one, "pcie") ? "is a disk that another machine has (NVMe over fabrics)" : NULL;
  pl_paths names = pl_sys_list(blocks, directory, "device", PL_STORAGE_BRANCHES_MAX);
  size_t seen = 0;
  for (size_t i = 0; i < names.count; i++) {
    const char *name = pl_printf(blocks->arena, "device/%s/transport", names.items[i]);
    const char *transport = pl_starts(names.items[i], "nvme") ? pl_sys_line(blocks, directory, name) : NULL;
    if (transport && !pl_equal(transport, "pcie"))
      return "is a disk that another machine has (NVMe over fabrics)";
    seen += transport != NULL;
  }
  return seen > 0 ? NULL : "is an NVMe disk, and how it is reached cannot be told";
}

const pl_storage *pl_storage_of_disk(pl_blocks *blocks, const char *directory, const char *name, const char *place) {
  static const char *const by_machine[] = {
      [PL_MACHINE_UNKNOWN] = "is a disk, and whether this machine is a virtual one cannot be told",
      [PL_MACHINE_VIRTUAL] = "is the disk of a virtual machine",
      [PL_MACHINE_BARE] = "is a disk of this machine, and nothing above it encrypts",
  };
  const char *model = model_of(blocks, directory), *because = place_of(place);
  const char *shown = pl_printf(blocks->arena, model ? "%s (disk, %s)" : "%s (disk)", name, model);
  if (!because && is_providers(blocks->arena, model))
    because = "is a virtual or provider's disk by its model";
  if (!because && pl_starts(name, "nvme"))
    because = transport_of(blocks, directory, place);
  pl_machine machine = because ? PL_MACHINE_VIRTUAL : pl_blocks_machine(blocks);
  pl_rest rest = machine == PL_MACHINE_BARE ? PL_REST_PLAIN : PL_REST_VIRTUAL;
  return pl_storage_plainly(blocks, rest, shown,
                            pl_printf(blocks->arena, "%s %s", name, because ? because : by_machine[machine]));
}
