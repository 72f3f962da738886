/// One rule that decides about files: a pattern, and where it stands.
package struct PackingRule: Hashable, Sendable, CustomStringConvertible {
  package enum Origin: Hashable, Sendable {
    /// Of every capsule, for this reason.
    case builtIn(reason: String)
    /// A `.capsuleignore`, by its path from the root; bytes, as the names of its folders are.
    case ignoreFile(path: [UInt8])
    /// The manifest's list.
    case include, exclude
  }

  package let origin: Origin
  /// The line of the file, or the place in the list; the first is 1.
  package let line: Int
  /// As it is written; bytes, since names are.
  package let pattern: [UInt8]

  /// What it is for people; control characters of a file stand in it as they are.
  package var description: String {
    let text = String(decoding: pattern, as: UTF8.self)
    switch origin {
    case .builtIn(let reason): return "built-in rule \"\(text)\": \(reason)"
    case .ignoreFile(let path): return "\(String(decoding: path, as: UTF8.self)):\(line): \(text)"
    case .include: return "\"include\", pattern \(line): \(text)"
    case .exclude: return "\"exclude\", pattern \(line): \(text)"
    }
  }
}

/// What becomes of a file or folder, and which rule decides it.
package enum PackingVerdict: Hashable, Sendable {
  /// It is packed. The rule is the include, or else the `!` pattern, that says so; most often there is none.
  case packed(by: PackingRule?)
  /// It is not, and neither is anything in it.
  case leftOut(by: PackingRule)
  /// There are includes, and none of them matches it, a folder that holds it, or anything in it.
  case notIncluded
  /// A folder that no include matches, while one may match something in it: it is packed when that is found.
  case onlyEntered

  /// Whether a walk has to look into it, if it is a folder.
  package var isEntered: Bool {
    switch self {
    case .packed, .onlyEntered: true
    case .leftOut, .notIncluded: false
    }
  }
}
