import Glibc
import Testing

@testable import CapsuleFormat
@testable import Linux

/// A zip archive of Tests/Hostile/generate-zips.
struct HostileZip: CustomTestStringConvertible, Sendable {
  let file: String
  let what: String
  /// The regular expression of what is said of it; nil for one that is as good as any.
  let refusal: String?

  let bytes: [UInt8]

  var testDescription: String { what }

  static let all: [HostileZip] = {
    let folder = TemporaryFolder()
    let script = Repository.path + "/Tests/Hostile/generate-zips"
    do {
      return try Shell.run("python3 \(script) \(folder.path)").split(separator: "\n").map { line in
        let fields = line.split(separator: "\t").map(String.init)
        return HostileZip(
          file: fields[0], what: fields[1], refusal: fields[2] == "ok" ? nil : fields[2],
          bytes: try folder.read(fields[0]))
      }
    } catch {
      return []
    }
  }()
  static let honest = all.filter { $0.refusal == nil }
  static let hostile = all.filter { $0.refusal != nil }
}

enum Repository {
  static let path = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
}

/// What becomes of the folder that a zip archive is unpacked into.
struct UnpackedZip {
  let folder = TemporaryFolder()

  init() {
    folder.folder("into")
  }

  var path: String { folder.path + "/into" }

  func extract(_ zip: HostileZip) throws { try extract(zip.bytes, zip.file) }

  func extract(_ bytes: [UInt8], _ name: String) throws {
    let outside = TemporaryFolder()
    try extract(try outside.write("zip", bytes), name)
  }

  func extract(_ path: String, _ name: String) throws {
    try ZipArchive.extract(
      file: try Descriptor.open(path, .read), name: name, into: try Descriptor.open(self.path, .folder))
  }

  func snapshot() throws -> [String] {
    try folder.snapshot().filter { $0.hasPrefix("into/") }.map { String($0.dropFirst(5)) }.filter { $0 != " 755" }
  }
}

struct HostileZipTests {
  @Test func `there are archives to try`() {
    #expect(HostileZip.honest.count > 15)
    #expect(HostileZip.hostile.count > 90)
  }

  @Test(arguments: HostileZip.honest)
  func `what only looks odd is unpacked`(_ zip: HostileZip) throws {
    let unpacked = UnpackedZip()
    try unpacked.extract(zip)
    let reference = TemporaryFolder()
    let outside = TemporaryFolder()
    try outside.write("zip", zip.bytes)
    try Shell.run("python3 -m zipfile -e \(outside.path)/zip \(reference.path)")
    // The reader that it is compared with makes a file of a link.
    let found = try unpacked.snapshot().map { $0 == "b -> a" ? "b 644 1 [97]" : $0 }
    #expect(found == (try reference.snapshot()))
  }

  @Test(arguments: HostileZip.hostile)
  func `what lies is refused, says what is wrong, and touches nothing around`(_ zip: HostileZip) throws {
    let unpacked = UnpackedZip()
    try unpacked.folder.write("into.txt", "beside")
    let around = { try unpacked.folder.snapshot().filter { !$0.hasPrefix("into/") } }
    let before = try around()
    do {
      try unpacked.extract(zip)
      Issue.record("\(zip.what): it was unpacked to \(try unpacked.snapshot())")
    } catch CapsuleError.zip(let problem, let file) {
      let expected = try Regex(#require(zip.refusal))
      #expect(problem.explanation.contains(expected), "\(zip.what): \(problem.explanation)")
      #expect(file == zip.file)
    }
    #expect(try around() == before)
    #expect(access("/capsrun-slip", F_OK) != 0)
  }

  /// Only what is wrong with content is found after the first file was written.
  @Test func `nothing is written of an archive whose headers lie`() throws {
    var written = 0
    for zip in HostileZip.hostile {
      let unpacked = UnpackedZip()
      do {
        try unpacked.extract(zip)
      } catch CapsuleError.zip(.damaged, _), CapsuleError.zip(.wrongSize, _), CapsuleError.zip(.wrongChecksum, _),
        CapsuleError.zip(.badLink, _)
      {
        written += 1
      } catch CapsuleError.zip(.hidden, _) where zip.what == "bytes behind deflated data" {
        written += 1
      } catch {
        #expect(try unpacked.snapshot().isEmpty, "\(zip.what)")
      }
    }
    #expect(written > 5)
  }

  @Test func `never more is written than the directory says`() throws {
    let zip = try #require(HostileZip.hostile.first { $0.what == "more content than it says" })
    let unpacked = UnpackedZip()
    #expect(throws: CapsuleError.zip(.wrongSize(path: "a"), file: zip.file)) {
      try unpacked.extract(zip)
    }
    #expect(try unpacked.folder.read("into/a").count <= 2000)
  }

  @Test func `a flipped bit of any byte is refused, or changes no content`() throws {
    let honest = try #require(HostileZip.honest.first { $0.what == "a descriptor" })
    let bytes = honest.bytes
    var refused = 0
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1 << UInt8(index % 8)
      let unpacked = UnpackedZip()
      do {
        try unpacked.extract(changed, "changed")
        #expect(
          try unpacked.folder.read("into/a") == Array(String(repeating: "content", count: 9).utf8), "byte \(index)")
      } catch {
        guard case CapsuleError.zip = error else { throw error }
        refused += 1
      }
    }
    // Times, versions and permissions are not told twice.
    #expect(refused > bytes.count / 2)
  }
}
