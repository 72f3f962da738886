internal import Glibc

/// Paths as text, without the generic algorithms of collections: a start asks this of some forty paths.
extension String {
  /// Whether these are the same bytes; `==` also takes other spellings of a letter for the same, which are other files.
  package func hasSameBytes(as other: String) -> Bool {
    guard utf8.count == other.utf8.count else { return false }
    return withCString { here in other.withCString { memcmp(here, $0, utf8.count) == 0 } }
  }

  /// What stands before and behind the last slash; nil without one. The folder is `known`, if it is the same.
  package func splitAtLastSlash(knowing known: String) -> (folder: String, name: String)? {
    withCString { start in
      guard let slash = strrchr(start, CInt(UInt8(ascii: "/"))) else { return nil }
      let bytes = UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
      let folder = UnsafeBufferPointer(start: bytes, count: start.distance(to: slash))
      let isKnown = known.utf8.count == folder.count && known.withCString { memcmp(start, $0, folder.count) == 0 }
      return (isKnown ? known : String(decoding: folder, as: UTF8.self), String(cString: slash + 1))
    }
  }
}
