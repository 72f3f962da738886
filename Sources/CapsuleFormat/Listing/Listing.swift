package import Cryptography

/// What a capsule consists of: each of its files, folders and links. Its digest is the capsule's id.
package struct Listing: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package let path: CapsulePath
    package let content: Content

    package init(_ path: CapsulePath, _ content: Content) {
      self.path = path
      self.content = content
    }
  }

  package enum Content: Hashable, Sendable {
    case file(size: Int, digest: Digest, isExecutable: Bool)
    case folder
    case link(target: String)
  }

  /// In the order of the bytes of their paths, so that a folder comes before what is in it.
  package let entries: [Entry]

  /// Sorts the entries, none of which may have the path of another.
  package init(_ entries: [Entry]) { self.entries = entries.sorted { $0.path < $1.path } }

  /// The format of the text, which stands in its first line.
  package static let format = 1
  private static let header = "capsule listing \(format)"

  /// One line for each entry, with its fields apart by tabs, which no path holds.
  package var text: [UInt8] {
    var text: [UInt8] = Array((Self.header + "\n").utf8)
    for entry in entries {
      switch entry.content {
      case .file(let size, let digest, let isExecutable):
        text += Array("file\t\(isExecutable ? "0755" : "0644")\t\(size)\t\(digest.hex)\t".utf8)
      case .folder: text += Array("folder\t".utf8)
      case .link(let target): text += Array("link\t\(target)\t".utf8)
      }
      text += entry.path.text.utf8
      text.append(UInt8(ascii: "\n"))
    }
    return text
  }

  package var id: CapsuleID { CapsuleID(digest: SHA256.digest(of: text)) }

  package var fileCount: Int { entries.reduce(0) { $0 + ($1.isFile ? 1 : 0) } }
  package var totalSize: Int { entries.reduce(0) { $0 + $1.size } }
  /// On a disk: each file fills its last block, and has an entry somewhere.
  var neededRoom: Int { totalSize + entries.count * 4096 }
}

extension Listing.Entry {
  package var isFile: Bool {
    if case .file = content { true } else { false }
  }
  /// The bytes of a file; 0 for anything else.
  package var size: Int {
    if case .file(let size, _, _) = content { size } else { 0 }
  }
}
