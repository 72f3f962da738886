package import Linux

/// A small file of the system, as far as it could be read.
package enum FileReading: Hashable, Sendable {
  case text(String)
  case absent
  case unreadable(Errno)

  /// The content without white space at its ends.
  package var trimmed: String? {
    guard case .text(let text) = self else { return nil }
    return String(trimming(text))
  }

  package var number: Int? { trimmed.flatMap { Int($0) } }

  package var lines: [Substring] {
    guard case .text(let text) = self else { return [] }
    return text.split(separator: "\n")
  }

  package var words: [String] { trimmed.map { $0.split(whereSeparator: \.isWhitespace).map(String.init) } ?? [] }

  /// Why there is no text.
  package var problem: String? {
    switch self {
    case .text: nil
    case .absent: "is not there"
    case .unreadable(let errno): "cannot be read: \(errno.meaning) (\(errno.name))"
    }
  }
}

/// `text` without the white space and NULs at its ends, some of which the kernel writes.
private func trimming(_ text: String) -> Substring {
  var rest = text[...]
  let isEmpty = { (character: Character) in character.isWhitespace || character == "\0" }
  while let last = rest.last, isEmpty(last) { rest.removeLast() }
  return rest.drop(while: isEmpty)
}
