internal import CLinux
internal import Glibc

/// Something open that is read or written only as far as that can be done at once. poll(2) tells when.
package struct RelayEnd: ~Copyable {
  let descriptor: Descriptor
  private let name: String

  init(_ descriptor: consuming Descriptor, named name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  /// A standard stream of this process.
  ///
  /// A terminal is opened once more, as the flag that nothing shall wait would otherwise hold for whoever shares the stream,
  /// such as the caller's shell. Where that is not allowed, and for anything else, no more is asked for at a time than what poll
  /// promises, which is a page for a pipe.
  package init(_ stream: StandardStream) throws(SysError) {
    let access = try check(.fcntl, stream.name) { cl_access_mode(stream.rawValue) }
    guard access != (stream == .input ? O_WRONLY : O_RDONLY) else {
      self.init(try Self.nobody(for: stream), named: stream.name)
      return
    }
    let flags = (stream == .input ? O_RDONLY : O_WRONLY) | O_NOCTTY | O_NONBLOCK
    let again = stream.isTerminal ? cl_open_again(stream.rawValue, flags) : -1
    let number = again >= 0 ? again : try check(.dup, stream.name) { cl_duplicate_above(stream.rawValue, 3) }
    self.init(Descriptor(owning: number), named: stream.name)
  }

  /// The end of a pipe with nobody at the other one, in place of an input that cannot be read or an output that cannot be
  /// written. pipe(2)
  private static func nobody(for stream: StandardStream) throws(SysError) -> Descriptor {
    var ends: [CInt] = [-1, -1]
    try check(.pipe, stream.name) { pipe(&ends) }
    let (kept, other) = stream == .input ? (ends[0], ends[1]) : (ends[1], ends[0])
    close(other)
    let ours = Descriptor(owning: kept)
    return try ours.duplicate()
  }

  /// The most that is read or written at once.
  package static let portion = 4096

  package enum Transfer: Hashable, Sendable {
    case bytes(Int)
    /// Not now.
    case nothing
    /// Never again: its end was reached, or whoever was there is gone.
    case end
  }

  /// Reads what is there. read(2)
  package func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SysError) -> Transfer {
    do throws(SysError) {
      let number = descriptor.number
      let count = try check(.read, name) { read(number, buffer.baseAddress, min(buffer.count, Self.portion)) }
      return count == 0 ? .end : .bytes(count)
    } catch {
      return try transfer(error)
    }
  }

  /// Writes as much as there is room for. write(2)
  package func send(_ bytes: UnsafeRawBufferPointer) throws(SysError) -> Transfer {
    do throws(SysError) {
      let number = descriptor.number
      return .bytes(try check(.write, name) { write(number, bytes.baseAddress, min(bytes.count, Self.portion)) })
    } catch {
      return try transfer(error)
    }
  }

  private func transfer(_ error: SysError) throws(SysError) -> Transfer {
    switch error.errno.rawValue {
    case EAGAIN: return .nothing
    // A pipe or a socket that nobody has at its other end.
    case EPIPE, ECONNRESET: return .end
    // A terminal that has hung up. Of a file it means that its disk does not work.
    case EIO where isatty(descriptor.number) == 1: return .end
    default: throw error
    }
  }

  /// Until something is said of what it is waited for, this is to be read.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}
