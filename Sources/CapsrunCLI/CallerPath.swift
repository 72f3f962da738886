internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Paths as the caller writes them on the command line.
enum CallerPath {
  static func currentFolder() throws(DiagnosticList) -> AbsolutePath {
    let text = try reporting("find the current folder") { () throws(SysError) in try Linux.currentFolder() }
    return try path(text, from: .root)
  }

  /// An absolute path for one that may be relative to `folder`.
  static func path(_ text: String, from folder: AbsolutePath) throws(DiagnosticList) -> AbsolutePath {
    do {
      return try AbsolutePath(text, from: folder)
    } catch {
      throw DiagnosticList([Diagnostic("the path \(quoted(text)) \(error.explanation)", exitCode: .usage)])
    }
  }
}
