internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// Compiles the seccomp profiles that a capsule or a caller brings along.
struct OwnProfiles {
  /// The bytes of a profile by its path.
  private let read: (String) throws(DiagnosticList) -> [UInt8]

  init(_ read: @escaping (String) throws(DiagnosticList) -> [UInt8]) { self.read = read }

  /// Gives each program the filter of its profiles where one of them is a file; returns what is to be told about those.
  func compile(_ request: inout PlanRequest) throws(DiagnosticList) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    for index in request.programs.indices {
      let program = request.programs[index]
      var base: CompiledFilter?
      for name in [program.outerSeccomp, program.seccomp].compactMap(\.self) {
        base = try filter(name, within: base, &warnings)
      }
      if program.outerSeccomp != nil || ProfileNames.isFile(program.seccomp) {
        request.programs[index].filter = base
      }
    }
    return warnings
  }

  private func filter(
    _ name: String, within base: CompiledFilter?, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) -> CompiledFilter {
    guard ProfileNames.isFile(name) else {
      guard let named = CompiledFilter.named(name) else {
        throw failure(PlanError.unknownProfile(name: name).diagnostic)
      }
      return try base.map { base throws(DiagnosticList) in try joined(named, base) } ?? named
    }
    let profile = try Self.profile(name, try read(name))
    do {
      let own = try OwnProfile(
        profile, named: base.map { "\(name) within \($0.profile)" } ?? name, within: base ?? .ceiling)
      if let warning = Self.warning(name, profile, own), !warnings.contains(warning) { warnings.append(warning) }
      return own.filter
    } catch {
      throw failure(error.diagnostic(of: name))
    }
  }

  private func joined(_ filter: CompiledFilter, _ base: CompiledFilter) throws(DiagnosticList) -> CompiledFilter {
    do throws(FilterComposition.TooLong) {
      return try filter.within(base)
    } catch {
      throw failure(OwnProfile.Failure.tooManyInstructions(error.instructions).diagnostic(of: base.profile))
    }
  }

  private func failure(_ diagnostic: Diagnostic) -> DiagnosticList { DiagnosticList([diagnostic]) }

  private static func profile(_ name: String, _ bytes: [UInt8]) throws(DiagnosticList) -> OCIProfile {
    let release = try reporting("find the kernel's release") { () throws(SysError) in try KernelAbilities.release() }
    let machine = OCIProfile.Machine(
      architecture: .native, kernel: KernelFacts(release: release).version ?? (0, 0),
      knowsCall: { SeccompCompiler.Table.native.number($0) != .unknown })
    do {
      return try OCIProfile(file: name, bytes: bytes, for: machine)
    } catch {
      throw DiagnosticList([error])
    }
  }

  /// What of a profile no capsule gets.
  private static func warning(_ name: String, _ profile: OCIProfile, _ own: OwnProfile) -> Diagnostic? {
    let parts = [
      own.shut.isEmpty ? nil : own.shut.joined(separator: ", "),
      profile.foreignArchitectures.isEmpty
        ? nil : "the calls of \(profile.foreignArchitectures.joined(separator: ", "))",
    ].compactMap(\.self)
    guard !parts.isEmpty else { return nil }
    return Diagnostic(
      "the profile \(quoted(name)) allows what stays refused all the same: \(parts.joined(separator: "; "))",
      hint: "remove it from the profile; a profile can only narrow what its capsule may", severity: .warning,
      exitCode: .success)
  }
}

// Where the files come from.
extension OwnProfiles {
  /// The paths of the profiles that a manifest names.
  static func paths(of manifest: Manifest) -> [String] {
    var paths: [String] = []
    for security in [manifest.security] + manifest.processes.map(\.security) {
      guard let path = security.seccomp?.value, ProfileNames.isFile(path), !paths.contains(path) else { continue }
      paths.append(path)
    }
    return paths
  }

  /// A file of the caller's.
  static func file(_ path: String) throws(DiagnosticList) -> [UInt8] {
    try read(path) { () throws(SysError) in try Descriptor.open(path, .readWithoutWaiting) }.bytes
  }

  /// A file of a capsule; no link leads out of its folder.
  static func file(
    _ path: String, in folder: borrowing Descriptor
  ) throws(DiagnosticList) -> (status: FileStatus, bytes: [UInt8]) {
    try read(path) { () throws(SysError) in try folder.openInside(path, .readWithoutWaiting) }
  }

  /// Reads and compiles the profiles of a manifest that lies at `path`; returns what is to be told about them.
  static func check(_ manifest: Manifest, beside path: String) throws(DiagnosticList) -> [Diagnostic] {
    let paths = paths(of: manifest)
    guard !paths.isEmpty else { return [] }
    let parent = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    let folder = try reporting("open the folder \(quoted(parent))", exitCode: .noInput) { () throws(SysError) in
      try Descriptor.open(parent, .folder)
    }
    var warnings: [Diagnostic] = []
    for path in paths {
      let bytes = try file(path, in: folder).bytes
      _ = try OwnProfiles { _ in bytes }.filter(path, within: nil, &warnings)
    }
    return warnings
  }

  private static func read(
    _ path: String, _ open: () throws(SysError) -> Descriptor
  ) throws(DiagnosticList) -> (status: FileStatus, bytes: [UInt8]) {
    let (status, bytes): (FileStatus, [UInt8]) = try reporting(
      "read the seccomp profile \(quoted(path))", exitCode: .noInput
    ) { () throws(SysError) in
      let descriptor = try open()
      let status = try descriptor.status(of: path)
      // Reading a FIFO or a device might never end.
      guard status.kind == .file else { return (status, []) }
      return (status, try descriptor.readAll(of: path, limit: SourceText.largestSize + 65536))
    }
    guard status.kind == .file else {
      throw DiagnosticList([
        Diagnostic("the seccomp profile \(quoted(path)) is no file", hint: "name a file of JSON", exitCode: .noInput)
      ])
    }
    return (status, bytes)
  }
}

extension OwnProfile.Failure {
  fileprivate func diagnostic(of profile: String) -> Diagnostic {
    switch self {
    case .tooManyConditions(let call):
      Diagnostic(
        "the profile \(quoted(profile)) has too many conditions for one call: \(call)",
        hint: "write fewer arguments into one entry", exitCode: .badData)
    case .tooManyInstructions(let count):
      Diagnostic(
        "the profile \(quoted(profile)) makes a filter of \(count) instructions, and the kernel takes \(CompiledFilter.mostInstructions)",
        hint: "name fewer arguments", exitCode: .badData)
    }
  }
}
