/* The table of formats. */
#include "formats.h"

const pl_report_format pl_report_formats[] = {
    {"text", "for people: failures first, with evidence and fix", pl_report_text},
    {"junit", "JUnit XML for CI systems (Jenkins, GitLab, Azure DevOps)", pl_report_junit},
    {"json", "everything that is known of each result (plumbline-report.schema.json)", pl_report_json},
    {NULL, NULL, NULL},
};

const pl_report_format *pl_report_find(const char *name) {
  for (const pl_report_format *format = pl_report_formats; format->name; format++)
    if (pl_equal(format->name, name))
      return format;
  return NULL;
}
