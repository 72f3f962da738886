// Text: the names of errors and signals, and looking for bytes.
#ifndef CL_TEXT_H
#define CL_TEXT_H

#include <stddef.h>

/// "ENOENT", or NULL for a number without a name.
const char *cl_error_name(int number);

/// "No such file or directory", in English whatever the locale.
const char *cl_error_description(int number);

/// "KILL", or NULL for a signal without a name.
const char *cl_signal_name(int number);

/// The place of a text in bytes, or -1.
long cl_find(const void *bytes, size_t count, const void *text, size_t length);

#endif
