/* Reports: each format is one function from a run to a stream. */
#pragma once

#include <stdio.h>

#include "plumbline/verdict/result.h"

typedef struct pl_report_options {
  bool colour;         /* the stream is a terminal and NO_COLOR is unset */
  bool quiet, verbose; /* text only */
} pl_report_options;

/* -1 with ERR when the stream or a writer library failed. The stream is flushed, not closed. */
typedef int (*pl_report_writer)(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err);

typedef struct pl_report_format {
  const char *name;  /* "text", "junit", "json" */
  const char *title; /* for --help */
  pl_report_writer write;
} pl_report_format;

extern const pl_report_format pl_report_formats[]; /* ends with name NULL */
const pl_report_format *pl_report_find(const char *name);
