import Diagnostics
import Glibc
import ManifestFormat

/// The syntax that is fuzzed: the extension of this name tells it. scripts/fuzz sets it.
private let file = getenv("CAPSRUN_FUZZ_FILE").map { String(cString: $0) } ?? "m.yml"

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let reading = Reading(of: bytes, as: file)
  reading.checkDiagnostics()
  expect(reading == Reading(of: bytes, as: file), "the same bytes are read the same way twice")
  if file.hasSuffix(".json"), let manifest = reading.manifest, !JSONAsYAML(bytes).isDifferent {
    let asYAML = Reading(of: bytes, as: "m.yml")
    expect(asYAML.manifest == manifest, "JSON is read the same as YAML", "\(asYAML.diagnostics)")
  }
  return 0
}

/// Stops at the input that breaks a promise, so that libFuzzer keeps it.
func expect(_ holds: Bool, _ promise: String, _ detail: @autoclosure () -> String = "") {
  guard holds else { fatalError("broken promise: \(promise) \(detail())") }
}
