internal import Linux
internal import Planning

/// Answers the calls that a traced filter holds, each with the error that the filter without a listener would have given, and
/// writes them down.
///
/// It never lets a call go on, so that whatever it thinks of a call, and whatever another thread makes of its arguments
/// meanwhile, decides nothing.
final class DenialTracer {
  /// The filter to be loaded, which asks where the program's own refuses.
  let listened: CompiledFilter
  /// The program's own.
  private let rules: CompiledFilter
  private let process: PlannedProcess
  private var listener: FilterListener?
  private var entry: PollSet.Entry?
  private var log = DenialLog()
  /// What the process tries itself before it becomes the program: the last one first.
  private var tripwire: [Attempt]

  init(of process: PlannedProcess, _ filter: CompiledFilter) {
    rules = filter
    listened = filter.notifyingRefusals
    self.process = process
    tripwire = Attempt.all.reversed().filter { if case .error = filter.answer(to: $0) { true } else { false } }
  }

  /// Waits from now on for what the listener has to tell, which has come with a message of the inside.
  func begin(_ open: consuming Descriptor, _ polling: inout PollSet) {
    let received = FilterListener(received: open)
    entry = received.watch(in: &polling)
    listener = consume received
  }

  /// Answers what there is to answer after a wait.
  func handle(_ polling: inout PollSet) throws(SysError) {
    guard let entry, polling.isReady(entry) else { return }
    guard polling.isReadable(entry) else {
      // Nobody is left who runs under the filter.
      polling.remove(entry)
      listener = nil
      self.entry = nil
      return
    }
    try answerOne()
  }

  /// What has been refused.
  var denials: DenialList {
    var list = log.list
    list.withoutFiles = FileRefusals.obstacle
    return list
  }

  private func answerOne() throws(SysError) {
    guard let call = try listener?.receive() else { return }
    let error: Errno
    switch rules.answer(to: call) {
    case .error(let number):
      // The kernel too takes no larger ones.
      error = Errno(rawValue: min(CInt(number), 4095))
      if !isOfTripwire(call) { record(call, error) }
    case .allow, .log, .notify, .trap, .killThread, .killProcess:
      // Only what is an error is held. Whatever else this is, it is not let through.
      error = .notPermitted
    }
    try listener?.refuse(call, with: error)
  }

  /// One thread tries them one after the other, before anything of the program runs.
  private func isOfTripwire(_ call: FilterListener.Call) -> Bool {
    guard let next = tripwire.last else { return false }
    guard next.number == call.number, call.arguments.starts(with: next.arguments) else {
      tripwire = []
      return false
    }
    tripwire.removeLast()
    return true
  }

  private func record(_ call: FilterListener.Call, _ error: Errno) {
    let name = SeccompCompiler.Table.name(call.number) ?? "call \(call.number)"
    let described = CallText(name: name, arguments: call.arguments) {
      ForeignMemory.text(at: $0, of: call.thread, limit: CallText.longestText)
    }.text
    // Of a thread that does not wait any more nothing may be told: its number could be another one's by now, outside too.
    let isKnown = listener?.isWaiting(call) ?? false
    let text = isKnown ? described : CallText.withoutArguments(name)
    log.add(call.number, error, text: text) { standsForMore in
      let caller = isKnown ? Denial.Caller(ofThread: call.thread) : nil
      return Denial(
        call: name, text: standsForMore ? CallText.withoutArguments(name) : text, errno: error, layer: .seccomp,
        process: listener?.isWaiting(call) == true ? caller : nil,
        remedy: Denial.Remedy(for: call, in: process))
    }
  }
}
