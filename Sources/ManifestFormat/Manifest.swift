/// What a capsule's author declares, the same whatever syntax it was written in.
package struct Manifest: Hashable, Sendable {
  package var name = ""
  package var version: String?
  package var description: String?
  /// The short form: one program, run as the process "main".
  package var entrypoint: Located<String>?
  package var processes: [Process] = []
  package var environment: [String: String] = [:]
  package var capabilities = Capabilities()
  package var dependencies = Dependencies()

  /// One process of the capsule.
  package struct Process: Hashable, Sendable {
    package let name: String
    package var command: Located<String>?
    package var arguments: [String] = []
    package var workingFolder: String?
    package var environment: [String: String] = [:]

    package init(name: String) { self.name = name }
  }

  /// What the capsule offers to others, and what it needs of them.
  package struct Dependencies: Hashable, Sendable {
    package var provides: [Located<String>] = []
    package var requires: [Located<String>] = []
  }

  /// What the capsule may reach outside itself.
  package struct Capabilities: Hashable, Sendable {
    package var read: [Located<PathGrant>] = []
    package var write: [Located<PathGrant>] = []
  }
}

/// A host path that a manifest asks for; with a trailing `?` it may be missing.
package struct PathGrant: Hashable, Sendable {
  package let path: AbsolutePath
  package let mayBeMissing: Bool

  /// Reads `PATH` or `PATH?`.
  package init(_ text: String) throws(AbsolutePath.Problem) {
    mayBeMissing = text.hasSuffix("?")
    path = try AbsolutePath(mayBeMissing ? String(text.dropLast()) : text)
  }
}

/// A value and where in the manifest it stands.
package struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
  package let value: Value
  package let position: Position
}
