import Testing

@testable import CapsuleFormat
@testable import Cryptography

struct BuildMetadataTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (951_868_799, "2000-02-29T23:59:59Z"),
    (1_709_164_800, "2024-02-29T00:00:00Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
    (4_102_444_800, "2100-01-01T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
  ])
  func `a moment is written as its date`(seconds: Int, text: String) {
    #expect(UTCTime(seconds).description == text)
    #expect(UTCTime(text)?.seconds == seconds)
  }

  @Test(arguments: ["", "2000-02-30T00:00:00Z", "2000-2-1T00:00:00Z", "2000-01-01 00:00:00Z", "2000-01-01T24:00:00Z"])
  func `what is no moment is none`(text: String) { #expect(UTCTime(text) == nil) }

  @Test func `every day has its date`() {
    for day in stride(from: 0, to: 60_000, by: 1) {
      #expect(UTCTime(UTCTime(day * 86400).description)?.seconds == day * 86400)
    }
  }

  @Test func `metadata comes back, and only for its capsule`() throws {
    let listing = Listing([])
    let id = listing.id
    let data = BuildMetadata(
      id, of: listing, name: "x", version: "1.0.0", time: 1_700_000_000, host: "here", tool: "capsrun 0.1.0")
    #expect(try BuildMetadata(data.bytes, of: id) == data)
    #expect(throws: ArchiveProblem.badMetadata("is of another capsule")) {
      try BuildMetadata(data.bytes, of: CapsuleID(digest: SHA256.digest(of: [1])))
    }
    #expect(throws: ArchiveProblem.badMetadata("is no JSON")) { try BuildMetadata(Array("{".utf8), of: id) }
    #expect(throws: ArchiveProblem.badMetadata("lacks something")) { try BuildMetadata(Array("{}".utf8), of: id) }
  }
}
