internal import Diagnostics
internal import ManifestFormat

/// Who runs a capsule: what is known of a supervisor that does not answer.
package struct RunRecord: Hashable, Sendable {
  package var process: Int32
  /// Milliseconds since 1970.
  package var started: Int
  /// The whole id of the capsule.
  package var capsule: String

  package init(process: Int32, started: Int, capsule: String) {
    self.process = process
    self.started = started
    self.capsule = capsule
  }

  /// Nil for what nobody has written so.
  init?(bytes: [UInt8]) {
    do throws(Diagnostic) {
      let value = try JSONValue.parse(bytes, file: RunFolder.recordName)
      guard let process = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
        let started = value["started"]?.integer,
        let capsule = value["capsule"]?.string
      else { return nil }
      self.init(process: process, started: started, capsule: capsule)
    } catch {
      return nil
    }
  }

  var bytes: [UInt8] {
    let value = JSONValue.object([
      .init("pid", .integer(Int64(process))), .init("started", .integer(Int64(started))),
      .init("capsule", .string(capsule)),
    ])
    return Array((value.text(isIndented: false) + "\n").utf8)
  }
}
