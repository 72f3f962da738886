/// Why nobody can say where logs lie.
package enum LogPlaceError: Error, Hashable, Sendable {
  case noHome
  case relative(variable: String)

  package var problem: String {
    switch self {
    case .noHome: "neither HOME nor XDG_STATE_HOME says where the logs are"
    case .relative(let variable): "\(variable) is no absolute path"
    }
  }

  package var fix: String {
    switch self {
    case .noHome: "set HOME, or CAPSRUN_LOGS to a folder"
    case .relative(let variable): "set \(variable) to an absolute path"
    }
  }
}

/// Where the logs of all capsules of a user lie.
package enum LogPlace {
  /// `CAPSRUN_LOGS`, or /var/log/capsrun for root, or in `XDG_STATE_HOME` or below the home of an ordinary user.
  package static func root(
    isRoot: Bool, environment: (String) -> String?
  ) throws(LogPlaceError) -> String {
    // A variable that is set to nothing counts as not set.
    func environmentValue(_ key: String) -> String? { environment(key).flatMap { $0.isEmpty ? nil : $0 } }
    if let chosen = environmentValue("CAPSRUN_LOGS") { return try absolute(chosen, "CAPSRUN_LOGS") }
    if isRoot { return "/var/log/capsrun" }
    // As the rules for these folders have it, a relative one is ignored.
    if let state = environmentValue("XDG_STATE_HOME"), state.hasPrefix("/") {
      return try absolute(state, "XDG_STATE_HOME") + "/capsrun/logs"
    }
    guard let home = environmentValue("HOME") else { throw .noHome }
    return try absolute(home, "HOME") + "/.local/state/capsrun/logs"
  }

  private static func absolute(_ path: String, _ variable: String) throws(LogPlaceError) -> String {
    guard path.hasPrefix("/") else { throw .relative(variable: variable) }
    return "/" + path.split(separator: "/").joined(separator: "/")
  }
}
