internal import Linux
internal import Planning

extension RehearsalFacts {
  /// A program that no sandbox has: a start goes through to the filter and to looking for it, and runs nothing.
  private static let program = "/capsrun-rehearsal"

  /// Starts a sandbox by the very way of `capsrun box`, in a child: a start lets go of its standard streams.
  ///
  /// It does without what `abilities` lack.
  static func gather(_ abilities: MachineAbilities? = nil) -> RehearsalFacts {
    do throws(SysError) {
      return RehearsalFacts(outcome: try rehearse(abilities))
    } catch {
      let failure = SetUpFailure(stage: .namespaces, step: "make a process in new namespaces", error: error)
      return RehearsalFacts(outcome: .failed(failure))
    }
  }

  private static func rehearse(_ abilities: MachineAbilities?) throws(SysError) -> Outcome {
    let channel = try MessageChannel()
    guard let child = try ChildProcess.clone(into: []) else {
      let parent = LauncherLink(socket: channel.childEnd())
      start(parent, abilities)
      CurrentProcess.exit(0)
    }
    let socket = channel.parentEnd()
    let message = try socket.receive()
    let ending = try child.wait()
    switch message.flatMap(Report.init(message:)) {
    case .failed(let failure)?: return .failed(failure)
    case .ended?: return .worked
    case .ready?, .joined?, .listening?, .terminal?, .stopped?, nil:
      return .untold("the rehearsal ended without a word (\(ending.exitCode))")
    }
  }

  private static func start(_ parent: LauncherLink, _ abilities: MachineAbilities?) {
    do throws(SysError) {
      try StandardStream.leaveInputAndOutput()
      var facts = try HostFacts.gather()
      facts.abilities = abilities
      var request = PlanRequest(
        name: "doctor", programs: [ProgramRequest(command: program, workingFolder: .root)], grants: [])
      request.degrading.allowed = Degradation.allCases
      guard let plan = plan(request, facts) else { return }
      if let report = report(of: plan) { parent.report(report) }
    } catch {
      parent.report(.failed(SetUpFailure(stage: .sources, step: "look at this machine", error: error)))
    }
  }

  private static func plan(_ request: PlanRequest, _ facts: HostFacts) -> Plan? {
    do {
      return try Planner.plan(request, facts)
    } catch {
      return nil
    }
  }

  /// That the program is not there is the last thing to find out, and so the good end. nil when nothing was found out.
  private static func report(of plan: Plan) -> Report? {
    do throws(LaunchError) {
      return .ended(try Launcher.run(plan).ending)
    } catch {
      switch error {
      case .program(_, let error, _) where error.call == .access: return .ended(.exited(code: 0))
      case .program(_, let error, _):
        return .failed(SetUpFailure(stage: .execution, step: "execute a program", error: error))
      case .setUp(let failure): return .failed(failure)
      case .folderAsStream, .socketAsStream, .unknownProfile, .lost: return nil
      }
    }
  }
}
