internal import Diagnostics
internal import Linux
internal import ManifestFormat

/// Variables in a file: lines of KEY=VALUE, comments that begin with #, and empty lines. A value is all that stands behind
/// the first `=`, as it stands: nothing is evaluated, and quotes are a part of it.
///
/// No error shows what a line holds, as it may be a part of a secret.
struct EnvironmentFile {
  static let largestSize = 1 << 20

  private let file: String
  private var variables: [String: String] = [:]
  /// Where each variable stands.
  private var lines: [String: Int] = [:]
  private var problems: [Diagnostic] = []

  static func read(_ file: String) throws(DiagnosticList) -> [String: String] {
    let bytes: [UInt8]?
    do throws(SysError) {
      bytes = try content(of: file)
    } catch let error where error.errno == .fileTooLarge {
      throw tooLarge(file)
    } catch {
      throw DiagnosticList([error.diagnostic(doing: "read \(quoted(file))", exitCode: .noInput)])
    }
    guard let bytes else {
      throw failure("\(quoted(file)) is no file", hint: "write the variables into a file of text", .noInput)
    }
    return try variables(in: bytes, of: file)
  }

  /// Nil for what is no file.
  private static func content(of file: String) throws(SysError) -> [UInt8]? {
    let descriptor = try Descriptor.open(file, .readWithoutWaiting)
    // Reading a FIFO or a device might never end.
    guard try descriptor.status(of: file).kind == .file else { return nil }
    return try descriptor.readAll(of: file, limit: largestSize)
  }

  private static func tooLarge(_ file: String) -> DiagnosticList {
    failure(
      "\(quoted(file)) is larger than 1 MiB, which no file of variables is", hint: "name the right file", .badData)
  }

  private static func failure(_ message: String, hint: String, _ code: ExitCode) -> DiagnosticList {
    DiagnosticList([Diagnostic(message, hint: hint, exitCode: code)])
  }

  /// All the variables, or all the problems.
  static func variables(in bytes: [UInt8], of file: String) throws(DiagnosticList) -> [String: String] {
    var reader = EnvironmentFile(file: file)
    // Some editors mark UTF-8 by three bytes at the start; they are no part of the text.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    for (index, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      reader.read(line.last == UInt8(ascii: "\r") ? line.dropLast() : line, number: index + 1)
    }
    guard reader.problems.isEmpty else { throw DiagnosticList(reader.problems) }
    return reader.variables
  }

  private init(file: String) { self.file = file }

  private mutating func read(_ bytes: ArraySlice<UInt8>, number: Int) {
    guard let line = String(validating: bytes, as: UTF8.self) else {
      return problem("not UTF-8 text", line: number, column: Self.validCount(of: bytes) + 1, hint: "save it as UTF-8")
    }
    if let column = Self.column(in: line, where: Self.isControl) {
      return problem("a control character", line: number, column: column, hint: "remove it")
    }
    let first = line.utf8.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    guard let first, first != UInt8(ascii: "#") else { return }
    let (name, value) = splitOnce(line, at: UInt8(ascii: "="))
    guard isVariableName(name) else {
      let column = Self.column(in: name) { !isVariableName("_" + String($0)) } ?? 1
      return problem(
        "no name of a variable stands before the \"=\"", line: number, column: column,
        hint: "write KEY=VALUE; a name has letters, digits and _")
    }
    guard let value else {
      return problem(
        "there is no \"=\" behind the name", line: number, column: line.unicodeScalars.count + 1,
        hint: "write KEY=VALUE; --env KEY hands on a variable of yours")
    }
    if let earlier = lines.updateValue(number, forKey: name) {
      problem("\(name) is given twice", line: number, column: 1, hint: "keep one; the first stands in line \(earlier)")
    }
    variables[name] = value
  }

  private mutating func problem(_ message: String, line: Int, column: Int, hint: String) {
    let place = SourceLocation(file: file, line: line, column: column, lineText: "")
    problems.append(Diagnostic(message, at: place, hint: hint, exitCode: .badData))
  }

  /// As in the values of a manifest.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 && scalar != "\t" || (0x7F..<0xA0).contains(scalar.value)
  }

  private static func column(in text: String, where isWrong: (Unicode.Scalar) -> Bool) -> Int? {
    let scalars = text.unicodeScalars
    return scalars.firstIndex(where: isWrong).map { scalars.distance(from: scalars.startIndex, to: $0) + 1 }
  }

  /// How many scalars stand before the first byte that is no UTF-8.
  private static func validCount(of bytes: ArraySlice<UInt8>) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var count = 0
    while case .scalarValue = decoder.decode(&iterator) { count += 1 }
    return count
  }
}
