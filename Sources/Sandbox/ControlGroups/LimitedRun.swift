internal import Linux
internal import Planning

/// A run with control groups around it: made first, and removed whatever becomes of the run.
enum LimitedRun {
  static func run(
    _ plan: Plan, at place: GroupPlace?, _ body: (RunGroups) throws(LaunchError) -> Start.Outcome
  ) throws(LaunchError) -> Start.Outcome {
    guard let place else { preconditionFailure("limits that nobody has looked for a place of") }
    let groups: RunGroups
    do throws(SetUpFailure) {
      groups = try RunGroups.make(plan, at: place, for: plan.processes)
    } catch {
      throw .setUp(error)
    }
    var outcome: Start.Outcome
    do throws(LaunchError) {
      outcome = try body(groups)
    } catch {
      // The first failure is the one to tell.
      switch catching({ () throws(SysError) in try groups.remove() }) {
      case .success, .failure: throw error
      }
    }
    do throws(SysError) {
      try groups.remove()
    } catch {
      // Of a run that failed the failure is to tell; the next run removes what this one leaves.
      if case .ended(var result) = outcome {
        result.leftover = error
        outcome = .ended(result)
      }
    }
    return outcome
  }
}
