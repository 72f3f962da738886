/// What works elsewhere and not in a capsule, unless its manifest says so. Nothing is implied: its author is told.
struct ForeignHabit: Hashable {
  let message: String
  let hint: String
  let place: Place

  static func losingFiles(at place: Place) -> ForeignHabit {
    ForeignHabit(
      message: "writable: ephemeral loses files written at run time", hint: "name the folders to keep under state",
      place: place)
  }

  static func unreachable(port: String, at place: Place) -> ForeignHabit {
    ForeignHabit(
      message: "PORT is set and no listen grant",
      hint: "to be reached, add capabilities: listen: [\"\(port)\"]", place: place)
  }
}

extension Manifest {
  /// The habits that its author may have brought from elsewhere.
  var foreignHabits: [ForeignHabit] {
    var habits: [ForeignHabit] = []
    if let writable = rootfs.writable, writable.value == .ephemeral {
      habits.append(.losingFiles(at: Place(writable.position)))
    }
    // On the network of the host itself every port can be reached.
    if capabilities.listen.isEmpty, capabilities.network != .host, let port {
      habits.append(.unreachable(port: port.settled ?? "PORT", at: port.place))
    }
    return habits
  }

  /// The variable PORT, of the capsule or of its first process that has one.
  private var port: Variable? {
    environment["PORT"] ?? processes.lazy.compactMap { $0.environment["PORT"] }.first
  }
}

extension ManifestRules {
  /// In the native dialect an author has read what a capsule does; another was made for other programs.
  func warnOfHabits(_ decoder: inout ManifestDecoder) {
    // A grant that is wrong is none, and was meant.
    guard manifest.dialect != .native, !decoder.hasErrors else { return }
    for habit in manifest.foreignHabits { decoder.warning(habit.message, at: habit.place.position, hint: habit.hint) }
  }
}
