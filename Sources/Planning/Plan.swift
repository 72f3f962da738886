package import ManifestFormat

/// Everything that the launcher will do, decided before it does anything: a value that can be printed, compared and tested.
package struct Plan: Codable, Hashable, Sendable {
  /// The format of this value, counted up when an old reader would misunderstand a new plan.
  package var format = 1
  package var name: String
  package var identity: Identity
  package var namespaces: PlannedNamespaces
  /// What PID 1 does, in this order, before the program is forked.
  package var setup: [SetupStep]
  package var processes: [PlannedProcess]
  /// How strongly it confines.
  package var tier: Tier
  /// The layers that it does without, each because its starter said so.
  package var degraded: [Degraded]
  /// After how many milliseconds all of it is ended; nil for never.
  package var timeLimit: UInt64?
  /// What control groups hold all of it to; nil for nothing.
  package var limits: GroupLimits?
  /// What the manifest declares and this release does not execute: with any of that, nothing is run.
  package var notYet: [String]
  /// How its processes depend on each other, where they are supervised; nil for one in the foreground.
  package var graph: ProcessGraph?

  /// The one process of a plan that is run in the foreground, which whoever starts it has made sure of.
  package var foreground: PlannedProcess {
    precondition(processes.count == 1 && notYet.isEmpty, "only a whole plan of one process runs in the foreground")
    return processes[0]
  }
}

extension Plan {
  /// Whether there are no namespaces at all: a plan has all of them, or none. Not by `==`, which is generic code for such types,
  /// and is asked often on the way of a start.
  package var isFilterOnly: Bool {
    switch tier {
    case .filterOnly: true
    case .full, .reduced: false
    }
  }

  /// The plan as it may be shown: without the values of secrets.
  package var withoutSecrets: Plan {
    var plan = self
    for (index, process) in processes.enumerated() {
      plan.processes[index].environment = process.environment.map { variable in
        // By bytes: a sign that combines with the = is a part of the value.
        let name = variable.utf8.firstIndex(of: UInt8(ascii: "=")).map { String(variable[..<$0]) } ?? variable
        return process.secrets.contains(name) ? name + "=(secret)" : variable
      }
    }
    return plan
  }
}

/// A kind of namespace that the sandbox gets to itself.
package enum Namespace: String, Codable, Hashable, Sendable, CaseIterable {
  case user, mount, pid, network, ipc, uts, cgroup
}

/// Either a namespace of each kind, or none at all. It is printed as the list of them.
package enum PlannedNamespaces: Hashable, Sendable, Codable {
  case all, none

  package var kinds: [Namespace] { if case .all = self { Namespace.allCases } else { [] } }

  package func encode(to encoder: any Encoder) throws { try kinds.encode(to: encoder) }

  package init(from decoder: any Decoder) throws {
    self = try [Namespace](from: decoder).isEmpty ? .none : .all
  }
}

/// Who the workload is, inside and outside.
package struct Identity: Codable, Hashable, Sendable {
  /// Who sets the sandbox up, and so how owners and maps are handled.
  package enum Launcher: String, Codable, Hashable, Sendable {
    /// root: the workload becomes a reserved user of the host, and grants are shown to it with their owner mapped.
    case root
    /// An ordinary user: the workload is that user, under another number.
    case user
  }

  package var launcher: Launcher
  package var user: UInt32
  package var group: UInt32
  package var hostUser: UInt32
  package var hostGroup: UInt32
  /// Groups of the caller that the workload keeps, as only root can leave them; granted files may be reached by them.
  package var keptGroups: [UInt32]
  /// All users and groups that are mapped; nil for those two alone.
  package var range: IdentityRange?

  /// Whether root sets the sandbox up.
  package var isOfRoot: Bool { if case .root = launcher { true } else { false } }
}

/// The users and groups of a sandbox that has more than one of each.
package struct IdentityRange: Codable, Hashable, Sendable {
  /// Ids that follow each other, inside and outside.
  package struct Span: Codable, Hashable, Sendable {
    package var inside: UInt32
    package var outside: UInt32
    package var count: UInt32
  }

  package var users: [Span]
  package var groups: [Span]

  /// How many there are inside.
  package static let count: UInt32 = 65536
}

/// A program and what it starts with.
package struct PlannedProcess: Codable, Hashable, Sendable {
  package var name: String
  /// The files that are tried, in this order, until one is there.
  package var candidates: [String]
  /// The arguments, the program's own name first.
  package var arguments: [String]
  /// `KEY=value`, sorted by key.
  package var environment: [String]
  /// Declared variables that must be given a value before it can start.
  package var unset: [String]
  /// Variables whose values are shown to nobody but the program.
  package var secrets: [String]
  package var workingFolder: String
  /// What its standard streams are; nil for those of whoever starts it.
  package var streams: PlannedStreams?
  package var files: FileRights
  /// Limits of setrlimit(2), beside that no core file is ever written; nil for none.
  package var limits: [PlannedLimit]?
  /// How much it gives way to others; nil for as much as its starter.
  package var niceness: Int?
  /// What its own control group holds it to; nil for nothing.
  package var limitsOfGroup: GroupLimits?
  /// How much sooner than others it is killed for lack of memory; nil for as soon as its starter.
  package var outOfMemoryScore: Int?
  /// The name of the seccomp profile.
  package var seccomp: String
  /// The filter of a profile that is not part of this program; nil for one that is.
  package var ownFilter: FilterBytes?

  /// The filter under which it runs; nil when there is none of that name.
  package var filter: CompiledFilter? {
    ownFilter.map { CompiledFilter(profile: seccomp, instructions: $0.instructions) } ?? .named(seccomp)
  }
}

/// The standard streams of a program that are not its starter's.
package enum PlannedStreams: String, Codable, Hashable, Sendable {
  /// All three are a terminal of the sandbox's own.
  case terminal
  /// Standard error is its starter's.
  case terminalButErrors
}

/// A limit as in setrlimit(2): one number or two, of which nil is none.
package struct PlannedLimit: Codable, Hashable, Sendable {
  /// Without RLIMIT_, in lower case.
  package var name: String
  package var soft: UInt64?
  package var hard: UInt64?

  package init(name: String, soft: UInt64?, hard: UInt64?) {
    self.name = name
    self.soft = soft
    self.hard = hard
  }

  package var text: String {
    let hardText = hard.map(String.init) ?? "unlimited"
    return soft == hard ? hardText : "\(soft.map(String.init) ?? "unlimited"), at most \(hardText)"
  }
}
