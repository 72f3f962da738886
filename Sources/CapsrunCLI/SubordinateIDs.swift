internal import Diagnostics
internal import Linux
internal import Planning

/// The ids of this machine that belong to users to give away. Read without asking any service for names.
enum SubordinateIDs {
  private static let largest = 1 << 20

  /// The ranges of `/etc/subuid` and `/etc/subgid`.
  static func all() throws(DiagnosticList) -> [SubordinateRange] {
    try ranges(of: "/etc/subuid") + ranges(of: "/etc/subgid")
  }

  /// A file that is not there gives nobody anything.
  static func ranges(of path: String) throws(DiagnosticList) -> [SubordinateRange] {
    let text = try reporting("read \(quoted(path))") { () throws(SysError) -> [UInt8] in
      do throws(SysError) {
        return try Descriptor.open(path, .readWithoutWaiting).readAll(of: path, limit: largest)
      } catch let error where error.errno == .noSuchFile {
        return []
      }
    }
    return SubordinateRange.parse(text)
  }
}
