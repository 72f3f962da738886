internal import CapsrunCLI
internal import Diagnostics
internal import ManifestFormat

/// The pages of docs/reference, and the manual page beside them; a developer's tool writes them.
enum Reference {
  /// Each file by its path in the repository.
  static var files: [(path: String, text: String)] {
    files(for: CommandName.groups)
  }

  static func files(for groups: [CommandGroup]) -> [(path: String, text: String)] {
    let commands = groups.flatMap(\.commands)
    return [
      ("docs/capsrun.1", ManualPage.text(for: groups)), ("docs/reference/README.md", MarkdownReference.index(groups)),
      ("docs/reference/exit-codes.md", MarkdownReference.exitCodes()),
      ("docs/reference/environment.md", MarkdownReference.environment()),
      ("docs/reference/manifest.md", ManifestReference.page),
      ("docs/\(ManifestSchema.fileName)", ManifestSchema.document.text(isIndented: true) + "\n"),
    ] + commands.map { ("docs/reference/\($0.name).md", MarkdownReference.page(of: $0)) }
  }
}
