internal import Linux
internal import Planning

/// The control groups of one tree of processes, one in each hierarchy that the run uses.
final class GroupLeaf {
  private let name: String
  private let trees: [GroupTree]
  private let parts: [Part]

  private final class Part {
    let group: ControlGroup
    let isUnified: Bool

    init(_ group: consuming ControlGroup, isUnified: Bool) {
      self.group = group
      self.isUnified = isUnified
    }
  }

  /// Makes the groups and holds them to these limits; EBUSY when there are some of that name in which something lives.
  static func make(_ name: String, in trees: [GroupTree], _ limits: GroupLimits?) throws(SetUpFailure) -> GroupLeaf {
    let step = "make a control group for its process"
    var made: [GroupTree] = []
    do throws(SetUpFailure) {
      for tree in trees {
        try SetUpFailure.catching(.limits, step) { () throws(SysError) in try tree.makeNewLeaf(name) }
        made.append(tree)
      }
      let leaf = try SetUpFailure.catching(.limits, step) { () throws(SysError) in try GroupLeaf(name, trees) }
      if let limits { for tree in trees { try tree.hold(limits, leaf: name) } }
      return leaf
    } catch {
      // The first failure is the one to tell.
      let made = made
      switch catching({ () throws(SysError) in for tree in made { try tree.removeLeaf(name) } }) {
      case .success, .failure: throw error
      }
    }
  }

  private init(_ name: String, _ trees: [GroupTree]) throws(SysError) {
    var parts: [Part] = []
    for tree in trees { parts.append(Part(try tree.leaf(name), isUnified: tree.isUnified)) }
    self.name = name
    self.trees = trees
    self.parts = parts
  }

  private var unified: Part {
    guard let part = parts.first(where: \.isUnified) else {
      preconditionFailure("control groups without those of version 2")
    }
    return part
  }

  /// In which a process is born.
  func folder() throws(SysError) -> Descriptor { try unified.group.duplicateFolder() }

  /// The ways for a process that is not born in all of them.
  func entrance(for process: String, isBornInside: Bool) throws(SysError) -> GroupEntrance {
    let entrance = GroupEntrance()
    for part in parts where !(part.isUnified && isBornInside) {
      entrance.to(process, try part.group.entrance())
    }
    return entrance
  }

  func isPopulated() throws(SysError) -> Bool { try unified.group.isPopulated() ?? false }

  func events() throws(SysError) -> ControlGroupEvents? { try unified.group.events() }

  func processes() throws(SysError) -> [CInt] { try unified.group.processes() }

  /// False where the kernel cannot.
  func kill() throws(SysError) -> Bool { try unified.group.kill() }

  /// From the groups what they count, from their processes the rest.
  func usage() throws(SysError) -> TreeUsage {
    let ids = try processes()
    var usage = TreeUsage()
    for part in parts { try usage.add(part.group, isUnified: part.isUnified) }
    let hasMemory = usage.memoryBytes > 0
    if !hasMemory || usage.readBytes == nil {
      let sum = TreeUsage(sumOf: ids.compactMap { ProcessFigures(of: $0) })
      if !hasMemory { usage.memoryBytes = sum.memoryBytes }
      if usage.readBytes == nil {
        (usage.readBytes, usage.writtenBytes, usage.whyNoIO) = (sum.readBytes, sum.writtenBytes, sum.whyNoIO)
      }
    }
    usage.processes = ids.count
    return usage
  }

  func outOfMemoryKills() throws(SysError) -> Int {
    var usage = TreeUsage()
    for part in parts { try usage.add(part.group, isUnified: part.isUnified) }
    return usage.outOfMemoryKills
  }

  func remove() throws(SysError) {
    for tree in trees { try tree.removeLeaf(name) }
  }
}

extension TreeUsage {
  /// What a group tells of itself.
  mutating func add(_ group: borrowing ControlGroup, isUnified: Bool) throws(SysError) {
    if isUnified {
      cpuMicroseconds = try group.number(of: "usage_usec", in: "cpu.stat") ?? 0
      memoryBytes = try group.number(in: "memory.current") ?? memoryBytes
      outOfMemoryKills += Int(try group.number(of: "oom_kill", in: "memory.events") ?? 0)
      if let text = try group.read("io.stat") { (readBytes, writtenBytes) = Self.sums(ofIO: text) }
    } else {
      memoryBytes = try group.number(in: "memory.usage_in_bytes") ?? memoryBytes
      outOfMemoryKills += Int(try group.number(of: "oom_kill", in: "memory.oom_control") ?? 0)
    }
  }

  /// Of lines such as `8:0 rbytes=4096 wbytes=0 rios=1 …`, one for each disk.
  static func sums(ofIO text: String) -> (read: UInt64, written: UInt64) {
    var sums = (read: UInt64(0), written: UInt64(0))
    for word in text.split(whereSeparator: \.isWhitespace) {
      if word.hasPrefix("rbytes=") { sums.read += UInt64(word.dropFirst(7)) ?? 0 }
      if word.hasPrefix("wbytes=") { sums.written += UInt64(word.dropFirst(7)) ?? 0 }
    }
    return sums
  }
}
