internal import CLinux
internal import Glibc

/// A socket in a folder that others of this machine connect to. unix(7), SOCK_STREAM
package struct LocalListener: ~Copyable {
  private let descriptor: Descriptor
  private let subject: String

  /// Begins to listen under a name that nothing in the folder has yet. Nobody but the owner can connect. bind(2)
  package static func listen(in folder: borrowing Descriptor, as name: String) throws(SysError) -> LocalListener {
    // By the open folder: the path of a socket has no more than 107 bytes, and this one is always short enough.
    let path = "/proc/self/fd/\(folder.number)/\(name)"
    let number = try check(.bind, name) { cl_listen_at(path, 128) }
    return LocalListener(descriptor: Descriptor(owning: number), subject: name)
  }

  private init(descriptor: consuming Descriptor, subject: String) {
    self.descriptor = descriptor
    self.subject = subject
  }

  /// The next connection, or nil when none waits. accept4(2)
  package func accept() throws(SysError) -> LocalConnection? {
    while true {
      do throws(SysError) {
        return LocalConnection(owning: try check(.accept, subject) { cl_accept(descriptor.number) })
      } catch let error where error.errno == .tryAgain {
        return nil
      } catch let error where error.errno.rawValue == ECONNABORTED {
        // It has gone again meanwhile.
        continue
      }
    }
  }

  /// Becomes readable when a connection waits.
  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}

/// One end of a connection between two processes of this machine: a stream of bytes in each direction, and open files. unix(7)
package struct LocalConnection: ~Copyable {
  private let descriptor: Descriptor

  /// The process that has made the other end, as it was then.
  package struct Peer: Hashable, Sendable {
    package let process: CInt
    package let user: UInt32
    package let group: UInt32
  }

  init(owning number: CInt) { descriptor = Descriptor(owning: number) }

  /// Connects to the socket of that name in a folder; what it sends and receives waits, with that patience. connect(2)
  ///
  /// Throws ECONNREFUSED for a socket that nobody listens to any more, and EAGAIN for one whose owner lets nobody in.
  package static func connect(
    in folder: borrowing Descriptor, to name: String, patience milliseconds: Int
  ) throws(SysError) -> LocalConnection {
    let path = "/proc/self/fd/\(folder.number)/\(name)"
    return LocalConnection(owning: try check(.connect, name) { cl_connect_to(path, milliseconds) })
  }

  /// SO_PEERCRED
  package func peer() throws(SysError) -> Peer {
    var peer = cl_peer()
    try check(.socket, "the other end") { cl_peer_of(descriptor.number, &peer) }
    return Peer(process: peer.process, user: peer.user, group: peer.group)
  }

  /// From now on what waits for the other end gives up with EAGAIN after a time; 0 for never. SO_RCVTIMEO
  package func setPatience(milliseconds: Int) throws(SysError) {
    try check(.socket, "the other end") { cl_set_patience(descriptor.number, milliseconds) }
  }

  /// Sends as much as there is room for, and open files with its first byte; returns how many bytes that was, or nil when there is
  /// no room now. sendmsg(2)
  package func send(
    _ bytes: ArraySlice<UInt8>, with open: [DescriptorNumber] = []
  ) throws(SysError) -> Int? {
    let numbers = open.map(\.value)
    return try Self.unlessWaiting { () throws(SysError) in
      try check(.send, "") {
        bytes.withUnsafeBytes { buffer in
          cl_send_part(
            descriptor.number, true, buffer.baseAddress, buffer.count, numbers, CInt(numbers.count))
        }
      }
    }
  }

  /// What has arrived by one call.
  package struct Part {
    package var bytes: [UInt8]
    package var open: [ReceivedDescriptor]
    /// Nothing more will come.
    package var isEnd: Bool { bytes.isEmpty }
  }

  /// What there is, or nil when nothing is there now. recvmsg(2)
  package func receive(capacity: Int = 16384) throws(SysError) -> Part? {
    var numbers = [CInt](repeating: -1, count: Int(cl_most_descriptors))
    var numberCount: CInt = 0
    var failure: SysError?
    let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      do throws(SysError) {
        count = try check(.recv, "") {
          cl_receive_part(
            descriptor.number, true, buffer.baseAddress, buffer.count, &numbers, CInt(numbers.count), &numberCount)
        }
      } catch {
        failure = error
      }
    }
    if let failure {
      if failure.errno == .tryAgain { return nil }
      throw failure
    }
    return Part(bytes: bytes, open: numbers[..<Int(numberCount)].map { ReceivedDescriptor(owning: $0) })
  }

  private static func unlessWaiting(_ body: () throws(SysError) -> Int) throws(SysError) -> Int? {
    do throws(SysError) {
      return try body()
    } catch let error where error.errno == .tryAgain {
      return nil
    }
  }

  /// Says that nothing more will be sent. shutdown(2)
  package func endSending() throws(SysError) {
    try check(.shutdown, "") { shutdown(descriptor.number, CInt(SHUT_WR)) }
  }

  /// Becomes readable when something has arrived or the other end is closed.
  package func watch(in polling: inout PollSet) -> PollSet.Entry { polling.add(descriptor) }

  package var keptNumber: DescriptorNumber { descriptor.keptNumber }
}

/// Something open that came from another process. It is closed with this value, unless it is taken out.
package final class ReceivedDescriptor {
  private var descriptor: Descriptor?
  /// For waiting, and for handing it on while it stays here; nil when it was taken.
  package private(set) var keptNumber: DescriptorNumber?

  init(owning number: CInt) {
    descriptor = Descriptor(owning: number)
    keptNumber = DescriptorNumber(value: number)
  }

  /// What came; nil when it was taken already.
  package func take() -> Descriptor? {
    keptNumber = nil
    return descriptor.take()
  }
}

extension LocalConnection {
  /// Whether the process that has made the other end lives in the user namespace of this one: a sandbox of the same user does not.
  /// False also for one that is gone, or that this process may not look at. user_namespaces(7)
  package func isPeerInOwnUserNamespace() -> Bool {
    do throws(SysError) {
      let peer = try peer()
      let own = try Descriptor.open("/proc/self/ns/user", .place).status(of: "").identity
      let found = try Descriptor.open("/proc/\(peer.process)/ns/user", .place).status(of: "").identity
      guard found == own else { return false }
      // Only now: as long as it lives its number is nobody else's.
      return try isAlive(peer)
    } catch {
      return false
    }
  }

  /// Before Linux 6.5 nobody can tell whether it is the same process that has this number. SO_PEERPIDFD
  private func isAlive(_ peer: Peer) throws(SysError) -> Bool {
    do throws(SysError) {
      let number = try check(.socket, "the other end") { cl_peer_handle(descriptor.number) }
      return try !ProcessHandle(Descriptor(owning: number), id: peer.process).hasEnded()
    } catch let error where error.errno.rawValue == ENOPROTOOPT {
      return true
    }
  }
}

extension Errno {
  package static let connectionReset = Errno(rawValue: ECONNRESET)
  /// Nobody listens there any more.
  package static let connectionRefused = Errno(rawValue: ECONNREFUSED)
  /// No further file can be opened in this process, or on this machine.
  package static let tooManyFilesOfAll = Errno(rawValue: ENFILE)
}
