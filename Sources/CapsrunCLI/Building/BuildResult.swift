internal import CapsuleFormat
internal import Diagnostics

/// What came of a build, for people and for programs.
struct BuildResult {
  /// Nil when nothing was written.
  let file: String?
  let metadata: BuildMetadata
  var size: Int?
  let warnings: [Diagnostic]
  let ignored: Int
  /// Where the bill of materials was written.
  var bill: String?
  /// The id of the key, and where the signature lies.
  private(set) var signature: (key: KeyID, path: String)?

  init(file: String?, metadata: BuildMetadata, size: Int?, warnings: [Diagnostic], ignored: Int) {
    self.file = file
    self.metadata = metadata
    self.size = size
    self.warnings = warnings
    self.ignored = ignored
  }

  mutating func sign(with key: borrowing SecretKey) throws(DiagnosticList) {
    guard let file else { return }
    let (_, path) = try FileSignature.write(for: file, by: key, at: Int64(metadata.time), expires: nil)
    signature = (key.id, path)
  }

  func show(_ output: Output, isQuiet: Bool, report: Assembly?) throws(DiagnosticList) {
    if output.isJSON { return try output.result(json(report)) }
    if !warnings.isEmpty { output.diagnostics(DiagnosticList(warnings)) }
    guard !isQuiet else { return }
    var text = ""
    if let report { text += BuildReport(report).text }
    if let file { text += "Capsule built successfully: \(printable(file))\n" }
    text += "BUILD_SHA: \(metadata.id)\n"
    if let size { text += "Size: \(ByteText(size).megabytes)\n" }
    if let bill { text += "Bill of materials: \(printable(bill))\n" }
    if let signature { text += "Signed by: key \(signature.key) (\(printable(signature.path)))\n" }
    try output.result(text)
  }

  private func json(_ report: Assembly?) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("file", file.map { .string($0) } ?? .null), .init("build_sha", .string(metadata.id.description)),
      .init("size", size.map { .integer(Int64($0)) } ?? .null), .init("metadata", metadata.json),
      .init("ignored", .integer(Int64(ignored))),
      .init("sbom", bill.map { .string($0) } ?? .null),
      .init("signature", signature.map { .string($0.path) } ?? .null),
      .init("key", signature.map { .string($0.key.description) } ?? .null),
    ]
    if let report { members.append(.init("report", BuildReport(report).json)) }
    return .object(
      members + [.init("warnings", .array(warnings.map(\.json))), .init("exit_code", .integer(0))])
  }
}

/// Which files make a capsule large, and what was left out of it.
struct BuildReport {
  private static let most = 10
  private let largest: [(path: String, size: Int)]
  private let folders: [(path: String, size: Int)]
  private let ignored: [SourceTree.Ignored]

  init(_ assembly: Assembly) {
    let files = assembly.entries.map { (path: $0.path.text, size: $0.size) }.filter { $0.size > 0 }
    largest = Self.top(files)
    var sums: [String: Int] = [:]
    for (path, size) in files {
      guard let slash = path.firstIndex(of: "/") else { continue }
      sums[String(path[..<slash]), default: 0] += size
    }
    folders = Self.top(sums.map { (path: $0.key + "/", size: $0.value) })
    ignored = assembly.ignored
  }

  private static func top(_ all: [(path: String, size: Int)]) -> [(path: String, size: Int)] {
    Array(all.sorted { ($1.size, $0.path) < ($0.size, $1.path) }.prefix(most))
  }

  var text: String {
    func lines(_ title: String, _ all: [(path: String, size: Int)]) -> String {
      guard !all.isEmpty else { return "" }
      return title + ":\n" + all.map { "  \(ByteText($0.size))\t\(printable($0.path))\n" }.joined()
    }
    var text = lines("Largest files", largest) + lines("Largest folders", folders)
    if !ignored.isEmpty {
      text += "Left out:\n" + ignored.map { "  \(printable($0.path))\($0.isFolder ? "/" : "")\n" }.joined()
    }
    return text
  }

  var json: JSONValue {
    func list(_ all: [(path: String, size: Int)]) -> JSONValue {
      .array(all.map { .object([.init("path", .string($0.path)), .init("bytes", .integer(Int64($0.size)))]) })
    }
    return .object([
      .init("largest_files", list(largest)), .init("largest_folders", list(folders)),
      .init("left_out", .array(ignored.map { .string($0.path) })),
    ])
  }
}
