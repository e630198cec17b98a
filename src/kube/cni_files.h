/* Files of a CNI agent that its pod can write to: opened below their volume and nowhere else. Private to this level. */
#pragma once

#include "cni_settings.h"

typedef struct pl_cni_document {
  const pl_cni_file *file;
  pl_root *root;     /* of the volume, or of the container; free with pl_cni_document_close */
  bool own_root;     /* and free it */
  const char *below; /* path in it */
  const char *shown; /* for people */
  pl_node *values;   /* not of keys: the document; NULL: none */
  const char *why;   /* there should be one, and this is why there is not; else NULL */
} pl_cni_document;

/* GIVEN: where the agent's flag says the file is, NULL: nowhere. */
void pl_cni_document_open(const pl_cni_settings_input *input, const pl_cni_file *file, const char *given,
                          pl_cni_document *ret);
void pl_cni_document_close(pl_cni_document *document);
/* The text of SETTING's key in ARENA; NULL when the document does not hold it, or cannot be read: *RET_WHY then. */
const char *pl_cni_document_value(const pl_cni_document *document, pl_arena *arena, const pl_cni_setting *setting,
                                  const char **ret_why);
