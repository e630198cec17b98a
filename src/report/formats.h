/* The writers behind the table in report.c. */
#pragma once

#include "plumbline/report/report.h"

int pl_report_text(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err);
int pl_report_junit(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err);
int pl_report_json(FILE *out, const pl_run *run, const pl_report_options *options, pl_error *err);
