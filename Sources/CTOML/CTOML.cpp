#include "CTOML.h"

#include <cstdlib>
#include <string_view>

namespace {

// toml++ 3.3 asserts of some characters of the document, the one at `*cp`, that they are what a correct document has
// there: "[.a]" and "x = [}" fail it. What follows each of these assertions reports the error too.
constexpr bool is_about_the_document(std::string_view assertion) {
  return assertion.find("*cp") != std::string_view::npos;
}

} // namespace

// With NDEBUG, toml++ would promise its assertions to the compiler, and a broken promise is undefined behaviour.
#undef NDEBUG
#define TOML_ASSERT(expr) ((expr) || is_about_the_document(#expr) ? static_cast<void>(0) : std::abort())
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 1
#include <toml++/toml.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

void walk(const toml::node &node, const ctoml_visitor &visitor);

void walk_table(const toml::table &table, const ctoml_visitor &visitor) {
  // toml++ keeps keys sorted by name; the reader of an error wants the order of the file.
  std::vector<std::pair<const toml::key *, const toml::node *>> entries;
  for (auto &&[key, value] : table)
    entries.emplace_back(&key, &value);
  std::sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) {
    const auto &first = a.first->source().begin, &second = b.first->source().begin;
    return std::pair(first.line, first.column) < std::pair(second.line, second.column);
  });
  for (const auto &[key, value] : entries) {
    const auto &position = key->source().begin;
    visitor.key(visitor.context, key->str().data(), key->str().size(), static_cast<int>(position.line),
                static_cast<int>(position.column));
    walk(*value, visitor);
  }
}

ctoml_kind kind_of(const toml::node &node) {
  switch (node.type()) {
  case toml::node_type::string:
    return CTOML_STRING;
  case toml::node_type::integer:
    return CTOML_INTEGER;
  case toml::node_type::floating_point:
    return CTOML_FLOAT;
  case toml::node_type::boolean:
    return CTOML_BOOL;
  default:
    return CTOML_DATE;
  }
}

std::string text_of(const toml::node &node) {
  if (const auto *string = node.as_string())
    return string->get();
  // Integers in decimal, whatever the file has them in.
  if (const auto *integer = node.as_integer())
    return std::to_string(integer->get());
  std::ostringstream text;
  node.visit([&](const auto &value) {
    if constexpr (toml::is_value<decltype(value)>)
      text << value;
  });
  return text.str();
}

void walk(const toml::node &node, const ctoml_visitor &visitor) {
  const int line = static_cast<int>(node.source().begin.line);
  const int column = static_cast<int>(node.source().begin.column);
  if (const auto *table = node.as_table()) {
    visitor.begin_table(visitor.context, line, column);
    walk_table(*table, visitor);
    visitor.end(visitor.context);
  } else if (const auto *array = node.as_array()) {
    visitor.begin_list(visitor.context, line, column);
    for (auto &&element : *array)
      walk(element, visitor);
    visitor.end(visitor.context);
  } else {
    const std::string text = text_of(node);
    visitor.scalar(visitor.context, kind_of(node), text.data(), text.size(), line, column);
  }
}

} // namespace

int ctoml_walk(const char *text, size_t length, const ctoml_visitor *visitor, ctoml_error *error) {
  const toml::parse_result result = toml::parse(std::string_view(text, length));
  if (!result) {
    const std::string message(result.error().description());
    std::strncpy(error->message, message.c_str(), sizeof error->message - 1);
    error->message[sizeof error->message - 1] = '\0';
    error->line = static_cast<int>(result.error().source().begin.line);
    error->column = static_cast<int>(result.error().source().begin.column);
    return -1;
  }
  walk(result.table(), *visitor);
  return 0;
}
