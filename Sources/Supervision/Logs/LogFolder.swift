package import Linux

/// Where the logs of one capsule lie: a file `PROCESS.log` for each process, and `PROCESS.log.1` and on for what it was before.
package struct LogFolder: Hashable, Sendable {
  /// Of all capsules.
  package let root: String
  /// The running name.
  package let capsule: String

  package init(root: String, capsule: String) {
    self.root = root
    self.capsule = capsule
  }

  package var path: String { root + "/" + Self.fileName(of: capsule) }

  /// Opens the folder, and makes it where there is none.
  ///
  /// It and the one of all capsules must belong to this user and to nobody else, and be no links: EPERM or ELOOP.
  package func prepare() throws(SysError) -> Descriptor {
    var above = ""
    for part in root.split(separator: "/").dropLast() {
      above += "/" + part
      try WholeFile.makeFolder(above)
    }
    try WholeFile.makeFolder(root, mode: 0o700)
    let all = try Descriptor.open(root, .folderItself)
    try Self.check(all, root)
    let name = Self.fileName(of: capsule)
    try all.makeFolder(name, mode: 0o700)
    return try Self.open(name, in: all, path)
  }

  /// Opens the folder; nil where there is none.
  package func open() throws(SysError) -> Descriptor? {
    do throws(SysError) {
      let all = try Descriptor.open(root, .folderItself)
      try Self.check(all, root)
      return try Self.open(Self.fileName(of: capsule), in: all, path)
    } catch let error where error.errno == .noSuchFile {
      return nil
    }
  }

  /// Removes all of it; none is no failure.
  package func remove() throws(SysError) {
    do throws(SysError) {
      let all = try Descriptor.open(root, .folderItself)
      try Self.check(all, root)
      try all.removeTree(Self.fileName(of: capsule))
    } catch let error where error.errno == .noSuchFile {
      return
    }
  }

  private static func open(
    _ name: String, in all: borrowing Descriptor, _ path: String
  ) throws(SysError) -> Descriptor {
    let folder = try all.openBeneath(name, .folderItself)
    try check(folder, path)
    return folder
  }

  /// Nobody else may read what processes say, and still less say it for them.
  private static func check(_ folder: borrowing Descriptor, _ path: String) throws(SysError) {
    let status = try folder.status(of: path)
    guard status.owner == CurrentProcess.user else {
      throw SysError(.open, "\(path), which belongs to user \(status.owner)", .notPermitted)
    }
    if status.mode & 0o077 != 0 { try folder.setMode(0o700, of: path) }
  }

  /// The capsules that have logs here.
  package static func capsules(in root: String) throws(SysError) -> [String] {
    do throws(SysError) {
      return try Descriptor.open(root, .folderItself).entries().map(name(ofFile:)).sorted()
    } catch let error where error.errno == .noSuchFile {
      return []
    }
  }

  /// The processes that have logs here.
  package static func processes(in folder: borrowing Descriptor) throws(SysError) -> [String] {
    var names: Set<String> = []
    for entry in try folder.entries() {
      guard let place = LogFileName(entry) else { continue }
      names.insert(place.process)
    }
    return names.sorted()
  }

  /// A name as a part of a path that can lead nowhere else. Names of manifests stay as they are.
  static func fileName(of name: String) -> String {
    var result = ""
    for byte in name.utf8 {
      let isDot = byte == UInt8(ascii: ".")
      let isPlain =
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: isDot && !result.isEmpty
        }
      let digits = String(byte, radix: 16, uppercase: true)
      result += isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
    return result.isEmpty ? "%" : result
  }

  /// The name that was made a part of a path.
  static func name(ofFile file: String) -> String {
    guard file.utf8.contains(UInt8(ascii: "%")) else { return file }
    var bytes: [UInt8] = []
    var rest = Array(file.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else if byte != UInt8(ascii: "%") || !rest.isEmpty {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// `PROCESS.log` or `PROCESS.log.N`: the higher the number, the older.
struct LogFileName: Hashable {
  let process: String
  /// 0 is what is written to.
  let age: Int

  init?(_ file: String) {
    let suffix = ".log"
    var base = file
    var age = 0
    if !file.hasSuffix(suffix) {
      guard let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
      let digits = file[file.utf8.index(after: dot)...]
      guard let number = Int(digits), number > 0, String(number) == digits else { return nil }
      (base, age) = (String(file[..<dot]), number)
    }
    guard base.hasSuffix(suffix), base.utf8.count > suffix.utf8.count else { return nil }
    process = LogFolder.name(ofFile: String(base.dropLast(suffix.utf8.count)))
    self.age = age
  }

  static func file(of process: String, age: Int = 0) -> String {
    file(LogFolder.fileName(of: process) + ".log", age: age)
  }

  /// The name of an older file, by that of the present one.
  static func file(_ present: String, age: Int) -> String { age == 0 ? present : "\(present).\(age)" }

  /// Which of the files of a process this is, by the name of the present one; nil for any other file.
  static func age(of file: String, _ present: String) -> Int? {
    guard file.utf8.starts(with: present.utf8) else { return nil }
    let rest = file.utf8.dropFirst(present.utf8.count)
    guard let dot = rest.first else { return 0 }
    guard dot == UInt8(ascii: "."), let number = Int(Substring(rest.dropFirst())), number > 0 else { return nil }
    return file.utf8.elementsEqual("\(present).\(number)".utf8) ? number : nil
  }
}
