/*
 * What is known of volume drivers: whether their encryption shows on the node, and how it is asked for. Private to this
 * level. Sources: each driver's own documentation of its StorageClass parameters.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_driver_kind {
  PL_DRIVER_OTHER,     /* nothing is known of it */
  PL_DRIVER_ON_NODE,   /* it encrypts on the node, where dm-crypt or fscrypt shows */
  PL_DRIVER_ELSEWHERE, /* what it asks for happens where the disks are */
  PL_DRIVER_ALWAYS,    /* the provider encrypts every disk by itself; with whose key is the question */
} pl_driver_kind;

typedef enum pl_declared {
  PL_DECLARED_UNKNOWN, /* there is no snapshot, or it lacks the volume */
  PL_DECLARED_UNSAID,  /* nothing of it speaks of encryption, and the driver has no default that is known */
  PL_DECLARED_OFF,     /* turned off, or not asked for where that is the default */
  PL_DECLARED_ON,
  PL_DECLARED_AFAR /* on, by a parameter of a driver that also encrypts on the node: where the disks are */
} pl_declared;

typedef struct pl_volume_driver pl_volume_driver;

/* NAME as CSIDriver objects have it ("ebs.csi.aws.com"); NULL: nothing is known of it. */
const pl_volume_driver *pl_volume_driver_find(const char *name);
pl_driver_kind pl_volume_driver_kind(const pl_volume_driver *driver); /* DRIVER may be NULL */
/* What ATTRIBUTES of a volume and PARAMETERS of its class ask for (objects of texts; either may be NULL). */
pl_declared pl_volume_driver_declared(const pl_volume_driver *driver, const pl_node *attributes,
                                      const pl_node *parameters);
const char *pl_declared_name(pl_declared declared); /* "unknown", "unsaid", "off", "on" */
