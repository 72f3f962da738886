internal import CLinux
internal import Glibc

/// Messages of a process that must never wait for the other side.
extension MessageSocket {
  /// What has arrived.
  package enum Arrival: ~Copyable {
    case message(Message)
    case nothing
    /// The other end is closed.
    case end
  }

  /// Sends one message with something open or without; false when there is no room for it now. sendmsg(2), MSG_DONTWAIT
  package func sendNow(_ message: [UInt8], with open: borrowing Descriptor) throws(SysError) -> Bool {
    try sendNow(message, number: open.number)
  }

  package func sendNow(_ message: [UInt8]) throws(SysError) -> Bool { try sendNow(message, number: -1) }

  private func sendNow(_ message: [UInt8], number: CInt) throws(SysError) -> Bool {
    do throws(SysError) {
      try check(.send, "") {
        message.withUnsafeBytes { cl_send_message_now(keptNumber.value, $0.baseAddress, $0.count, number) }
      }
      return true
    } catch let error where error.errno == .tryAgain || error.errno.rawValue == ETOOMANYREFS {
      // The second: of too many files at once nobody has taken the other end yet.
      return false
    }
  }

  /// The next message, if there is one. recvmsg(2), MSG_DONTWAIT
  package func receiveNow() throws(SysError) -> Arrival {
    do throws(SysError) {
      return try receiveNextNow()
    } catch let error where error.errno == .tryAgain {
      return .nothing
    } catch let error where error.errno.rawValue == ECONNRESET {
      // The other end went without reading all that it was sent; that is told once, and first.
      return try receiveNextNow()
    }
  }

  private func receiveNextNow() throws(SysError) -> Arrival {
    var buffer = [UInt8](repeating: 0, count: Self.longestMessage)
    var number: CInt = -1
    let count = try check(.recv, "") {
      buffer.withUnsafeMutableBytes { cl_receive_message_now(keptNumber.value, $0.baseAddress, $0.count, &number) }
    }
    guard count > 0 else { return .end }
    return .message(Message(bytes: Array(buffer[..<count]), open: number == -1 ? nil : Descriptor(owning: number)))
  }

  /// Another descriptor of it, to wait for something else of it. fcntl(2)
  package func duplicate() throws(SysError) -> Descriptor {
    Descriptor(owning: try check(.dup, "") { cl_duplicate_above(keptNumber.value, 3) })
  }
}

/// Both ends of a pair, each to be taken once: for a process that keeps both, or gives one to a child.
package final class MessagePair {
  private var first: MessageSocket?
  private var second: MessageSocket?

  /// Makes the pair. socketpair(2)
  package init() throws(SysError) {
    var numbers: [CInt] = [-1, -1]
    try check(.socketpair, "") { cl_message_pair(&numbers) }
    first = MessageSocket(Descriptor(owning: numbers[0]))
    second = MessageSocket(Descriptor(owning: numbers[1]))
  }

  package func takeFirst() -> MessageSocket {
    guard let end = first.take() else { preconditionFailure("an end of a pair that was taken before") }
    return end
  }

  package func takeSecond() -> MessageSocket {
    guard let end = second.take() else { preconditionFailure("an end of a pair that was taken before") }
    return end
  }
}
