package import Linux

/// Something that was refused to the program or its children. It tells what was asked for and not what came of that: programs
/// live with refusals every day.
package struct Denial: Hashable, Sendable {
  /// The system call's name.
  package let call: String
  /// The call with its arguments, as text of one line. What stands in memory, such as a path, was read while the call waited
  /// and may have been changed by another thread meanwhile.
  package let text: String
  /// What the call ended with; 0 where a profile lets a call look as if it had succeeded.
  package let errno: Errno
  /// What refused it.
  package let layer: Layer
  /// Who made the call first, as far as it could be seen.
  package let process: Caller?
  /// What would let it through.
  package let remedy: Remedy
  /// How many times it was refused.
  package var count = 1
  /// The place of its last time among all refusals of the run.
  package var last = 0

  package enum Layer: String, Hashable, Sendable {
    case seccomp
  }

  /// A process inside, by its id and its name there. It has given itself that name.
  package struct Caller: Hashable, Sendable {
    package let id: Int
    package let name: String
  }

  package enum Remedy: Hashable, Sendable {
    /// The narrowest of the profiles with names that lets exactly this call through.
    case profile(String)
    /// The program has a profile that is one of the user's own files, and this could allow it.
    case ownProfile(String)
    /// Nothing lets it through.
    case nothing
  }
}

/// The refusals of one run: as many different ones as there is room for, in the order of their first time.
package struct DenialList: Hashable, Sendable {
  package var all: [Denial] = []
  /// How many refusals found no more room.
  package var further = 0
  /// Why no refusals of files are among them; nil when they are.
  package var withoutFiles: String?

  package var isEmpty: Bool { all.isEmpty && further == 0 }

  package init() {}
}
