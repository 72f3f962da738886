import Testing

@testable import PythonPackaging

/// The files of a virtual environment, by their paths below its root.
struct SampleEnvironment {
  var files: [String: [UInt8]] = [:]

  static let packages = "lib/python3.11/site-packages"

  /// Adds a distribution as pip leaves it.
  mutating func install(
    _ name: String, _ version: String, requires: [String] = [], extras: [String] = [], python: String? = nil,
    tags: [String] = ["py3-none-any"], record: String? = nil
  ) {
    let folder = "\(Self.packages)/\(name)-\(version).dist-info"
    var metadata = "Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n"
    metadata += requires.map { "Requires-Dist: \($0)\n" }.joined()
    metadata += extras.map { "Provides-Extra: \($0)\n" }.joined()
    if let python { metadata += "Requires-Python: \(python)\n" }
    files[folder + "/METADATA"] = Array((metadata + "\nName: of the body\n").utf8)
    files[folder + "/WHEEL"] = Array(("Wheel-Version: 1.0\n" + tags.map { "Tag: \($0)\n" }.joined()).utf8)
    files[folder + "/INSTALLER"] = Array("pip\n".utf8)
    if let record { files[folder + "/RECORD"] = Array(record.utf8) }
  }

  /// All folders of metadata.
  var folders: [String] {
    Set(files.keys.map { EnvironmentPath.folder(of: $0) }).filter(InstalledDistribution.isMetadata).sorted()
  }

  func readings() -> [DistributionReading] {
    folders.map { folder in InstalledDistribution.read(folder) { files[folder + "/" + $0] } }
  }

  func distributions() -> [InstalledDistribution] { readings().compactMap(\.distribution) }

  /// What a requirements file that is not in any folder finds here.
  func report(_ requirements: String, constraints: String = "", interpreter: String = "3.11.7") throws
    -> VerificationReport
  {
    let source = RequirementsSource(name: "requirements.txt", bytes: Array(requirements.utf8))
    let file = RequirementsReader.read(source) { (path: String) throws(InclusionRefusal) in
      RequirementsSource(name: path, bytes: Array(constraints.utf8))
    }
    #expect(file.problems.isEmpty)
    return Verification.report(
      file, installed: distributions(), environment: try Samples.environment(interpreter))
  }
}
