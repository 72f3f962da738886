package import ManifestFormat

/// From a manifest to a request.
package enum CapsulePlanning {
  /// Where a capsule's files are shown.
  static let root = sandboxPath("/capsule")

  /// The request that runs one process of a capsule in the foreground.
  package static func request(_ manifest: Manifest, in folder: CapsuleFolder) throws(PlanError) -> PlanRequest {
    let process = try onlyProcess(manifest)
    guard manifest.dependencies.requires.isEmpty else {
      throw .notYet(
        feature: "dependencies.requires when a capsule is run", hint: "capsrun order shows what would be started first")
    }
    return PlanRequest(
      name: manifest.name, command: process.command, arguments: process.arguments,
      environment: manifest.environment.merging(process.environment) { _, own in own },
      grants: manifest.capabilities.read.map { grant($0.value, .read) }
        + manifest.capabilities.write.map { grant($0.value, .write) },
      workingFolder: process.workingFolder, capsule: folder)
  }

  private static func grant(_ grant: PathGrant, _ access: FileGrant.Access) -> FileGrant {
    FileGrant(source: grant.path, target: grant.path, access: access, mayBeMissing: grant.mayBeMissing)
  }

  private struct ForegroundProcess {
    var command: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    var workingFolder: AbsolutePath
  }

  private static func onlyProcess(_ manifest: Manifest) throws(PlanError) -> ForegroundProcess {
    if let entrypoint = manifest.entrypoint?.value {
      guard !entrypoint.hasSuffix(".py") else {
        throw .notYet(
          feature: "an entrypoint that is a Python file",
          hint: "use processes with cmd: /usr/bin/python3 and the file in args")
      }
      // An entrypoint is a path in the capsule, also without a slash.
      let command = entrypoint.contains("/") ? entrypoint : "./" + entrypoint
      return ForegroundProcess(command: command, workingFolder: root)
    }
    guard manifest.processes.count == 1, let process = manifest.processes.first, let command = process.command else {
      let names = manifest.processes.map(\.name).joined(separator: ", ")
      throw .notYet(
        feature: "running the \(manifest.processes.count) processes \(names) together",
        hint: "keep one process in the manifest to run it in the foreground")
    }
    return ForegroundProcess(
      command: command.value, arguments: process.arguments, environment: process.environment,
      workingFolder: try workingFolder(process))
  }

  private static func workingFolder(_ process: Manifest.Process) throws(PlanError) -> AbsolutePath {
    do {
      return try AbsolutePath(process.workingFolder ?? process.name, from: root)
    } catch {
      throw .badWorkingFolder(process: process.name, folder: process.workingFolder ?? "", problem: error.explanation)
    }
  }
}
