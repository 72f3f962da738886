internal import Diagnostics
internal import Linux

/// Lines on their way to one of the caller's streams. Whoever reads there may be as slow as he likes: what memory has no room for
/// waits in a file without a name, and only where that is full, too, lines are missing, which is said in their place.
final class EchoQueue {
  private let end: RelayEnd
  private let loop: EventLoop
  private let spill: SpillFile
  /// What is shown to somebody must not steer his terminal.
  private let isTerminal: Bool
  private var watch: EventLoop.Watch?
  private var isPollable = true
  private var isGone = false
  /// The oldest, and how much of it is sent; then comes the spill file, then what has come last.
  private var oldest: [UInt8] = []
  private var sent = 0
  private var latest: [UInt8] = []
  private var lost = 0
  private var movedAt = Clock.milliseconds

  private static let mostInMemory = 1 << 20
  private static let portion = 256 << 10
  /// In milliseconds, at the end.
  private static let patience = 10_000

  convenience init(_ stream: StandardStream, on loop: EventLoop, spillingTo folder: OpenPlace) throws(SysError) {
    self.init(try RelayEnd(stream), isTerminal: stream.isTerminal, on: loop, spillingTo: folder)
  }

  init(_ end: consuming RelayEnd, isTerminal: Bool, on loop: EventLoop, spillingTo folder: OpenPlace) {
    self.end = end
    self.isTerminal = isTerminal
    self.loop = loop
    spill = SpillFile(in: folder)
  }

  var isEmpty: Bool { isGone || (oldest.count == sent && spill.isEmpty && latest.isEmpty) }

  func append(_ line: UnsafeRawBufferPointer, after name: String) {
    if isGone { return }
    if oldest.count == sent, spill.isEmpty, latest.isEmpty { movedAt = Clock.milliseconds }
    if lost > 0, latest.isEmpty {
      latest += Array("capsrun | \(lost) lines are missing here\n".utf8)
      lost = 0
    }
    latest += Array(name.utf8)
    latest += [UInt8(ascii: " "), UInt8(ascii: "|"), UInt8(ascii: " ")]
    if isTerminal { latest += Array(printable(String(decoding: line, as: UTF8.self)).utf8) } else { latest += line }
    latest.append(UInt8(ascii: "\n"))
    if latest.count >= Self.mostInMemory { putAside() }
  }

  /// Sends what can be sent now, and sees to it that the rest is sent when it can be.
  func pump() throws(SysError) {
    if latest.count >= Self.portion { putAside() }
    while !isEmpty, !isPollable { try sendPortion() }
    if isEmpty {
      try leave()
    } else if watch == nil {
      do throws(SysError) {
        watch = try loop.watch(end.keptNumber, for: .writing) { [self] _ throws(SysError) in
          try sendPortion()
          if isEmpty { try leave() }
        }
      } catch let error where error.errno == .notPermitted {
        // A file: it can always be written.
        isPollable = false
        try pump()
      }
    }
  }

  /// At the end: gives up on somebody who has not read anything for long.
  func abandonIfStuck(_ now: Int) throws(SysError) {
    guard !isEmpty, now - movedAt > Self.patience else { return }
    isGone = true
    try leave()
  }

  private func leave() throws(SysError) {
    if let watch { try loop.remove(watch) }
    watch = nil
  }

  /// No more at a time than what is promised when it can be written, so that this never waits.
  private func sendPortion() throws(SysError) {
    if sent == oldest.count { refill() }
    let transfer = try oldest.withUnsafeBytesThrowing { bytes throws(SysError) in
      try end.send(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
    }
    switch transfer {
    case .bytes(let count):
      sent += count
      movedAt = Clock.milliseconds
    case .nothing: return
    case .end: isGone = true
    }
  }

  private func refill() {
    sent = 0
    oldest.removeAll(keepingCapacity: oldest.capacity <= 2 * Self.mostInMemory)
    if spill.isEmpty {
      swap(&oldest, &latest)
    } else {
      lost += spill.read(into: &oldest, Self.portion)
    }
  }

  /// Moves what has come last out of memory, if there is something before it that waits.
  private func putAside() {
    if sent == oldest.count, spill.isEmpty {
      refill()
      return
    }
    if oldest.count < Self.mostInMemory, spill.isEmpty {
      oldest += latest
    } else if !spill.append(latest) {
      lost += latest.count { $0 == UInt8(ascii: "\n") }
    }
    latest.removeAll(keepingCapacity: true)
  }
}

extension Array<UInt8> {
  /// As `withUnsafeBytes`, which loses the type of what is thrown.
  fileprivate func withUnsafeBytesThrowing<Result>(
    _ body: (UnsafeRawBufferPointer) throws(SysError) -> Result
  ) throws(SysError) -> Result {
    var result: Swift.Result<Result, SysError>?
    withUnsafeBytes { bytes in
      do throws(SysError) { result = .success(try body(bytes)) } catch { result = .failure(error) }
    }
    guard let result else { preconditionFailure("a body that was not called") }
    return try result.get()
  }
}

/// Bytes that wait on the disk; first in, first out.
final class SpillFile {
  private let folder: OpenPlace
  private var file: OpenPlace?
  private var start = 0
  private var end = 0

  /// More is not kept for somebody who does not read.
  private static let largest = 256 << 20

  init(in folder: OpenPlace) { self.folder = folder }

  var isEmpty: Bool { start == end }

  /// Adds bytes; false when there is no room for them.
  func append(_ bytes: [UInt8]) -> Bool {
    guard end + bytes.count <= Self.largest else { return false }
    do throws(SysError) {
      let open: OpenPlace
      if let file { open = file } else { open = OpenPlace(try .unnamedFile(in: folder.descriptor), path: "spill") }
      file = open
      var failure: SysError?
      bytes.withUnsafeBytes { bytes in
        do throws(SysError) { try open.descriptor.write(bytes, at: end, to: open.path) } catch { failure = error }
      }
      if let failure { throw failure }
      end += bytes.count
      return true
    } catch {
      // The disk is full, most likely; that lines are missing is said.
      return false
    }
  }

  /// Takes the first bytes; returns how many pieces could not be read, which are lost then.
  func read(into bytes: inout [UInt8], _ most: Int) -> Int {
    guard let file else { return 0 }
    let count = min(most, end - start)
    var isRead = false
    let place = start
    bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SysError) {
        filled = try file.descriptor.read(into: UnsafeMutableRawBufferPointer(buffer), at: place, of: file.path)
        isRead = true
      } catch {
        filled = 0
      }
    }
    start += count
    guard start == end || !isRead else { return 0 }
    // Its blocks are free again as soon as nobody has it open.
    (self.file, start, end) = (nil, 0, 0)
    return isRead ? 0 : 1
  }
}
