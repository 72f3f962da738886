import Glibc

@testable import Linux

/// A folder of a test, which is gone with this value.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/capsrun-test-XXXXXX".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) != nil else {
      fatalError("mkdtemp: \(errno)")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    do {
      let parent = try Descriptor.open("/tmp", .folder)
      try parent.removeTree(String(path.dropFirst(5)))
    } catch {
      print("cannot remove \(path): \(error)")
    }
  }

  func open() throws -> Descriptor { try Descriptor.open(path, .folder) }

  @discardableResult
  func write(_ name: String, _ text: String, mode: UInt32 = 0o644) throws -> String {
    try write(name, Array(text.utf8), mode: mode)
  }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8], mode: UInt32 = 0o644) throws -> String {
    var folder = path
    for part in name.split(separator: "/").dropLast() {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    let file = path + "/" + name
    try WholeFile.create(file, bytes, mode: 0o600)
    chmod(file, mode)
    return file
  }

  func folder(_ name: String) { mkdir(path + "/" + name, 0o755) }
  func link(_ name: String, to target: String) { symlink(target, path + "/" + name) }

  func read(_ name: String) throws -> [UInt8] {
    try Descriptor.open(path + "/" + name, .read).readAll(of: name, limit: 1 << 30)
  }

  /// Each path below the folder, with its kind, permissions and content.
  func snapshot() throws -> [String] {
    var lines: [String] = []
    func walk(_ folder: borrowing Descriptor, _ path: String) throws {
      for name in try folder.entries().sorted() {
        let status = try folder.status(ofEntry: name)
        let path = path.isEmpty ? name : path + "/" + name
        let mode = String(status.mode, radix: 8)
        switch status.kind {
        case .folder:
          lines.append("\(path)/ \(mode)")
          let inner = try folder.open(name, .folderItself)
          try walk(inner, path)
        case .link: lines.append("\(path) -> \(try folder.target(ofLink: name))")
        case .file:
          let bytes = try folder.open(name, .fileItself).readAll(of: name, limit: 1 << 30)
          lines.append("\(path) \(mode) \(bytes.count) \(bytes.prefix(40))")
        default: lines.append("\(path) ?")
        }
      }
    }
    try walk(try open(), "")
    return lines
  }
}
