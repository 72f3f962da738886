/// Something about the distributions of a virtual environment that does not fit together.
package enum InstallationProblem: Error, Hashable, Sendable {
  case noMetadata(folder: String, file: String)
  case unnamedMetadata(folder: String)
  case brokenDependency(of: String, text: String, String)
  case brokenRecord(folder: String)
  case unreadableVersion(of: PackageName, String)
  case installedTwice(PackageName, folders: [String])

  case missing(Requirement, by: Requirer)
  case wrongVersion(Requirement, found: String, by: Requirer)
  case violatesConstraint(PackageName, found: String, RequirementLine)
  case unknownExtra(PackageName, extra: PackageName, by: Requirer)
  case unpinned(RequirementLine)
  case withoutHash(RequirementLine)
  case prerelease(PackageName, found: String, by: Requirer)
  case dependsOnMachine(Requirement, MarkerVariable, by: Requirer)

  case unfitPython(PackageName, needs: SpecifierSet, interpreter: PackageVersion)
  case unfitWheel(PackageName, tags: [WheelTag], InterpreterRelease, machine: String)
  case unfitModule(PackageName, path: String, InterpreterRelease)

  case notRecorded(PackageName)
  case fileOutside(PackageName, path: String)
  case fileMissing(PackageName, path: String)
  case fileChanged(PackageName, path: String)
  case fileUnchecked(PackageName, path: String, algorithm: String)

  /// Who requires something.
  package enum Requirer: Hashable, Sendable, CustomStringConvertible {
    case line(TextPlace)
    case distribution(PackageName)

    package var description: String {
      switch self {
      case .line(let place): "\(place.file):\(place.line)"
      case .distribution(let name): quoted(name.text)
      }
    }
  }

  /// Whether a capsule may be built all the same.
  package var isWarning: Bool {
    switch self {
    case .unknownExtra, .unpinned, .prerelease, .dependsOnMachine, .notRecorded, .fileUnchecked: true
    default: false
    }
  }
}

extension InstallationProblem {
  /// What is wrong, on which thing, and why.
  package var explanation: String {
    switch self {
    case .noMetadata(let folder, let file): "cannot read \(quoted(folder)): it has no file \(file)"
    case .unnamedMetadata(let folder): "cannot read \(quoted(folder)): it does not tell name and version"
    case .brokenDependency(let name, let text, let reason):
      "cannot read what \(quoted(name)) requires, \(quoted(text)): \(reason)"
    case .brokenRecord(let folder): "cannot read the file RECORD in \(quoted(folder)): it is no list of files"
    case .unreadableVersion(let name, let version):
      "cannot compare \(quoted(name.text)): its version, \(quoted(version)), is none of PEP 440"
    case .installedTwice(let name, let folders):
      "\(quoted(name.text)) is installed \(folders.count) times: "
        + folders.map { quoted($0) }.joined(separator: " and ")
    case .missing(let requirement, let by):
      "the virtual environment lacks \(quoted(requirement.description)), which \(by) requires"
    case .wrongVersion(let requirement, let found, let by):
      "the virtual environment has \(quoted(requirement.name.text)) \(found), but \(by) requires "
        + quoted(requirement.description)
    case .violatesConstraint(let name, let found, let line):
      "the virtual environment has \(quoted(name.text)) \(found), but \(Requirer.line(line.place)) allows only "
        + quoted(line.requirement.description)
    case .unknownExtra(let name, let extra, let by):
      "\(quoted(name.text)) has no extra \(quoted(extra.text)), which \(by) asks for"
    case .unpinned(let line): "\(quoted(line.requirement.description)) is not pinned to a version"
    case .withoutHash(let line): "\(quoted(line.requirement.description)) has no hash, as others here have"
    case .prerelease(let name, let found, let by):
      "the virtual environment has the pre-release \(quoted(name.text)) \(found), which \(by) does not ask for"
    case .dependsOnMachine(let requirement, let variable, let by):
      "whether \(by) requires \(quoted(requirement.description)) depends on the machine that runs it: its marker uses "
        + variable.rawValue
    case .unfitPython(let name, let needs, let interpreter):
      "\(quoted(name.text)) needs Python \(needs), and the virtual environment has \(interpreter)"
    case .unfitWheel(let name, let tags, let release, let machine):
      "\(quoted(name.text)) is built for \(tags.map(\.description).joined(separator: ", ")), "
        + "not for Python \(release) on \(machine)"
    case .unfitModule(let name, let path, let release):
      "\(quoted(path)) of \(quoted(name.text)) is built for another Python than \(release)"
    case .notRecorded(let name): "cannot verify the files of \(quoted(name.text)): no RECORD lists them"
    case .fileOutside(let name, let path):
      "\(quoted(name.text)) has the file \(quoted(path)) outside of the virtual environment"
    case .fileMissing(let name, let path): "\(quoted(name.text)) has lost the file \(quoted(path))"
    case .fileChanged(let name, let path):
      "\(quoted(path)) of \(quoted(name.text)) is not what was installed: its hash differs"
    case .fileUnchecked(let name, let path, let algorithm):
      "cannot verify \(quoted(path)) of \(quoted(name.text)): its hash is of kind \(quoted(algorithm))"
    }
  }

  /// The one thing to do.
  package var hint: String {
    switch self {
    case .noMetadata, .unnamedMetadata, .brokenRecord, .brokenDependency, .unreadableVersion, .installedTwice,
      .notRecorded, .fileMissing, .fileChanged, .fileUnchecked:
      "install it anew with pip install --force-reinstall"
    case .missing(let requirement, _), .wrongVersion(let requirement, _, _):
      "run pip install \"\(requirement)\" in the virtual environment"
    case .violatesConstraint(let name, _, let line): "run pip install \"\(name)\(line.requirement.specifiers)\""
    case .unknownExtra: "remove the extra, or install a version that has it"
    case .unpinned: "pin it, for example with ~="
    case .withoutHash: "add --hash=sha256:…, which pip hash prints"
    case .prerelease: "install a release, or name the pre-release in the requirement"
    case .dependsOnMachine: "state the requirement without the marker"
    case .unfitPython, .unfitWheel, .unfitModule: "install it with the interpreter that the capsule runs with"
    case .fileOutside: "install it with pip into the virtual environment"
    }
  }
}
