// Text: the symbolic name and the description of an error number.
#ifndef CL_TEXT_H
#define CL_TEXT_H

/// "ENOENT", or NULL for a number without a name.
const char *cl_error_name(int number);

/// "No such file or directory", in English whatever the locale.
const char *cl_error_description(int number);

/// "KILL", or NULL for a signal without a name.
const char *cl_signal_name(int number);

#endif
