internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// One build: from what was collected to a file.
struct Build {
  let source: BuildSource
  let assembly: Assembly
  let warnings: [Diagnostic]
  let output: Output

  func run(
    to file: String?, container: ArchiveContainer, isDry: Bool, withBill: Bool
  ) throws(DiagnosticList) -> BuildResult {
    let epoch = try BuildTime.fromEnvironment()
    let total = assembly.entries.reduce(0) { $0 + $1.size }
    let hashing = ProgressLine("reading", total: total, output)
    let draft = try draft(progress: hashing)
    hashing.end()
    let manifest = source.manifest
    let metadata = BuildMetadata(
      draft.id, of: draft.listing, name: manifest.name, version: manifest.about.version,
      time: epoch ?? Int(Clock.secondsSince1970), host: epoch == nil ? try hostName() : nil,
      tool: "capsrun \(Release.current)")
    let name = file ?? "capsule-\(manifest.name)-\(draft.id.short).\(container.rawValue)"
    var result = BuildResult(
      file: isDry ? nil : name, metadata: metadata, size: nil, warnings: warnings, ignored: assembly.ignored.count)
    guard !isDry else { return result }
    let packing = ProgressLine("packing", total: total, output)
    defer { packing.end() }
    result.size = try capsule { () throws(CapsuleError) in
      try draft.write(
        toFile: name, container: container, metadata: metadata.bytes, time: epoch ?? 0
      ) { packing.add($0) }
    }
    if withBill { result.bill = try writeBill(of: draft, beside: name, metadata, isFixed: epoch != nil) }
    return result
  }

  /// Writes the bill of materials, and returns where. It has a time only where the build has a given one.
  private func writeBill(
    of draft: borrowing CapsuleDraft, beside name: String, _ metadata: BuildMetadata, isFixed: Bool
  ) throws(DiagnosticList) -> String {
    let bill = BillOfMaterials(
      of: draft.id, name: metadata.name, version: metadata.version, license: source.manifest.about.license,
      time: isFixed ? UTCTime(metadata.time) : nil, toolVersion: Release.current)
    let document = try capsule { () throws(CapsuleError) in
      try bill.document(of: draft.listing) { path, range throws(CapsuleError) in try draft.read(path, range) }
    }
    let path = name + ".cdx.json"
    try reporting("write \(quoted(path))") { () throws(SysError) in
      try WholeFile.replace(path, with: Array((document.text(isIndented: true) + "\n").utf8))
    }
    return path
  }

  private func draft(progress: ProgressLine) throws(DiagnosticList) -> CapsuleDraft {
    let root = try source.open()
    do throws(CapsuleError) {
      return try CapsuleDraft.make(of: assembly.entries, in: root) { progress.add($0) }
    } catch {
      progress.end()
      throw DiagnosticList(error.diagnostics)
    }
  }

  private func hostName() throws(DiagnosticList) -> String {
    try reporting("find the name of this host") { () throws(SysError) in try Machine.hostName() }
  }
}

/// The time that a build shall say it was made at.
enum BuildTime {
  /// What SOURCE_DATE_EPOCH says, in seconds since 1970; nil when it is not set.
  static func fromEnvironment() throws(DiagnosticList) -> Int? {
    guard let text = CurrentProcess.environmentValue("SOURCE_DATE_EPOCH"), !text.isEmpty else { return nil }
    guard let seconds = Int(text), (0...0o777_7777_7777).contains(seconds), String(seconds) == text else {
      throw DiagnosticList([
        Diagnostic(
          "SOURCE_DATE_EPOCH is \(quoted(text)), which is no time", hint: "set it to seconds since 1970",
          exitCode: .usage)
      ])
    }
    return seconds
  }
}
