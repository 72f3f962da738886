import Testing

@testable import CapsuleFormat
@testable import Cryptography
@testable import Linux

/// A capsule that is built from a folder of a test.
struct BuiltCapsule {
  let folder = TemporaryFolder()
  static let manifest = "capsule: 1\nname: test\n"

  func entries() throws -> [SourceEntry] {
    var tree = SourceTree(try folder.open())
    try tree.collect()
    #expect(tree.problems.isEmpty)
    let manifest = SourceEntry(
      try CapsulePath("capsule.yml"), .file(.made(Array(Self.manifest.utf8)), isExecutable: false))
    return tree.entries + [manifest]
  }

  @discardableResult
  func build(to file: String, _ container: ArchiveContainer = .gzip, time: Int = 0) throws -> CapsuleID {
    let draft = try CapsuleDraft.make(of: try entries(), in: try folder.open())
    let output = try Descriptor.open(file, .createNew, mode: 0o644)
    let size = try draft.write(
      to: output, name: file, container: container, metadata: Array("{}".utf8), time: time)
    #expect(try Descriptor.open(file, .read).status(of: file).size == size)
    return draft.id
  }

  static func unpack(_ file: String, into folder: TemporaryFolder) throws -> CapsuleHead? {
    let reader = try ArchiveReader.open(try Descriptor.open(file, .read), name: file)
    let sink = try TreeWriter.into(try folder.open(), modes: .asListed)
    var stream = MemberStream(file: file, sink: sink)
    try reader.read(into: &stream)
    return stream.sink.head
  }
}

struct ArchiveTests {
  private func sample() throws -> BuiltCapsule {
    let capsule = BuiltCapsule()
    try capsule.folder.write("bin/run", "#!/bin/sh\n", mode: 0o775)
    try capsule.folder.write("data/empty", "")
    try capsule.folder.write("data/big", CompressionSample.bytes(3_500_000), mode: 0o600)
    try capsule.folder.write("data/\u{fc}ml\u{e4}ut.txt", "umlauts")
    try capsule.folder.write("data/block", [UInt8](repeating: 7, count: 512))
    let long = String(repeating: "long", count: 50)
    try capsule.folder.write("\(long)/\(long)/\(long)", "long")
    try capsule.folder.write("deep/\(String(repeating: "n", count: 90))/\(String(repeating: "m", count: 60))", "split")
    capsule.folder.folder("empty folder")
    capsule.folder.link("bin/again", to: "run")
    capsule.folder.link("up", to: "data/../bin/\(String(repeating: "t", count: 120))")
    return capsule
  }

  @Test(arguments: ArchiveContainer.allCases)
  func `what is packed comes back, without owners and with two kinds of permissions`(_ container: ArchiveContainer)
    throws
  {
    let capsule = try sample()
    let outside = TemporaryFolder()
    let id = try capsule.build(to: outside.path + "/out", container)
    let back = TemporaryFolder()
    let head = try BuiltCapsule.unpack(outside.path + "/out", into: back)
    #expect(head?.id == id)
    try capsule.folder.write("capsule.yml", BuiltCapsule.manifest)
    let expected = try capsule.folder.snapshot().map {
      $0.replacing("/run 775 ", with: "/run 755 ").replacing("/big 600 ", with: "/big 644 ")
    }
    #expect(try back.snapshot() == expected)
  }

  @Test(arguments: [("out.tar.gz", "xzf"), ("out.tar.zst", "--zstd -xf")])
  func `the tar of others unpacks it to the same`(file: String, options: String) throws {
    let capsule = try sample()
    let outside = TemporaryFolder()
    try capsule.build(to: "\(outside.path)/\(file)", file.hasSuffix("gz") ? .gzip : .zstd)
    outside.folder("there")
    let ended = try Shell.run(
      "tar \(options) \(outside.path)/\(file) -C \(outside.path)/there --no-same-permissions 2>&1")
    #expect(ended == "")
    let back = TemporaryFolder()
    let head = try #require(try BuiltCapsule.unpack("\(outside.path)/\(file)", into: back))
    try back.write(".capsule_metadata.json", "{}")
    try back.write(".capsule_listing", head.listing.text)
    #expect(try Shell.run("diff -r --no-dereference \(back.path) \(outside.path)/there 2>&1") == "")
  }

  @Test func `the same files give the same archive, whatever their times and folder`() throws {
    let outside = TemporaryFolder()
    let (one, other) = (try sample(), try sample())
    try Shell.run("touch -d 2001-01-01 \(one.folder.path)/bin/run; chmod 700 \(other.folder.path)/data")
    let ids = [try one.build(to: outside.path + "/one"), try other.build(to: outside.path + "/other")]
    #expect(ids[0] == ids[1])
    #expect(try outside.read("one") == (try outside.read("other")))
    try other.folder.write("more", "")
    #expect(try other.build(to: outside.path + "/third") != ids[0])
  }

  @Test func `the id is the digest of the listing`() throws {
    let capsule = try sample()
    let draft = try CapsuleDraft.make(of: try capsule.entries(), in: try capsule.folder.open())
    let outside = TemporaryFolder()
    try outside.write("listing", draft.listing.text)
    #expect(try Shell.run("sha256sum < \(outside.path)/listing").hasPrefix(draft.id.description + " "))
    #expect(try Listing(text: draft.listing.text) == draft.listing)
  }

  @Test func `a file that changes while it is packed stops the build`() throws {
    let capsule = try sample()
    let draft = try CapsuleDraft.make(of: try capsule.entries(), in: try capsule.folder.open())
    try Shell.run("printf '#!/bin/ls\\n' > \(capsule.folder.path)/bin/run")
    let file = capsule.folder.path + "/out"
    do {
      let size = try draft.write(
        to: try Descriptor.open(file, .createNew, mode: 0o644), name: "out", container: .gzip, metadata: [], time: 0)
      Issue.record("it was written, with \(size) bytes")
    } catch {
      #expect(error as? CapsuleError == .archive(.changed(path: "bin/run"), file: "bin/run"))
    }
  }

  /// A few bits of a compressed stream mean nothing; a signature is over them as well.
  @Test(arguments: ArchiveContainer.allCases)
  func `a flipped bit of any byte is refused, or changes nothing`(_ container: ArchiveContainer) throws {
    let capsule = BuiltCapsule()
    try capsule.folder.write("file", "content")
    let outside = TemporaryFolder()
    try capsule.build(to: outside.path + "/out", container)
    let right = try BuiltCapsule.unpack(outside.path + "/out", into: TemporaryFolder())
    let bytes = try outside.read("out")
    var refused = 0
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1 << UInt8(index % 8)
      try outside.write("changed", changed)
      do {
        #expect(try BuiltCapsule.unpack(outside.path + "/changed", into: TemporaryFolder()) == right, "byte \(index)")
      } catch {
        #expect(error is CapsuleError)
        refused += 1
      }
      try Descriptor.open(outside.path, .folder).remove("changed")
    }
    #expect(refused > bytes.count - 5)
  }
}

enum CompressionSample {
  static func bytes(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { index in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: index % 3 == 0 ? state : UInt64(index / 7))
    }
  }
}
