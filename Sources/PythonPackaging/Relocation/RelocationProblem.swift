/// Why an environment cannot be made independent of where it was built.
package enum RelocationProblem: Error, Hashable, Sendable {
  case buildPathLeft(file: String, offset: Int, buildPath: String)
  /// In a program or library, as a path to libraries or in its data.
  case buildPathInProgram(file: String, offset: Int, buildPath: String)
  /// An editable installation, or a line that adds a folder, outside of the capsule.
  case leavesTree(file: String, line: Int, target: String)
  case linkLeavesTree(file: String, target: String)
  case foreignInterpreter(file: String, interpreter: String)
  case usesSystemPackages
  case brokenRecord(file: String)

  package var isWarning: Bool { self == .usesSystemPackages }

  static func left(in file: String, at offset: Int, buildPath: String, isProgram: Bool) -> RelocationProblem {
    isProgram
      ? .buildPathInProgram(file: file, offset: offset, buildPath: buildPath)
      : .buildPathLeft(file: file, offset: offset, buildPath: buildPath)
  }

  /// By the beginning of a file: whether it is an ELF file.
  static func isProgram(_ file: [UInt8]) -> Bool { file.starts(with: [0x7F, 0x45, 0x4C, 0x46]) }

  package var explanation: String {
    switch self {
    case .buildPathLeft(let file, let offset, let path):
      "\(quoted(file)) still holds the path \(quoted(path)) of the building machine, at byte \(offset)"
    case .buildPathInProgram(let file, let offset, let path):
      "the program \(quoted(file)) holds the path \(quoted(path)) of the building machine, at byte \(offset)"
    case .leavesTree(let file, let line, let target):
      "\(quoted(file)) leads to \(quoted(target)) in line \(line), which is outside of the capsule"
    case .linkLeavesTree(let file, let target):
      "the link \(quoted(file)) leads to \(quoted(target)), which is outside of the capsule"
    case .foreignInterpreter(let file, let interpreter):
      "\(quoted(file)) is run by \(quoted(interpreter)), which the sandbox does not have"
    case .usesSystemPackages:
      "the virtual environment also sees the packages of the machine that runs it, which differ from machine to machine"
    case .brokenRecord(let file): "cannot rewrite \(quoted(file)): it is no list of files"
    }
  }

  package var hint: String {
    switch self {
    case .buildPathLeft: "install the package that the file belongs to anew, or leave the file out by .capsuleignore"
    case .buildPathInProgram:
      "set its search path relative to itself, with patchelf --set-rpath '$ORIGIN/…', or build it so"
    case .leavesTree: "install the package without -e, or move it into the capsule"
    case .linkLeavesTree: "copy the file into the virtual environment"
    case .foreignInterpreter: "install its package anew with the pip of the virtual environment"
    case .usesSystemPackages: "make it without --system-site-packages"
    case .brokenRecord: "install the package anew with pip install --force-reinstall"
    }
  }
}
