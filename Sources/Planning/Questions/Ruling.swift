/// The answer to a question: whether it is allowed, by which rule, and which layer of the kernel holds to it.
package struct Ruling: Codable, Hashable, Sendable {
  package enum Answer: String, Codable, Hashable, Sendable {
    case yes, no
    /// It depends on what the plan does not know, which the rule names.
    case depends
  }

  /// What of the kernel enforces an answer.
  package enum Layer: String, Codable, Hashable, Sendable {
    case mounts = "mount namespace"
    case readOnlyMount = "read-only mount"
    case permissions = "file permissions"
    case fileRules = "Landlock rules"
    case processes = "pid namespace"
    case network = "network namespace"
    case systemCalls = "seccomp filter"
    case capabilities = "capability sets"
  }

  package let answer: Answer
  package let rule: String
  package let layer: Layer

  package init(_ answer: Answer, _ rule: String, by layer: Layer) {
    self.answer = answer
    self.rule = rule
    self.layer = layer
  }
}
