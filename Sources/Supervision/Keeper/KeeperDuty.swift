package import Linux
package import Planning

/// What a keeper is there for. It is a copy of the supervisor, so that this can hold anything.
package struct KeeperDuty {
  package typealias Tidy = () throws(SysError) -> Void

  /// The name under which the capsule runs.
  package var capsule: String
  /// The whole id of the capsule; empty for an unpacked folder.
  package var buildSHA: String
  /// Where the logs lie.
  package var folder: LogFolder
  /// By their place among the nodes.
  package var nodes: [(name: String, rule: LogRule)]
  /// Whether all lines also go to the caller's standard output and error, each with the name of its process.
  package var echoes: Bool
  /// What the keeper does first of all, with all that the supervisor has open still open.
  package var begin: () -> Void = {}
  /// What is done when the supervisor is gone: to remove control groups and the run folder.
  package var tidy: Tidy

  package init(
    capsule: String, buildSHA: String, folder: LogFolder, nodes: [(name: String, rule: LogRule)], echoes: Bool = false,
    tidy: @escaping Tidy = {}
  ) {
    self.capsule = capsule
    self.buildSHA = buildSHA
    self.folder = folder
    self.nodes = nodes
    self.echoes = echoes
    self.tidy = tidy
  }
}

/// What a keeper has to say.
package enum KeeperWord: Hashable, Sendable {
  /// The text that was expected has been written.
  case seen(process: Int, generation: Int)
  /// Logs cannot be written, for this reason. Told once until they can be again.
  case trouble(String)
  /// After trouble: all of them can be written again.
  case recovered
  /// It has ended, and nobody reads what the processes write.
  case gone
}

/// The ends that a process writes its output to. To be let go of as soon as it has them.
package final class OutputPipes {
  package let output: Descriptor
  package let errors: Descriptor

  init(output: consuming Descriptor, errors: consuming Descriptor) {
    self.output = output
    self.errors = errors
  }
}
