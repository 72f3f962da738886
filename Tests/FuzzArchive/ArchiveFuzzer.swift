import Glibc

@testable import CapsuleFormat

/// What the bytes are: `listing`, the text of one; `members`, a whole tar; `rest`, a listing, a NUL, and what comes behind the
/// leading members, which are made here so that they fit. scripts/fuzz sets it.
private let part = getenv("CAPSRUN_FUZZ_PART").map { String(cString: $0) } ?? "members"

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  switch part {
  case "listing": ListingPromises.check(bytes)
  case "rest": MemberPromises.check(MemberPromises.archive(of: bytes))
  default: MemberPromises.check(bytes)
  }
  return 0
}

/// Stops at the input that breaks a promise, so that libFuzzer keeps it.
func expect(_ holds: Bool, _ promise: String, _ detail: @autoclosure () -> String = "") {
  guard holds else { fatalError("broken promise: \(promise) \(detail())") }
}
