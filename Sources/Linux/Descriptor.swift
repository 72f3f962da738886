internal import CLinux
internal import Glibc

/// An open file that closes itself. Every descriptor made here is close-on-exec.
package struct Descriptor: ~Copyable {
  let number: CInt

  init(owning number: CInt) { self.number = number }

  deinit { close(number) }

  /// What a file is opened for.
  package struct Access: Sendable {
    let flags: CInt

    /// A place in the tree, without any right to its content.
    package static var place: Access { Access(flags: cl_o_path) }
    /// The same, of a link itself where the path ends with one.
    package static var placeOfLink: Access { Access(flags: cl_o_path | O_NOFOLLOW) }
    package static let folder = Access(flags: O_RDONLY | O_DIRECTORY)
    /// A folder, and not a link to one.
    package static let folderItself = Access(flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    /// A file, and not a link to one; does not wait for the other end of a FIFO.
    package static let fileItself = Access(flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    package static let read = Access(flags: O_RDONLY)
    /// Does not wait for the other end of a FIFO.
    package static let readWithoutWaiting = Access(flags: O_RDONLY | O_NONBLOCK)
    package static let writeAtEnd = Access(flags: O_WRONLY | O_APPEND)
    package static let readAndWrite = Access(flags: O_RDWR)
    package static let write = Access(flags: O_WRONLY)
    package static let readAndCreate = Access(flags: O_RDWR | O_CREAT | O_NOFOLLOW)
    package static let append = Access(flags: O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
    package static let readAndCreateNew = Access(flags: O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    package static let createNew = Access(flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
  }

  /// Opens a path of the file system as this process sees it. open(2)
  package static func open(_ path: String, _ access: Access, mode: UInt32 = 0) throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.open, path) { path.withCString { cl_open($0, access.flags, mode) } })
  }

  /// Opens a path no part of which may be a symbolic link; else ELOOP. openat2(2)
  package static func openWithoutLinks(_ path: String, _ access: Access) throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.openat2, path) { cl_open_without_links(path, access.flags) })
  }

  /// The path of what is open, without any link in it, as this process sees it now.
  package func realPath() throws(SysError) -> String {
    let path = "/proc/self/fd/\(number)"
    // It always is a link, so whatever says otherwise is not the kernel's own list of what is open.
    guard let target = try linkTarget(of: path) else { throw SysError(.readlink, path, .invalidArgument) }
    return target
  }

  /// Opens a path below this folder, following links as usual. openat(2)
  package func open(_ path: String, _ access: Access, mode: UInt32 = 0) throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.open, path) { path.withCString { cl_openat(number, $0, access.flags, mode) } })
  }

  /// Opens a path as if this folder were the root: no `..`, link or magic link leads out of it, or with `.refused` there may
  /// be no link in it at all, else ELOOP. openat2(2)
  package func openInside(
    _ path: String, _ access: Access, mode: UInt32 = 0, links: Links = .followed
  ) throws(SysError) -> Descriptor {
    Descriptor(
      owning: try check(.openat2, path) {
        path.withCString { cl_open_in_root(number, $0, access.flags, mode, links == .refused) }
      })
  }

  /// What becomes of links in a path.
  package enum Links: UInt8, Hashable, Sendable {
    case followed, refused

    /// Written out: what is derived is called from other modules by a table that each start would have to set up.
    package static func == (one: Links, other: Links) -> Bool { one.rawValue == other.rawValue }
  }

  /// Another descriptor of the same open file. fcntl(2)
  package func duplicate() throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.dup, "") { cl_duplicate_above(number, 3) })
  }

  /// Writes all the bytes. write(2)
  package func write(_ bytes: [UInt8], to subject: String) throws(SysError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = try check(.write, subject) {
        rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
      }
      rest = rest.dropFirst(written)
    }
  }

  /// Reads to the end, refusing more than `limit` bytes with EFBIG. read(2)
  package func readAll(of subject: String, limit: Int) throws(SysError) -> [UInt8] {
    var content: [UInt8] = []
    while true {
      let chunk = try bytes(capacity: 16384, .read, subject) { Glibc.read(number, $0, 16384) }
      if chunk.isEmpty { return content }
      content = content.isEmpty ? chunk : content + chunk
      if content.count > limit { throw SysError(.read, subject, Errno(rawValue: EFBIG)) }
    }
  }

  /// Reads once from the start of a file, whatever was read before; returns -1 and errno. pread(2)
  func readFromStart(into buffer: UnsafeMutablePointer<CChar>, _ capacity: Int) -> Int {
    pread(number, buffer, capacity, 0)
  }

  /// Closes standard input, output and error of a process that shall hold nothing open.
  package static func closeStandardStreams() throws(SysError) {
    try check(.close_range, "") { cl_close_range(0, 2, false) }
  }

  /// Marks every descriptor above standard error close-on-exec, whoever opened it. close_range(2)
  package static func closeAllOnExec() throws(SysError) {
    try check(.close_range, "") { cl_close_range(3, CUnsignedInt.max, true) }
  }

  /// The number of this descriptor, for `KeptDescriptors` and for waiting.
  package var keptNumber: DescriptorNumber { DescriptorNumber(value: number) }
}

/// The number of a descriptor that somebody else owns; it can be kept from being closed, and waited for.
package struct DescriptorNumber: Sendable {
  let value: CInt
}
