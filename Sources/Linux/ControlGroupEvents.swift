/// What a control group tells of its end: kept open, so that it can be waited for. cgroup.events
package struct ControlGroupEvents: ~Copyable {
  private let file: Descriptor
  private let waiting: WaitSet
  private let path: String

  static func wait(for file: consuming Descriptor, path: String) throws(SysError) -> ControlGroupEvents {
    let waiting = try WaitSet()
    try waiting.add(file.keptNumber, for: .news)
    return ControlGroupEvents(file: file, waiting: waiting, path: path)
  }

  private init(file: consuming Descriptor, waiting: consuming WaitSet, path: String) {
    self.file = file
    self.waiting = waiting
    self.path = path
  }

  /// Becomes readable when the group may have become empty, until `isPopulated` is asked.
  package var keptNumber: DescriptorNumber { waiting.keptNumber }

  /// Whether there is a living process in the group, or below.
  package func isPopulated() throws(SysError) -> Bool {
    let text = try bytes(capacity: 256, .read, path) { Self.read(file, into: $0) }
    return !String(decoding: text, as: UTF8.self).split(separator: "\n").contains("populated 0")
  }

  private static func read(_ file: borrowing Descriptor, into buffer: UnsafeMutablePointer<CChar>) -> Int {
    file.readFromStart(into: buffer, 256)
  }
}
