/// What a supervisor says to its keeper.
enum KeeperOrder: Hashable {
  /// With the end of a pipe: what an instance writes.
  case open(Instance, LogRecord.Stream)
  /// To say when an instance writes this text.
  case expect(Instance, [UInt8])
  /// From now on the logs are those of this name: what has been written moves there.
  case moveLogs(String)
  /// The last process of an instance is gone.
  case over(Instance)
  /// The supervisor ends, and has tidied up.
  case finish

  /// A longer text would not fit into a message.
  static let longestText = 4096

  var bytes: [UInt8] {
    switch self {
    case .open(let instance, let stream): [1, stream == .output ? 1 : 2] + instance.bytes
    case .expect(let instance, let text): [2, 0] + instance.bytes + text
    case .finish: [3]
    case .moveLogs(let name): [4] + Array(name.utf8)
    case .over(let instance): [5, 0] + instance.bytes
    }
  }

  init?(_ bytes: [UInt8]) {
    switch bytes.first {
    case 1:
      guard bytes.count == 10, let instance = Instance(bytes[2...]) else { return nil }
      self = .open(instance, bytes[1] == 1 ? .output : .errors)
    case 2:
      guard let instance = Instance(bytes.dropFirst(2)) else { return nil }
      self = .expect(instance, Array(bytes[10...]))
    case 3: self = .finish
    case 4: self = .moveLogs(String(decoding: bytes.dropFirst(), as: UTF8.self))
    case 5:
      guard bytes.count == 10, let instance = Instance(bytes[2...]) else { return nil }
      self = .over(instance)
    default: return nil
    }
  }
}

extension KeeperWord {
  /// `gone` is no message: it is the end of all messages.
  var bytes: [UInt8] {
    switch self {
    case .seen(let process, let generation): [1] + Instance(process: process, generation: generation).bytes
    case .trouble(let text): [2] + Array(text.utf8.prefix(KeeperOrder.longestText))
    case .recovered: [3]
    case .gone: []
    }
  }

  init?(_ bytes: [UInt8]) {
    switch bytes.first {
    case 1:
      guard let instance = Instance(bytes.dropFirst()) else { return nil }
      self = .seen(process: instance.process, generation: instance.generation)
    case 2: self = .trouble(String(decoding: bytes.dropFirst(), as: UTF8.self))
    case 3 where bytes.count == 1: self = .recovered
    default: return nil
    }
  }
}

extension Instance {
  fileprivate var bytes: [UInt8] {
    [process, generation].flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
  }

  fileprivate init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count >= 8 else { return nil }
    let start = bytes.startIndex
    func number(_ place: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[start + place + $1]) << (8 * $1) } }
    self.init(process: number(0), generation: number(4))
  }
}
