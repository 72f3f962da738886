import Glibc

enum Shell {
  struct Failure: Error {}

  /// What a command line writes to standard output.
  @discardableResult
  static func run(_ line: String) throws -> String {
    guard let stream = popen(line, "r") else { throw Failure() }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      if count == 0 { break }
      output += buffer[..<count]
    }
    pclose(stream)
    return String(decoding: output, as: UTF8.self)
  }
}
