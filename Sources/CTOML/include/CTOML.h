// TOML by toml++, told as a walk over the document: the one file of C++ in this program is behind it.
#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ctoml_kind {
  CTOML_STRING,
  CTOML_INTEGER,
  CTOML_FLOAT,
  CTOML_BOOL,
  CTOML_DATE,
};

/// Lines and columns are counted from 1. Text is not terminated.
struct ctoml_visitor {
  void *context;
  void (*begin_table)(void *context, int line, int column);
  void (*key)(void *context, const char *text, size_t length, int line, int column);
  void (*begin_list)(void *context, int line, int column);
  void (*scalar)(void *context, enum ctoml_kind kind, const char *text, size_t length, int line, int column);
  void (*end)(void *context);
};

struct ctoml_error {
  char message[256];
  int line;
  int column;
};

/// Reads a document and walks it, the keys of a table in the order of the file. Returns 0, or -1 and the error.
int ctoml_walk(const char *text, size_t length, const struct ctoml_visitor *visitor, struct ctoml_error *error);

#ifdef __cplusplus
}
#endif

#endif
