import Foundation

/// An open file that closes itself, and that no child inherits.
final class FileDescriptor {
  let number: Int32

  init(owning number: Int32, _ what: String) throws {
    guard number >= 0 else { throw HarnessError("open \(what)", errno: errno) }
    self.number = number
    guard fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { throw HarnessError("fcntl", errno: errno) }
  }

  deinit { close(number) }

  func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard Foundation.write(number, bytes, bytes.count) == bytes.count else { throw HarnessError("write", errno: errno) }
  }

  /// The next bytes, empty at the end of the file, nil when nothing came in ten seconds.
  func readNext() throws -> [UInt8]? {
    var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 10_000) > 0 else { return nil }
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = read(number, &buffer, buffer.count)
    // A terminal whose other side is closed answers EIO.
    if count == -1, errno == EIO { return [] }
    guard count >= 0 else { throw HarnessError("read", errno: errno) }
    return Array(buffer.prefix(count))
  }
}

/// The two ends of a pipe(2). Made under `Spawn.lock`.
struct PipeEnds {
  let reading: FileDescriptor
  let writing: FileDescriptor

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw HarnessError("pipe", errno: errno) }
    reading = try FileDescriptor(owning: ends[0], "pipe")
    writing = try FileDescriptor(owning: ends[1], "pipe")
  }
}

/// A file without a name that takes the output of a process, and can be read at any time.
final class CaptureFile {
  let descriptor: FileDescriptor

  init(holding bytes: [UInt8] = []) throws {
    let path = "\(SharedFolder.path)/capture-\(UUID().uuidString)"
    descriptor = try FileDescriptor(owning: open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600), path)
    unlink(path)
    guard pwrite(descriptor.number, bytes, bytes.count, 0) == bytes.count else {
      throw HarnessError("pwrite", errno: errno)
    }
  }

  func bytes() throws -> [UInt8] {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { throw HarnessError("fstat", errno: errno) }
    var buffer = [UInt8](repeating: 0, count: Int(status.st_size))
    guard pread(descriptor.number, &buffer, buffer.count, 0) == buffer.count else {
      throw HarnessError("pread", errno: errno)
    }
    return buffer
  }

  func text() throws -> String { String(decoding: try bytes(), as: UTF8.self) }
}
