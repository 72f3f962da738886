internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning

/// The Pythons of this machine, which a sandbox shows in /usr/bin.
enum PythonOfMachine {
  private static let start = "/usr/bin/python"

  /// The Python that a capsule with a Python entrypoint would be run by, if it is not there.
  static func missing(
    for manifest: Manifest, in capsule: borrowing Descriptor
  ) throws(DiagnosticList) -> CapsuleFolder.MissingPython? {
    // Another base has its own Pythons, or none.
    guard RootBase.Word(rawValue: manifest.rootfs.base ?? "host") == .host else { return nil }
    guard let entrypoint = manifest.entrypoint?.value, entrypoint.hasSuffix(".py") else { return nil }
    let isOfEnvironment = try ManifestFile.has("venv/bin", in: capsule)
    let needed = isOfEnvironment ? try releaseOfEnvironment(in: capsule) : manifest.dependencies.python
    guard let needed, try !isThere(start + needed) else { return nil }
    // What the capsule brings itself comes first in PATH.
    if !isOfEnvironment, try ManifestFile.has("bin/python" + needed, in: capsule) { return nil }
    return CapsuleFolder.MissingPython(needed: needed, found: try release(), isOfEnvironment: isOfEnvironment)
  }

  /// Where the one link of a built capsule leads that leaves it; nil for an environment that was not built into one.
  private static func releaseOfEnvironment(in capsule: borrowing Descriptor) throws(DiagnosticList) -> String? {
    let target: String? = try reporting("look at venv/bin/python") { () throws(SysError) in
      do throws(SysError) {
        return try capsule.openBeneath("venv/bin", .folderItself).target(ofLink: "python")
      } catch let error where [.noSuchFile, .invalidArgument, .tooManyLinks, .notDirectory].contains(error.errno) {
        return nil
      }
    }
    guard let target, target.hasPrefix(start + "3.") else { return nil }
    return String(target.dropFirst(start.count))
  }

  /// The release of /usr/bin/python3, by the name that it leads to.
  private static func release() throws(DiagnosticList) -> String? {
    let path: String? = try reporting("look for \(start)3") { () throws(SysError) in
      do throws(SysError) {
        return try Descriptor.open(start + "3", .place).realPath()
      } catch let error where error.errno == .noSuchFile {
        return nil
      }
    }
    guard let name = path?.split(separator: "/").last, name.hasPrefix("python3.") else { return nil }
    return String(name.dropFirst("python".count))
  }

  private static func isThere(_ path: String) throws(DiagnosticList) -> Bool {
    try reporting("look for \(quoted(path))") { () throws(SysError) in
      do throws(SysError) {
        return try Descriptor.open(path, .place).status(of: path).kind == .file
      } catch let error where error.errno == .noSuchFile {
        return false
      }
    }
  }
}
