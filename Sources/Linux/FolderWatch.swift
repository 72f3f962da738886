internal import CLinux
internal import Glibc

/// Tells when something changes in a folder. inotify(7)
package struct FolderWatch: ~Copyable {
  private let descriptor: Descriptor

  /// inotify_add_watch(2)
  package init(_ folder: borrowing Descriptor, _ subject: String) throws(SysError) {
    let number = folder.number
    descriptor = Descriptor(owning: try check(.inotify_add_watch, subject) { cl_watch_folder(number) })
  }

  /// Waits until something has changed since the last time, at most so long. poll(2)
  package func wait(milliseconds: Int) throws(SysError) {
    let number = descriptor.number
    guard try check(.poll, "", { cl_wait_readable(number, CInt(milliseconds)) }) == 1 else { return }
    // What has changed is of no interest, as all is looked at anyway.
    try withUnsafeTemporaryBytes(4096) { (buffer: UnsafeMutableRawBufferPointer) throws(SysError) in
      while case .bytes = try descriptor.readNow(into: buffer, of: "a watch") {}
    }
  }
}

/// Lends some memory.
func withUnsafeTemporaryBytes(
  _ count: Int, _ body: (UnsafeMutableRawBufferPointer) throws(SysError) -> Void
) throws(SysError) {
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
  defer { buffer.deallocate() }
  try body(buffer)
}
