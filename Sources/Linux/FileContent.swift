internal import CLinux
internal import Glibc

/// Bytes that nobody can guess. getrandom(2)
package func randomBytes(_ count: Int) throws(SysError) -> [UInt8] {
  try bytes(capacity: count, .getrandom, "") { cl_random_bytes($0, count) }
}

/// Reading and writing at places of an open file.
extension Descriptor {
  /// Makes a file in a folder that has no name, and is gone with its descriptor. open(2)
  package static func unnamedFile(in folder: borrowing Descriptor, mode: UInt32 = 0o600) throws(SysError) -> Descriptor
  {
    Descriptor(
      owning: try check(.open, "an unnamed file") { cl_openat(folder.number, ".", O_RDWR | cl_o_tmpfile, mode) })
  }

  /// Reads at a place until the buffer is full or the file ends, and returns how much it was. pread(2)
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int, of subject: String
  ) throws(SysError) -> Int {
    var done = 0
    while done < buffer.count {
      let rest = buffer.count - done
      let count = try check(.read, subject) {
        pread(number, buffer.baseAddress?.advanced(by: done), rest, offset + done)
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Reads on from where the last read ended, at most once, and returns how much it was; 0 at the end. read(2)
  package func read(into buffer: UnsafeMutableRawBufferPointer, of subject: String) throws(SysError) -> Int {
    try check(.read, subject) { Glibc.read(number, buffer.baseAddress, buffer.count) }
  }

  /// Writes all the bytes, on from where the last write ended. write(2)
  package func write(_ bytes: UnsafeRawBufferPointer, to subject: String) throws(SysError) {
    var done = 0
    while done < bytes.count {
      let rest = bytes.count - done
      done += try check(.write, subject) { Glibc.write(number, bytes.baseAddress?.advanced(by: done), rest) }
    }
  }

  /// Writes all the bytes at a place. pwrite(2)
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to subject: String) throws(SysError) {
    var done = 0
    while done < bytes.count {
      let rest = bytes.count - done
      done += try check(.write, subject) { pwrite(number, bytes.baseAddress?.advanced(by: done), rest, offset + done) }
    }
  }

  /// Lets this empty file share the blocks of another, where the file system can; false where it cannot. FICLONE
  package func shareBlocks(of other: borrowing Descriptor) throws(SysError) -> Bool {
    cl_share_blocks(number, other.number) == 0
  }
}
