internal import Linux

/// The caller's standard output and error in the foreground: each line with the name of its process before it.
final class Echo {
  private let output: EchoQueue
  private let errors: EchoQueue

  init(on loop: EventLoop, spillingTo folder: OpenPlace) throws(SysError) {
    output = try EchoQueue(.output, on: loop, spillingTo: folder)
    errors = try EchoQueue(.error, on: loop, spillingTo: folder)
  }

  func take(_ line: UnsafeRawBufferPointer, from process: String, _ stream: LogRecord.Stream) {
    (stream == .output ? output : errors).append(line, after: process)
  }

  func pump() throws(SysError) {
    try output.pump()
    try errors.pump()
  }

  var isDone: Bool { output.isEmpty && errors.isEmpty }

  /// At the end: gives up on whoever has not read anything for so long that he never will.
  func abandonIfStuck(_ now: Int) throws(SysError) {
    try output.abandonIfStuck(now)
    try errors.abandonIfStuck(now)
  }
}
