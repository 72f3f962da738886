import Foundation

/// A process that a test has started. It is killed when the test lets go of it.
final class RunningProcess {
  let pid: pid_t
  let output: CaptureFile
  let errors: CaptureFile
  /// The reading end of its standard output, if that is a pipe.
  let outputPipe: FileDescriptor?
  private var inputPipe: FileDescriptor?
  private var status: Int32?

  init(
    pid: pid_t, output: CaptureFile, errors: CaptureFile, inputPipe: FileDescriptor?, outputPipe: FileDescriptor?
  ) {
    self.pid = pid
    self.output = output
    self.errors = errors
    self.inputPipe = inputPipe
    self.outputPipe = outputPipe
  }

  deinit {
    guard status == nil else { return }
    kill(pid, SIGKILL)
    var ignored: Int32 = 0
    waitpid(pid, &ignored, 0)
  }

  func send(_ signal: Int32) throws {
    guard kill(pid, signal) == 0 else { throw HarnessError("kill", errno: errno) }
  }

  /// Ends its standard input.
  func closeInput() { inputPipe = nil }

  /// Whether it has ended by now.
  func hasEnded() throws -> Bool {
    if status != nil { return true }
    var now: Int32 = 0
    switch waitpid(pid, &now, WNOHANG) {
    case 0: return false
    case pid:
      status = now
      return true
    default: throw HarnessError("waitpid", errno: errno)
    }
  }

  /// Waits for its end.
  func wait() throws -> Outcome {
    // No measurement: a process that hangs shall fail its test, and not hang them all.
    let deadline = ContinuousClock.now + .seconds(60)
    while try !hasEnded() {
      guard ContinuousClock.now < deadline else {
        throw HarnessError(
          "process \(pid) has not ended in a minute; it said: \(try output.text())\(try errors.text())")
      }
      usleep(1000)
    }
    return Outcome(status: status ?? 0, bytes: try output.bytes(), errorBytes: try errors.bytes())
  }

  /// Waits until it has written `text` to its standard output.
  func waitForOutput(_ text: String) throws {
    try eventually("the output \"\(text)\"") {
      if try output.text().contains(text) { return true }
      if try hasEnded() { throw HarnessError("it ended before it wrote \"\(text)\": \(try wait())") }
      return false
    }
  }
}

/// How a process ended, and what it wrote.
struct Outcome: CustomStringConvertible {
  /// Its exit code, nil when a signal killed it.
  let exitCode: Int32?
  let bytes: [UInt8]
  let errorBytes: [UInt8]

  init(status: Int32, bytes: [UInt8], errorBytes: [UInt8]) {
    exitCode = status & 0x7f == 0 ? (status >> 8) & 0xff : nil
    self.bytes = bytes
    self.errorBytes = errorBytes
  }

  var output: String { String(decoding: bytes, as: UTF8.self) }
  var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  /// The lines of its output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  /// Its standard error as one JSON object.
  func errorsAsJSON() throws -> [String: Any] { try Self.object(errorBytes) }
  /// Its standard output as one JSON object.
  func outputAsJSON() throws -> [String: Any] { try Self.object(bytes) }

  private static func object(_ bytes: [UInt8]) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
      throw HarnessError("no JSON object: \(String(decoding: bytes, as: UTF8.self))")
    }
    return object
  }

  var description: String {
    "exit code \(exitCode.map(String.init) ?? "none"), output \"\(output)\", errors \"\(errors)\""
  }
}
