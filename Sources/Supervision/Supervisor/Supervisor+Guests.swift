internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

// Processes that somebody has started in the sandbox by hand: each lives as long as whoever asked for it stays.
extension Supervisor {
  func beginGuest(_ request: ExecRequest, _ call: ControlCall) throws(SysError) {
    let name = request.process ?? capsule.graph.nodes[0].name
    guard let index = find(name, call) else { return }
    var process = capsule.plan.processes[index].running(request.arguments).adding(request.environment)
    if let folder = request.workingFolder { process.workingFolder = folder }
    if let kind = request.terminal?.kind, !process.environment.contains(where: { $0.utf8.starts(with: "TERM=".utf8) }) {
      process = process.adding(["TERM=" + kind])
    }
    do throws(SetUpFailure) {
      let streams = call.takeStreams(request.terminal)
      let run = try ProcessRun.begin(process, streams: streams, by: self) { [unowned self] news throws(SysError) in
        try hear(news, call, process)
      }
      call.onGone = { [unowned self] in guarding { () throws(SysError) in try run.abandon() } }
    } catch {
      refuse(call, error, process)
    }
  }

  private func hear(_ news: ProcessRun.News, _ call: ControlCall, _ process: PlannedProcess) throws(SysError) {
    switch news {
    case .failed(let failure): refuse(call, failure, process)
    case .late: call.fail(ControlFailure.notStarted, Self.wasLate, data: Self.exitCode(125))
    case .running(let process):
      call.progress(
        .object([.init("pid", .integer(Int64(process.id)))]), with: process.takeTerminal()?.toSend)
    case .ended(let ending, let tree):
      try bury(tree)
      call.reply(Self.exitCode(ending.exitCode))
    }
  }

  /// It has not become its program: with the exit code that a shell would give it.
  private func refuse(_ call: ControlCall, _ error: SetUpFailure, _ process: PlannedProcess) {
    let problem = capsule.describe(error, process)
    call.fail(ControlFailure.notStarted, problem.text, data: Self.exitCode(problem.exitCode))
  }

  private static func exitCode(_ code: Int32) -> JSONValue { .object([.init("exit_code", .integer(Int64(code)))]) }
}

extension ControlCall {
  /// Those that came with the request become the standard streams; what did not come is /dev/null.
  fileprivate func takeStreams(_ terminal: ExecRequest.Terminal?) -> JoinStreams {
    let received = takeDescriptors()
    func stream(_ index: Int) -> Descriptor? { index < received.count ? received[index].take() : nil }
    guard let terminal else { return JoinStreams(input: stream(0), output: stream(1), errors: stream(2)) }
    return JoinStreams(terminalOf: terminal.size, isTypedInto: terminal.isTypedInto, errors: stream(0))
  }
}

extension MadeTerminal {
  /// For the client, and for nobody else: it shall hang up when he lets go of it.
  fileprivate var toSend: OpenToSend { OpenToSend(end.keptNumber, keptBy: self) }
}
