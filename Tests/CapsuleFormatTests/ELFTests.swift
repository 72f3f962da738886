import Glibc
import Testing

@testable import CapsuleFormat
@testable import Linux

/// An ELF file of two segments, made by hand: one that holds all of it, and the dynamic section.
struct ELFSample {
  var isLarge = true
  var needed = ["libone.so.1", "libtwo.so"]
  var soname: String? = "libself.so.3"
  var base = 0x10000

  private var word: Int { isLarge ? 8 : 4 }

  var bytes: [UInt8] {
    let headerSize = isLarge ? 64 : 52
    let segmentSize = isLarge ? 56 : 32
    let dynamicPlace = headerSize + 2 * segmentSize
    var strings: [UInt8] = [0]
    func add(_ text: String) -> Int {
      defer { strings += Array(text.utf8) + [0] }
      return strings.count
    }
    var entries = needed.map { (1, add($0)) }
    if let soname { entries.append((14, add(soname))) }
    let stringsPlace = dynamicPlace + (entries.count + 3) * 2 * word
    entries += [(5, base + stringsPlace), (10, strings.count), (0, 0)]
    let dynamic = entries.flatMap { number($0.0, word) + number($0.1, word) }
    let size = stringsPlace + strings.count

    var header: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, isLarge ? 2 : 1, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    header += number(3, 2) + number(isLarge ? 62 : 3, 2) + number(1, 4) + number(0, word) + number(headerSize, word)
    header += number(0, word) + number(0, 4) + number(headerSize, 2) + number(segmentSize, 2) + number(2, 2)
    header += [UInt8](repeating: 0, count: headerSize - header.count)
    return header + segment(1, place: 0, size: size) + segment(2, place: dynamicPlace, size: dynamic.count) + dynamic
      + strings
  }

  private func number(_ value: Int, _ count: Int) -> [UInt8] { LittleEndian.bytes(value, count: count) }

  private func segment(_ kind: Int, place: Int, size: Int) -> [UInt8] {
    let middle = number(place, word) + number(base + place, word) + number(0, word) + number(size, word)
    return isLarge
      ? number(kind, 4) + number(4, 4) + middle + number(size, 8) + number(8, 8)
      : number(kind, 4) + middle + number(size, 4) + number(4, 4) + number(4, 4)
  }

  /// Reads an ELF file that is held in memory; what is read must lie in it.
  static func read(_ bytes: [UInt8]) throws -> ELFDependencies? {
    try ELFDependencies.read(size: bytes.count) { range in
      #expect(range.lowerBound >= 0 && range.upperBound <= bytes.count)
      return Array(bytes[range.clamped(to: bytes.indices)])
    }
  }
}

struct ELFTests {
  @Test(arguments: [true, false])
  func `what a library needs and is called is read, in both classes`(isLarge: Bool) throws {
    let sample = ELFSample(isLarge: isLarge)
    #expect(
      try ELFSample.read(sample.bytes) == ELFDependencies(needed: ["libone.so.1", "libtwo.so"], soname: "libself.so.3"))
    let program = ELFSample(isLarge: isLarge, needed: ["libc.so.6"], soname: nil)
    #expect(try ELFSample.read(program.bytes) == ELFDependencies(needed: ["libc.so.6"], soname: nil))
    let alone = ELFSample(isLarge: isLarge, needed: [], soname: nil)
    #expect(try ELFSample.read(alone.bytes) == ELFDependencies(needed: [], soname: nil))
  }

  private static let files = [
    "/bin/sh", "/bin/bash", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/x86_64-linux-gnu/libz.so.1",
    "/lib/aarch64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libz.so.1",
  ].filter { (path: String) in access(path, R_OK) == 0 }

  @Test(arguments: files)
  func `files of this machine are read as readelf reads them`(path: String) throws {
    #expect(Self.files.count >= 3)
    let bytes = try Descriptor.open(path, .read).readAll(of: path, limit: 1 << 27)
    let lines = try Shell.run("readelf -dW \(path)").split(separator: "\n")
    func names(_ tag: String) -> [String] {
      lines.filter { $0.contains("(\(tag))") }.compactMap { $0.split { "[]".contains($0) }.dropFirst().first }
        .map { String($0) }
    }
    let found = try #require(try ELFSample.read(bytes))
    #expect(found.needed == names("NEEDED"))
    #expect(found.soname == names("SONAME").first)
    #expect(!found.needed.isEmpty)
  }

  @Test(.enabled(if: access("/bin/busybox", R_OK) == 0, "there is no static program"))
  func `a static program needs nothing`() throws {
    let bytes = try Descriptor.open("/bin/busybox", .read).readAll(of: "busybox", limit: 1 << 27)
    #expect(try ELFSample.read(bytes) == ELFDependencies(needed: [], soname: nil))
  }

  @Test func `text, scripts and the other byte order are no ELF files`() throws {
    var other = ELFSample().bytes
    other[5] = 2
    for bytes in [[], Array("#!/bin/sh\n".utf8), [0x7F, 0x45, 0x4C, 0x46], other] {
      #expect(try ELFSample.read(bytes) == nil)
    }
  }

  @Test(arguments: [true, false])
  func `a part of a file is none`(isLarge: Bool) throws {
    let bytes = ELFSample(isLarge: isLarge).bytes
    for count in bytes.indices { #expect(try ELFSample.read(Array(bytes[..<count])) == nil, "\(count) bytes") }
  }

  @Test(arguments: [true, false])
  func `no byte that is changed makes the reader stumble`(isLarge: Bool) throws {
    let bytes = ELFSample(isLarge: isLarge).bytes
    var refused = 0
    for index in bytes.indices {
      for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
        var changed = bytes
        changed[index] = value
        if try ELFSample.read(changed) == nil { refused += 1 }
      }
    }
    #expect(refused > 0)
  }

  @Test func `random bytes behind a good beginning do not make the reader stumble`() throws {
    var random = RandomBytes(seed: 7)
    for count in 0..<2000 {
      let bytes = [0x7F, 0x45, 0x4C, 0x46, UInt8(1 + count % 2), 1, 1] + random.next(count % 400)
      if let found = try ELFSample.read(bytes) { #expect(found.needed.count < 5000) }
    }
  }
}

/// Bytes that are the same each time.
struct RandomBytes {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 | 1 }

  mutating func next(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
  }
}
