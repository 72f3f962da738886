internal import Linux
internal import ManifestFormat

/// What a new capsule begins with: a manifest that explains itself, and a program that shows that it runs.
struct StarterCapsule {
  static let programFolder = "bin"
  static let programPath = "bin/hello"

  static let program = """
    #!/bin/sh
    echo "$GREETING: this is the capsule $CAPSULE_NAME."
    echo "Its files are in /capsule: $(ls /capsule | tr '\\n' ' ')"
    echo "It may read /etc/os-release: $(sed -n 's/^PRETTY_NAME=//p' /etc/os-release)"

    """

  private let name: String

  init(folderName: String) { name = Self.name(from: folderName) }

  static func fileName(_ syntax: ManifestSyntax) -> String {
    switch syntax {
    case .yaml: "capsule.yml"
    case .toml: "capsule.toml"
    case .json: "capsule.json"
    }
  }

  /// The folder's name with what a capsule's name cannot have left out.
  static func name(from folderName: String) -> String {
    let letters = folderName.lowercased().unicodeScalars.map { scalar in
      isNamePart(scalar) ? Character(scalar) : "-"
    }
    let name = letters.drop { !$0.isLetter && !$0.isNumber }.prefix(63)
    return name.isEmpty ? "capsule" : String(name)
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || "._-".unicodeScalars.contains(scalar)
  }

  /// The manifest in its stable form.
  func manifest(_ syntax: ManifestSyntax) -> String {
    let schema = "./\(ManifestSchema.fileName)"
    var root = document
    switch syntax {
    case .yaml: root.leading = [Comment("yaml-language-server: $schema=\(schema)")]
    case .toml: root.leading = [Comment(directive: ":schema \(schema)")]
    case .json:
      if case .table(let entries) = root.content {
        root.content = .table(entries[..<1] + [.init("$schema", .string(schema))] + entries[1...])
      }
    }
    return syntax.text(of: root)
  }

  private var document: DocumentNode {
    let greeting = DocumentNode.table([.init("GREETING", .string("Hello from inside"))])
    var capabilities = DocumentNode.table([.init("fs_read", .list([.string("/etc/os-release")]))])
    capabilities.ending = [
      Comment("Further ones are fs_write and net; each is explained in the reference of the manifest.")
    ]
    return .table([
      .init(
        "capsule",
        .integer(1).commented("What this capsule runs, and what it may reach.\nThe number of the format.").afterBlank),
      .init("name", .string(name)), .init("version", .string("0.1.0")),
      .init("description", .string("says hello from inside a sandbox")),
      .init(
        "entrypoint",
        .string(Self.programPath)
          .commented("The program: a path in this folder, which it sees at /capsule, read-only.").afterBlank),
      .init("env", greeting.commented("Its environment variables. Of yours it sees none.").afterBlank),
      .init(
        "capabilities",
        capabilities.commented("What of this machine it may reach. Without these lines: nothing.").afterBlank),
    ])
  }
}
