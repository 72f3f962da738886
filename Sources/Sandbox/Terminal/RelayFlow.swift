internal import Linux

/// Bytes on their way from one end of a relay to another: never more than fit in, so that a slow reader holds the writer up.
struct RelayFlow {
  private var buffer: [UInt8]
  private var begin = 0
  private var end = 0
  /// Nothing more will come.
  private(set) var isAtEnd = false
  /// Nobody takes anything any more.
  private(set) var isRefused = false

  init(capacity: Int) { buffer = [UInt8](repeating: 0, count: capacity) }

  var isEmpty: Bool { begin == end }
  private var hasRoom: Bool { end < buffer.count }

  /// Whether its source is to be waited for.
  var wantsMore: Bool { !isAtEnd && !isRefused && (hasRoom || begin > 0) }
  /// Whether its sink is to be waited for.
  var hasSomething: Bool { !isRefused && !isEmpty }
  /// Whether all that ever came has been passed on.
  var isDone: Bool { isRefused || isAtEnd && isEmpty }

  /// Takes up what is there; returns what the source said.
  @discardableResult
  mutating func fill(from source: borrowing RelayEnd) throws(SysError) -> RelayEnd.Transfer {
    makeRoom()
    let (begin, end) = (end, buffer.count)
    let result = buffer.withUnsafeMutableBytes { bytes -> Result<RelayEnd.Transfer, SysError> in
      do throws(SysError) {
        return .success(try source.receive(into: UnsafeMutableRawBufferPointer(rebasing: bytes[begin..<end])))
      } catch {
        return .failure(error)
      }
    }
    let transfer = try result.get()
    switch transfer {
    case .bytes(let count): self.end += count
    case .nothing: break
    case .end: isAtEnd = true
    }
    return transfer
  }

  /// Passes on what the sink has room for.
  mutating func drain(to sink: borrowing RelayEnd) throws(SysError) {
    let (begin, end) = (begin, end)
    let result = buffer.withUnsafeBytes { bytes -> Result<RelayEnd.Transfer, SysError> in
      do throws(SysError) {
        return .success(try sink.send(UnsafeRawBufferPointer(rebasing: bytes[begin..<end])))
      } catch {
        return .failure(error)
      }
    }
    switch try result.get() {
    case .bytes(let count): self.begin += count
    case .nothing: break
    case .end: isRefused = true
    }
  }

  /// Puts in a byte of its own; false when there is no room for it.
  mutating func add(_ byte: UInt8) -> Bool {
    makeRoom()
    guard hasRoom else { return false }
    buffer[end] = byte
    end += 1
    return true
  }

  private mutating func makeRoom() {
    if isEmpty {
      begin = 0
      end = 0
    } else if !hasRoom {
      buffer.replaceSubrange(0..<(end - begin), with: Array(buffer[begin..<end]))
      end -= begin
      begin = 0
    }
  }
}
