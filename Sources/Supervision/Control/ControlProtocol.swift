package import Diagnostics

/// The numbers of the control protocol, as docs/protocol.md tells them.
package enum ControlProtocol {
  /// A higher one would misunderstand older clients or be misunderstood.
  package static let version = 1
  /// The largest request, and the largest answer, without the four bytes of their length.
  package static let largestRequest = 1 << 20
  package static let largestAnswer = 16 << 20
  package static let mostClients = 64
  /// The most open files that come with one request, or wait for one.
  package static let mostDescriptors = 8
  /// The most requests of one client that wait for their answers.
  static let mostCalls = 32
  /// From so many bytes that a client has not read on, no further request of his is read.
  static let fullQueue = 1 << 20
  /// A client who listens and lets so many bytes wait is too slow.
  static let largestBacklog = 256 << 10

  /// One message with its length before it.
  static func frame(_ message: JSONValue) -> [UInt8] {
    let text = Array(message.text(isIndented: false).utf8)
    let length = UInt32(text.count)
    return [
      UInt8(truncatingIfNeeded: length >> 24), UInt8(truncatingIfNeeded: length >> 16),
      UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
    ] + text
  }

  static func notification(_ method: String, _ params: JSONValue) -> JSONValue {
    .object([.init("jsonrpc", .string("2.0")), .init("method", .string(method)), .init("params", params)])
  }
}

/// An error of an answer: JSON-RPC's own, or one of these.
package struct ControlFailure: Error, Hashable, Sendable {
  package let code: Int
  package let message: String
  package var data: JSONValue?

  package init(_ code: Int, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  package static let notJSON = -32700
  package static let invalidRequest = -32600
  package static let unknownMethod = -32601
  package static let invalidParams = -32602
  package static let internalError = -32603
  /// `data` has `process`, and `known` with all names.
  package static let unknownProcess = -32001
  /// It cannot be done to what is in such a state.
  package static let wrongState = -32002
  package static let tooMuch = -32003
  package static let notAllowed = -32004
  /// `data` has `exit_code`, as a shell would end.
  package static let notStarted = -32005

  package static func unknown(process: String, known: [String]) -> ControlFailure {
    ControlFailure(
      unknownProcess, "there is no process \(quoted(process))",
      data: .object([.init("process", .string(process)), .init("known", .array(known.map { .string($0) }))]))
  }

  /// The answer to a request; nil for one whose id could not be read.
  func answer(to id: JSONValue?) -> JSONValue {
    var members: [JSONValue.Member] = [.init("code", JSONValue(code)), .init("message", .string(message))]
    if let data { members.append(.init("data", data)) }
    return .object([.init("jsonrpc", .string("2.0")), .init("id", id ?? .null), .init("error", .object(members))])
  }
}

/// The bytes of a stream, taken apart into messages.
struct FrameBuffer {
  private var bytes: [UInt8] = []
  private var start = 0
  private let largest: Int

  init(largest: Int) { self.largest = largest }

  mutating func add(_ part: [UInt8]) {
    if start > 65536 || start == bytes.count {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += part
  }

  /// The length of the message that begins here, if that much is known.
  private var length: Int? {
    guard bytes.count - start >= 4 else { return nil }
    return bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Whether a whole message is there, or one that is too long.
  var hasNext: Bool {
    guard let length else { return false }
    return length > largest || bytes.count - start - 4 >= length
  }

  /// Whether the end of a message is still to come.
  var isWithinMessage: Bool { start < bytes.count }

  /// The next message, if all of it is there. Throws for one that is too long, after which nothing more can be read.
  mutating func next() throws(ControlFailure) -> [UInt8]? {
    guard let length else { return nil }
    guard length <= largest else {
      throw ControlFailure(
        ControlFailure.invalidRequest, "a message has \(length) bytes, and at most \(largest) are read")
    }
    guard bytes.count - start - 4 >= length else { return nil }
    let message = Array(bytes[start + 4..<start + 4 + length])
    start += 4 + length
    return message
  }
}
