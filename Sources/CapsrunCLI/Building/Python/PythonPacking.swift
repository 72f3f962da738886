internal import CapsuleFormat
internal import Cryptography
internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import PythonPackaging

/// What a build does about Python: it compares the virtual environment with what the manifest asks for, and puts one that
/// works at `/capsule/venv` in its place. All problems are told, not just the first.
struct PythonPacking {
  private(set) var assembly: Assembly
  private(set) var errors: [Diagnostic] = []
  private(set) var warnings: [Diagnostic] = []
  private let manifest: Manifest
  private let requiresPinned: Bool

  static func run(
    _ assembly: Assembly, of source: BuildSource, requiresPinned: Bool
  ) throws(DiagnosticList) -> PythonPacking {
    let root = try source.open()
    return run(assembly, in: root, at: source.folderPath, of: source.manifest, requiresPinned: requiresPinned)
  }

  /// `root` is the folder that the entries come from, and `path` where the caller finds it.
  static func run(
    _ assembly: Assembly, in root: consuming Descriptor, at path: String, of manifest: Manifest, requiresPinned: Bool
  ) -> PythonPacking {
    var packing = PythonPacking(assembly: assembly, manifest: manifest, requiresPinned: requiresPinned)
    let files = PackedFiles(root, assembly.entries)
    do throws(SysError) {
      try packing.run(files, path)
    } catch {
      packing.errors.append(error.diagnostic(doing: "verify the virtual environment", exitCode: .noInput))
    }
    return packing
  }

  private init(assembly: Assembly, manifest: Manifest, requiresPinned: Bool) {
    self.assembly = assembly
    self.manifest = manifest
    self.requiresPinned = requiresPinned
  }

  private mutating func run(_ files: PackedFiles, _ path: String) throws(SysError) {
    if case .link? = files.kind(PackedEnvironment.folder) { errors.append(.environmentIsLink) }
    let requirements = manifest.dependencies.pipRequirements.flatMap { PackedRequirements($0.value, files) }
    for problem in requirements?.file.problems ?? [] {
      tell(problem.explanation, problem.hint, problem.isWarning, at: requirements?.location(problem.place))
    }
    guard let environment = PackedEnvironment(of: assembly, files) else {
      guard let requirements else { return }
      for problem in requirements.unpinned { tell(problem, in: requirements) }
      return warnings.append(.requirementsUnverified)
    }
    let inspection = try environment.inspection()
    let declared = manifest.dependencies.python.flatMap { PackageVersion($0) }.flatMap { InterpreterRelease($0) }
    var problems = inspection.problems
    let markers = inspection.interpreter.flatMap {
      MarkerEnvironment(interpreter: $0, machine: Machine.architecture)
    }
    if let markers, let problem = InterpreterProblem.check(declared: declared, found: markers.release, in: .environment)
    {
      problems.append(problem)
    }
    for problem in problems { tell(problem.explanation, problem.hint, problem.isWarning) }
    // Without its version nothing else can be said of it.
    guard let markers else { return }
    let relocation = Relocation(
      buildPaths: inspection.buildPaths + [path, try files.rootPath()].map { $0 + "/" + environment.origin },
      treePaths: [path, try files.rootPath()], release: markers.release
    ) { SHA256.digest(of: $0).bytes }
    try verify(environment, requirements, markers, try RelocatedEnvironment(environment, by: relocation))
  }

  private mutating func verify(
    _ environment: PackedEnvironment, _ requirements: PackedRequirements?, _ markers: MarkerEnvironment,
    _ relocated: RelocatedEnvironment
  ) throws(SysError) {
    let (distributions, unreadable) = try environment.distributions()
    for problem in unreadable { tell(problem, in: requirements) }
    if let requirements {
      let report = Verification.report(requirements.file, installed: distributions, environment: markers)
      for problem in report.problems { tell(problem, in: requirements) }
    }
    for problem in PlatformVerification.problems(of: distributions, in: markers) { tell(problem, in: requirements) }
    let installed = FileVerification.verify(distributions) { relocated.digests[$0]?.bytes }
    for problem in installed.problems where !isLeftOut(problem) { tell(problem, in: requirements) }
    for problem in relocated.problems { tell(problem.explanation, problem.hint, problem.isWarning) }
    replace(environment, by: relocated)
  }

  /// A file that its author leaves out is not lost.
  private func isLeftOut(_ problem: InstallationProblem) -> Bool {
    guard case .fileMissing(_, let path) = problem else { return false }
    return assembly.leavesOut(PackedEnvironment.folder + "/" + path)
  }

  private mutating func replace(_ environment: PackedEnvironment, by relocated: RelocatedEnvironment) {
    guard let parent = relocated.entries.first(where: { $0.path.text == PackedEnvironment.folder })?.path else {
      return
    }
    assembly.replace(parent, with: relocated.entries)
    for (entry, reason) in relocated.leftOut {
      // What lies in a folder that is left out is left out with it.
      guard !assembly.leavesOut(entry.path.text) else { continue }
      assembly.noteLeftOut(
        entry.path.text, isFolder: entry.kind == .folder, pattern: PackedEnvironment.folder + "/",
        reason: reason.explanation)
    }
  }

  private mutating func tell(_ problem: InstallationProblem, in requirements: PackedRequirements?) {
    switch problem {
    case .unpinned(let line):
      tell(
        problem.explanation, problem.hint, problem.isWarning && !requiresPinned, at: requirements?.location(line.place))
    case .withoutHash(let line):
      tell(problem.explanation, problem.hint, problem.isWarning, at: requirements?.location(line.place))
    default: tell(problem.explanation, problem.hint, problem.isWarning)
    }
  }

  private mutating func tell(_ message: String, _ hint: String, _ isWarning: Bool, at place: SourceLocation? = nil) {
    let diagnostic = Diagnostic(
      message, at: place, hint: hint, severity: isWarning ? .warning : .error, exitCode: .badData)
    if isWarning { warnings.append(diagnostic) } else { errors.append(diagnostic) }
  }
}

extension Diagnostic {
  fileprivate static let environmentIsLink = Diagnostic(
    "\"venv\" is a link, and a virtual environment is packed only as a folder",
    hint: "make the virtual environment at venv itself", exitCode: .badData)

  fileprivate static let requirementsUnverified = Diagnostic(
    "dependencies.pip_requirements is not verified: there is no virtual environment", hint: "include a venv as venv/",
    severity: .warning, exitCode: .badData)
}

extension Relocation.Rewrite.Reason {
  fileprivate var explanation: String {
    switch self {
    case .compiled: "compiled Python files hold the time and the path of their sources"
    case .origin: "it tells a folder of the machine that built the capsule"
    case .interpreter: "the interpreter is that of the sandbox, under its usual names"
    }
  }
}
