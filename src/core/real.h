/* Real numbers between text and double. */
#pragma once

#include "plumbline/core/text.h"

#define PL_REAL_TEXT 32

/* "[+-] digits [. digits] [e [+-] digits]", digits before or after the point; whole input, and finite. */
bool pl_parse_real(const char *text, size_t length, double *ret);
/* The shortest text that reads back as VALUE (finite); a point or an exponent keeps it a real: "1.5", "10255.0". */
void pl_format_real(double value, char ret[PL_REAL_TEXT]);
