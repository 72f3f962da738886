internal import Linux

/// An open zip archive, for reading parts of it.
struct ZipFile: ~Copyable {
  private let file: Descriptor
  let name: String
  let size: Int

  static func of(_ file: borrowing Descriptor, name: String) throws(CapsuleError) -> ZipFile {
    let size = try attempt("look at \"\(name)\"") { () throws(SysError) in try file.status(of: name).size }
    let again = try attempt("open \"\(name)\"") { () throws(SysError) in try file.duplicate() }
    return ZipFile(file: again, name: name, size: size)
  }

  func problem(_ problem: ZipProblem) -> CapsuleError { .zip(problem, file: name) }

  /// Runs what looks at bytes of the archive, and says of which archive.
  func judge<Result>(_ body: () throws(ZipProblem) -> Result) throws(CapsuleError) -> Result {
    do throws(ZipProblem) {
      return try body()
    } catch {
      throw problem(error)
    }
  }

  /// Bytes that lie within the file, all of them.
  func bytes(_ range: Range<Int>) throws(CapsuleError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: range.count)
    // Closures of the standard library do not carry typed errors out.
    var failure: CapsuleError?
    buffer.withUnsafeMutableBytes { bytes in
      do throws(CapsuleError) {
        try read(into: bytes, at: range.lowerBound)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return buffer
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, at place: Int) throws(CapsuleError) {
    let count = try attempt("read \"\(name)\"") { () throws(SysError) in
      try file.read(into: buffer, at: place, of: name)
    }
    guard count == buffer.count else { throw problem(.truncated(missing: buffer.count - count)) }
  }
}
