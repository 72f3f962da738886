package import Linux

/// One life of one process of a graph. Each start again is another generation, so that nothing that is heard of an earlier one, or comes
/// late, is taken for the present one.
package struct Instance: Hashable, Sendable {
  /// The place of the process among the nodes.
  package let process: Int
  /// Counted from 1 over all starts of this process.
  package let generation: Int

  package init(process: Int, generation: Int) {
    self.process = process
    self.generation = generation
  }
}

/// How far a process has come.
package enum ProcessState: String, Hashable, Sendable {
  /// Not looked at yet.
  case pending
  /// It waits for another one.
  case blocked
  /// It is being made.
  case starting
  /// `ready` and `unhealthy` only where a probe says so.
  case running, ready, unhealthy
  /// It was asked to end, or its last processes are being ended.
  case stopping
  /// It waits until it is started again.
  case backoff
  /// It has ended, and well.
  case completed
  /// It has ended, and is not started again.
  case failed
  /// It was stopped by hand, or shall not run at all.
  case disabled
}

/// What happens to a graph. Whatever names an instance that is not the present one any more changes nothing.
package enum GraphEvent: Hashable, Sendable {
  /// All are to run.
  case begin
  /// It has become its program.
  case spawned(Instance)
  /// It could not be made, for this reason, and nothing of it is left: neither `ended` nor `emptied` follows.
  case spawnFailed(Instance, String)
  /// Its probe found it ready, or not any more.
  case ready(Instance)
  case unready(Instance)
  /// Its first process has ended; others of it may go on.
  case ended(Instance, Ending)
  /// The last process of it has ended; may come before `ended`, and must come for each that was spawned.
  case emptied(Instance)
  /// A moment has come that was asked for by `nextMoment`.
  case moment
  /// By hand: these processes, or all of them where nil. `stop`, `restart` and `kill` are never followed by the restart rule. `start` of
  /// all leaves those alone that are completed.
  case stop([Int]?)
  case start([Int]?)
  case restart([Int]?)
  case kill([Int]?)
}

/// What is to be done, in this order.
package enum GraphAction: Hashable, Sendable {
  case spawn(Instance)
  /// To its first process.
  case signal(Instance, Signal)
  /// To all that it has left behind when its first process has ended.
  case signalRest(Instance, Signal)
  /// To every process of it; also for one that is only just being made, and then again once it is there.
  case kill(Instance)
  /// For a probe of the log before `spawn`, so that no line is missed.
  case beginProbe(Instance)
  case endProbe(Instance)
  /// To be told to those who listen, and written to the history.
  case changed(process: Int)
  /// A start by `begin` has come to its end: every process has come as far as it shall, or one that was needed cannot any more.
  case settled(isWhole: Bool)
  /// Nothing of it runs, and nothing is going to.
  case idle
}
