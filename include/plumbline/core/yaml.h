/*
 * YAML by libyaml events, under the caps of limits.h, in two modes.
 *
 * PL_YAML_OURS: definitions and site files. Anchors, aliases, tags, merge keys, duplicate keys, a second document and a
 * NUL are faults with their position; secrets are not looked for. Scalars: true false null ~ and decimal integers are
 * typed, everything else is a string (versions and ids such as 1.10 are strings; octal modes are written as strings).
 *
 * PL_YAML_THEIRS: files of Kubernetes, read as sigs.k8s.io/yaml does (goyaml.v2/resolve.go): YAML 1.1 booleans
 * (y n yes no on off, three spellings each), base-0 integers with '_' (010 is octal, 0o10 too, 08 a real), reals, null.
 * Aliases copy the recorded subtree against the node budget, an alias to an open ancestor is an error, "<<" merges in
 * the order of the document, the last of duplicate keys wins and is marked. Only the first document is read; what
 * follows it is never looked at. "%YAML 1.2" is an error, infinity and NaN are. Non-string keys become their text.
 *
 * A text whose first byte after blanks is '{' is JSON and nothing else, as in Kubernetes: no comments, nothing after
 * it, duplicates allowed, and reals are no integers (pl_integral). Positions are kept then too.
 */
#pragma once

#include "plumbline/core/node.h"

typedef enum pl_yaml_mode { PL_YAML_OURS, PL_YAML_THEIRS } pl_yaml_mode;

/* An empty document gives a null node. ERR has line and column. SOURCE may be NULL. */
pl_node *pl_yaml_read(pl_arena *arena, pl_bytes text, pl_yaml_mode mode, const pl_source *source, pl_error *err);
/* All documents of a stream (THEIRS), as a list. */
pl_node *pl_yaml_read_all(pl_arena *arena, pl_bytes text, const pl_source *source, pl_error *err);
/* OURS, with all faults collected; NULL when the text is no YAML at all. */
pl_node *pl_yaml_read_ours(pl_arena *arena, pl_bytes text, const char *file, pl_faults *faults);

/*
 * Secrets: a scalar under one of these keys, or in a list under one, never becomes text; null and booleans stay. In
 * place of its value stands the object
 * {"secret": true, "length": N} with the decoded length where it is base64, else the byte length and
 * "base64": false; the parser's own buffers are wiped (TEXT is the caller's to wipe). An alias under such a key turns
 * what it names to asterisks. Keys are compared exactly: client-key-data, token, password, secret, and the tokens of
 * auth providers and registries.
 */
extern const char *const pl_yaml_secret_keys[];
