internal import CapsuleFormat
internal import Diagnostics
internal import ManifestFormat

/// `capsrun inspect`
enum InspectCommand {
  private static let listing = Option.flag("listing", "show the listing alone, of which sha256sum makes the id")
  private static let files = Option.flag("files", "show the files alone, with permissions and sizes")
  private static let readme = Option.flag("readme", "show the text alone that the manifest names as its readme")

  static let command = Command(
    name: "inspect", summary: "show what a capsule is, without installing it",
    description: """
      Shows the id, size, signer, build and manifest of CAPSULE: a capsule's file, or an
      installed capsule by its name or the beginning of its id. A file is only read, and nothing
      of it is trusted or verified: what is shown is what it says of itself.
      """,
    options: [listing, files, readme], operands: .one("CAPSULE", .path),
    examples: [
      ("capsrun inspect capsule-hello-3193ce5d7087.tar.gz", "What a file says of itself"),
      ("capsrun inspect hello --listing", "What the id is made of; sha256sum shows the same"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    if invocation.has(.user) { try UserSwitch.leaveRoot() }
    let parts = [listing, files, readme].filter { invocation.has($0) }
    guard parts.count <= 1 else {
      throw DiagnosticList([
        Diagnostic("\(parts[0].usage) and \(parts[1].usage) contradict each other", hint: "give one", exitCode: .usage)
      ])
    }
    let output = Output(isJSON: invocation.has(.json))
    let capsule = try InspectedCapsule.find(invocation.operands[0])
    if parts.first == listing {
      try show("listing", String(decoding: try capsule.listing(), as: UTF8.self), isExact: true, output)
    } else if parts.first == readme {
      try show("readme", try capsule.readme(), isExact: false, output)
    } else if parts.first == files {
      try show(try capsule.entries(), output)
    } else if output.isJSON {
      try output.result(try capsule.json())
    } else {
      try output.result(try capsule.text())
    }
    return .success
  }

  /// A text of the capsule. Paths hold no control character, so that the listing can stand as it is.
  private static func show(_ name: String, _ text: String, isExact: Bool, _ output: Output) throws(DiagnosticList) {
    if output.isJSON {
      try output.result(.object([.init(name, .string(text)), .init("exit_code", .integer(0))]))
    } else {
      try output.result(isExact ? text : CapsuleText.lines(text))
    }
  }

  private static func show(_ entries: [Listing.Entry], _ output: Output) throws(DiagnosticList) {
    if output.isJSON {
      try output.result(
        .object([.init("files", .array(entries.map(\.json))), .init("exit_code", .integer(0))]))
    } else {
      try output.result(TextTable.text(entries.map(\.row)))
    }
  }
}

/// Text of a capsule, which must not steer a terminal.
enum CapsuleText {
  static func lines(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { printable(String($0)) }
      .joined(separator: "\n")
  }
}

extension Listing.Entry {
  fileprivate var row: [String] {
    switch content {
    case .file(let size, _, let isExecutable): [isExecutable ? "0755" : "0644", String(size), path.text]
    case .folder: ["folder", "", path.text + "/"]
    case .link(let target): ["link", "", "\(path.text) -> \(target)"]
    }
  }

  fileprivate var json: JSONValue {
    switch content {
    case .file(let size, let digest, let isExecutable):
      .object([
        .init("path", .string(path.text)), .init("kind", .string("file")), .init("bytes", .integer(Int64(size))),
        .init("sha256", .string(digest.hex)), .init("executable", .bool(isExecutable)),
      ])
    case .folder: .object([.init("path", .string(path.text)), .init("kind", .string("folder"))])
    case .link(let target):
      .object([
        .init("path", .string(path.text)), .init("kind", .string("link")), .init("target", .string(target)),
      ])
    }
  }
}
