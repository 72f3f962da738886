internal import CLinux
internal import Glibc

/// One end of a pair of sockets that carry whole messages between a process and its child. unix(7), SOCK_SEQPACKET
package struct MessageSocket: ~Copyable {
  private let descriptor: Descriptor

  /// The longest message that is received whole.
  package static let longestMessage = 8192

  init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Sends one message. send(2)
  package func send(_ message: [UInt8]) throws(SysError) {
    try check(.send, "") {
      message.withUnsafeBytes { Glibc.send(descriptor.number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
    }
  }

  /// Waits for one message; nil when the other end is closed. recv(2)
  package func receive() throws(SysError) -> [UInt8]? {
    do throws(SysError) {
      return try receiveNext()
    } catch let error where error.errno.rawValue == ECONNRESET {
      // The other end went without reading all that it was sent. That is told first, and once; what it said itself comes after.
      return try receiveNext()
    }
  }

  private func receiveNext() throws(SysError) -> [UInt8]? {
    var error: SysError?
    // Nothing of it is written but what arrives: most messages are short.
    let message = [UInt8](unsafeUninitializedCapacity: Self.longestMessage) { buffer, count in
      do throws(SysError) {
        count = try check(.recv, "") { recv(descriptor.number, buffer.baseAddress, buffer.count, 0) }
      } catch let failure {
        error = failure
      }
    }
    if let error { throw error }
    return message.isEmpty ? nil : message
  }

  /// Sends one message and something open with it. sendmsg(2), SCM_RIGHTS
  package func send(_ message: [UInt8], with open: borrowing Descriptor) throws(SysError) {
    try send(message, number: open.number, waits: true)
  }

  private func send(_ message: [UInt8], number: CInt?, waits: Bool) throws(SysError) {
    var number = number ?? -1
    let numberCount: CInt = number == -1 ? 0 : 1
    try check(.send, "") {
      message.withUnsafeBytes {
        cl_send_part(descriptor.number, waits, $0.baseAddress, $0.count, &number, numberCount)
      }
    }
  }

  /// Sends one message with something open or without; false when there is no room for it now. sendmsg(2), MSG_DONTWAIT
  package func sendNow(_ message: [UInt8], with open: borrowing Descriptor) throws(SysError) -> Bool {
    try sendNow(message, number: open.number)
  }

  package func sendNow(_ message: [UInt8]) throws(SysError) -> Bool { try sendNow(message, number: nil) }

  private func sendNow(_ message: [UInt8], number: CInt?) throws(SysError) -> Bool {
    do throws(SysError) {
      try send(message, number: number, waits: false)
      return true
    } catch let error where error.errno == .tryAgain || error.errno.rawValue == ETOOMANYREFS {
      // The second: of too many files at once nobody has taken the other end yet.
      return false
    }
  }

  /// A message, and what came open with it.
  package struct Message: ~Copyable {
    package let bytes: [UInt8]
    package var open: Descriptor?
  }

  /// Waits for one message; nil when the other end is closed. recvmsg(2)
  package func receiveWithDescriptor() throws(SysError) -> Message? {
    do throws(SysError) {
      return try receiveNextWithDescriptor()
    } catch let error where error.errno.rawValue == ECONNRESET {
      // As above.
      return try receiveNextWithDescriptor()
    }
  }

  /// What there is at this moment.
  package enum Arrival: ~Copyable {
    case message(Message)
    /// Not yet.
    case nothing
    /// The other end is closed, and nothing more will come.
    case end
  }

  /// The same without waiting. recvmsg(2), MSG_DONTWAIT
  package func receiveNow() throws(SysError) -> Arrival {
    do throws(SysError) {
      return try receiveNextNow()
    } catch let error where error.errno.rawValue == ECONNRESET {
      // As above.
      return try receiveNextNow()
    }
  }

  private func receiveNextNow() throws(SysError) -> Arrival {
    do throws(SysError) {
      guard let message = try receiveNextWithDescriptor(waits: false) else { return .end }
      return .message(message)
    } catch let error where error.errno == .tryAgain {
      return .nothing
    }
  }

  private func receiveNextWithDescriptor(waits: Bool = true) throws(SysError) -> Message? {
    var buffer = [UInt8](repeating: 0, count: Self.longestMessage)
    var number: CInt = -1
    var numberCount: CInt = 0
    let count = try check(.recv, "") {
      buffer.withUnsafeMutableBytes {
        cl_receive_part(descriptor.number, waits, $0.baseAddress, $0.count, &number, 1, &numberCount)
      }
    }
    // First, so that it is closed where the rest fails.
    let open = numberCount == 0 ? nil : Descriptor(owning: number)
    guard count > 0 else { return nil }
    return Message(bytes: Array(buffer[..<count]), open: open)
  }

  /// Says that nothing more will be sent; what the other end has sent can still be received. shutdown(2)
  package func endSending() throws(SysError) {
    try check(.shutdown, "") { shutdown(descriptor.number, CInt(SHUT_WR)) }
  }

  /// Whether the other end is gone. poll(2)
  package var isAbandoned: Bool { cl_is_hung_up(descriptor.number) == 1 }

  /// Waits until the other end is closed, whatever comes before.
  func waitForEnd() {
    var byte: UInt8 = 0
    while true {
      let count = recv(descriptor.number, &byte, 1, 0)
      // After the end errno is still that of an earlier call.
      if count == 0 || (count == -1 && errno != EINTR) { return }
    }
  }

  /// Closes this end now.
  package consuming func close() {}

  /// Becomes readable when a message has arrived or the other end is closed.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }

  /// Another descriptor of it, to wait for something else of it. fcntl(2)
  package func duplicate() throws(SysError) -> Descriptor { try descriptor.duplicate() }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}

/// Both ends of a pair before a child is made; afterwards each side takes its own end, and the other one is closed there.
package struct MessageChannel: ~Copyable {
  let parent: MessageSocket
  let child: MessageSocket

  /// Makes the pair. socketpair(2)
  package init() throws(SysError) {
    var (one, other): (CInt, CInt) = (-1, -1)
    try check(.socketpair, "") { cl_message_pair(&one, &other) }
    parent = MessageSocket(Descriptor(owning: one))
    child = MessageSocket(Descriptor(owning: other))
  }

  package consuming func parentEnd() -> MessageSocket { parent }
  package consuming func childEnd() -> MessageSocket { child }
}
