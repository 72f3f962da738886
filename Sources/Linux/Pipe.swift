internal import CLinux
internal import Glibc

/// A pipe whose reading end never waits. pipe(7)
package final class Pipe {
  private var reading: Descriptor?
  private var writing: Descriptor?

  /// pipe2(2)
  package init() throws(SysError) {
    var ends: [CInt] = [-1, -1]
    try check(.pipe, "") { cl_pipe(&ends, false) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// The end to read from; it can be taken once.
  package func takeReading() -> Descriptor {
    guard let end = reading.take() else { preconditionFailure("an end of a pipe that was taken before") }
    return end
  }

  /// The end to write to; it can be taken once.
  package func takeWriting() -> Descriptor {
    guard let end = writing.take() else { preconditionFailure("an end of a pipe that was taken before") }
    return end
  }
}

extension Descriptor {
  /// What there is to read at once.
  package enum Arrival: Hashable, Sendable {
    case bytes(Int)
    case nothing
    case end
  }

  /// Reads what is there, of something that never waits. read(2)
  package func readNow(
    into buffer: UnsafeMutableRawBufferPointer, of subject: String
  ) throws(SysError) -> Arrival {
    do throws(SysError) {
      let count = try check(.read, subject) { Glibc.read(number, buffer.baseAddress, buffer.count) }
      return count == 0 ? .end : .bytes(count)
    } catch let error where error.errno == .tryAgain {
      return .nothing
    }
  }

  /// Writes as much as can be written, and says how much that was, and why it was not all. write(2)
  package func writeSome(_ bytes: UnsafeRawBufferPointer, to subject: String) -> (count: Int, failure: SysError?) {
    var done = 0
    while done < bytes.count {
      let rest = bytes.count - done
      do throws(SysError) {
        done += try check(.write, subject) { Glibc.write(number, bytes.baseAddress?.advanced(by: done), rest) }
      } catch {
        return (done, error)
      }
    }
    return (done, nil)
  }

  /// Gives what is open to another user and group. fchown(2)
  package func setOwner(user: UInt32, group: UInt32, _ subject: String) throws(SysError) {
    try check(.chown, subject) { fchown(number, user, group) }
  }

  /// Cuts a file off behind so many bytes. ftruncate(2)
  package func truncate(to size: Int, _ subject: String) throws(SysError) {
    try check(.ftruncate, subject) { ftruncate(number, size) }
  }
}
