package import Linux

/// A process that has joined, and all that has come from it: however often they have changed their parent, their session and their
/// name.
package final class ProcessTree {
  private enum Kind {
    case group(GroupLeaf)
    case marked(ProcessMark, MarkedProcesses)
  }

  private let kind: Kind
  private var events: Events?
  private var used = TreeUsage()

  private final class Events {
    let file: ControlGroupEvents

    init(_ file: consuming ControlGroupEvents) { self.file = file }
  }

  init(_ leaf: GroupLeaf) { kind = .group(leaf) }

  init(_ mark: ProcessMark, among processes: MarkedProcesses) { kind = .marked(mark, processes) }

  /// Whether nothing of it lives any more. A process that has ended counts no longer, reaped or not.
  package func isEmpty() throws(SysError) -> Bool {
    switch kind {
    case .group(let leaf):
      if let events { return try !events.file.isPopulated() }
      return try !leaf.isPopulated()
    case .marked(let mark, let processes):
      return try processes.living(processes.find(mark)).isEmpty
    }
  }

  /// Becomes readable when it may have become empty, until `isEmpty` is asked; nil when nobody tells, and it has to be asked again
  /// and again. The first time costs two descriptors, which stay open as long as this value is there.
  package var changes: DescriptorNumber? {
    get throws(SysError) {
      guard case .group(let leaf) = kind else { return nil }
      if events == nil, let file = try leaf.events() { events = Events(file) }
      return events?.file.keptNumber
    }
  }

  /// Sends a signal to each process of it that is there now; a stopped one goes on, as it would never get it.
  package func send(_ signal: Signal) throws(SysError) {
    let all = signals
    for id in try all.list() { try all.send([signal, .continue], to: id) }
  }

  /// Kills all of it, also what is being made meanwhile. Returns before they are gone: `isEmpty` tells.
  package func kill() throws(SysError) {
    // The kernel itself can, since Linux 5.14.
    if case .group(let leaf) = kind, try leaf.kill() { return }
    try signals.kill()
  }

  private var signals: TreeSignals {
    switch kind {
    case .group(let leaf):
      TreeSignals(
        list: { () throws(SysError) in try leaf.processes() },
        belongs: { id throws(SysError) in try leaf.processes().contains(id) })
    case .marked(let mark, let processes):
      TreeSignals(
        list: { () throws(SysError) in try processes.find(mark) },
        belongs: { id throws(SysError) in
          guard try mark.isOn(id) else { return false }
          return try processes.isInside(id)
        })
    }
  }

  /// The numbers of those that live.
  package func processes() throws(SysError) -> [CInt] {
    switch kind {
    case .group(let leaf): return try leaf.processes()
    case .marked(let mark, let processes):
      return try processes.living(processes.find(mark))
    }
  }

  /// What it uses; to be asked before `remove`.
  package func usage() throws(SysError) -> TreeUsage {
    let usage =
      switch kind {
      case .group(let leaf): try leaf.usage()
      case .marked(let mark, let processes):
        TreeUsage(sumOf: try processes.findLately(mark).compactMap { ProcessFigures(of: $0) })
      }
    used = usage.notBelow(used)
    return used
  }

  /// How many of it were killed for lack of memory; nobody knows where only marks tell whose they are.
  package func outOfMemoryKills() throws(SysError) -> Int {
    guard case .group(let leaf) = kind else { return 0 }
    return try leaf.outOfMemoryKills()
  }

  /// Lets go of it once it is empty: what it was known by is gone.
  package func remove() throws(SysError) {
    events = nil
    switch kind {
    case .group(let leaf): try leaf.remove()
    case .marked: return
    }
  }
}
