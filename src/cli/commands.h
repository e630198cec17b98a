/* The commands; each returns the exit code. */
#pragma once

#include "options.h"

int pl_command_check(pl_arena *arena, const pl_options *options);
int pl_command_collect(pl_arena *arena, const pl_options *options);
int pl_command_explain(pl_arena *arena, const pl_options *options);
int pl_command_list(pl_arena *arena, const pl_options *options);
int pl_command_validate(pl_arena *arena, const pl_options *options);
int pl_command_manifest(pl_arena *arena, const pl_options *options);
int pl_command_completion(pl_arena *arena, const pl_options *options);
int pl_command_version(pl_arena *arena, const pl_options *options);
