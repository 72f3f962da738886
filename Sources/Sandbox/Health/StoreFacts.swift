package import Linux

/// What can be mounted of the file system that holds, or will hold, the store.
package struct StoreFacts: Hashable, Sendable {
  /// The store, or why it has no place.
  package var store: Result<String, StoreLocationError>
  /// The nearest folder on the way to it that exists.
  package var folder: Result<String, SysError>?
  /// An overlay on that folder, and one that lies in memory alone; nil when there are no namespaces to try it in.
  package var overlayOnStore: TrialOutcome?
  package var overlayInMemory: TrialOutcome?
  /// nil for whoever does not need it.
  package var idmapped: TrialOutcome?
  package var isRoot = false

  package init(store: Result<String, StoreLocationError>) { self.store = store }

  package var overlayVerdict: Verdict {
    let place: String
    switch (store, folder) {
    case (.failure(let error), _): return .unknown(error.problem, fix: error.fix)
    case (_, .failure(let error)?):
      return .unknown(
        "\(error.subject): \(error.errno.meaning) (\(error.errno.name))",
        fix: "set CAPSRUN_STORE to a folder that you may enter")
    case (_, .success(let path)?): place = path
    case (_, nil): return .unknown("cannot be tried")
    }
    switch (overlayOnStore, overlayInMemory) {
    case (.worked?, _): return .ok("works on \(place)")
    case (nil, _), (_, nil): return .unknown("cannot be tried without user namespaces")
    case (.some(let onStore), .worked?):
      return .degraded(
        "works, but not on \(place): \(onStore.problem ?? "")",
        fix: "put the store on ext4, xfs or btrfs with CAPSRUN_STORE")
    case (_, .some(let inMemory)):
      guard let error = inMemory.error else { return .unknown(inMemory.problem ?? "") }
      return .missing(
        inMemory.problem ?? "",
        fix: error.errno == .noDevice
          ? "as root: modprobe overlay" : "use Linux 5.11 or newer, with overlay allowed in user namespaces")
    }
  }

  package var idmappedVerdict: Verdict {
    guard isRoot else { return .ok("not needed by an ordinary user, so not tried") }
    guard case .success(let place)? = folder else { return .unknown("the store has no place") }
    switch idmapped {
    case .worked?: return .ok("work on \(place)")
    case nil: return .unknown("cannot be tried")
    case .lost?: return .unknown(idmapped?.problem ?? "")
    case .failed(let error)?:
      if error.call != .mount_setattr { return .unknown(idmapped?.problem ?? "") }
      return .missing(
        "not on \(place): \(idmapped?.problem ?? "")",
        fix: error.errno == .notImplemented
          ? "use Linux 5.12 or newer" : "put the store on ext4, xfs or btrfs with CAPSRUN_STORE")
    }
  }
}

/// Why it cannot be said where the store is.
package enum StoreLocationError: Error, Hashable, Sendable {
  case noHome
  case relative(variable: String)

  package var problem: String {
    switch self {
    case .noHome: "neither HOME nor XDG_DATA_HOME says where the store is"
    case .relative(let variable): "\(variable) is no absolute path"
    }
  }

  package var fix: String {
    switch self {
    case .noHome: "set HOME"
    case .relative(let variable): "set \(variable) to an absolute path"
    }
  }
}

/// Where the store lies. Nothing here makes it.
package enum StoreLocation {
  package static func path(
    isRoot: Bool, environment: (String) -> String?
  ) -> Result<String, StoreLocationError> {
    // A variable that is set to nothing counts as not set.
    func environmentValue(_ key: String) -> String? { environment(key).flatMap { $0.isEmpty ? nil : $0 } }
    if let chosen = environmentValue("CAPSRUN_STORE") { return absolute(chosen, "CAPSRUN_STORE", "") }
    if isRoot { return .success("/var/lib/capsrun") }
    // As the rules for these folders have it, a relative one is ignored.
    if let data = environmentValue("XDG_DATA_HOME"), data.hasPrefix("/") {
      return absolute(data, "XDG_DATA_HOME", "/capsrun")
    }
    guard let home = environmentValue("HOME") else { return .failure(.noHome) }
    return absolute(home, "HOME", "/.local/share/capsrun")
  }

  private static func absolute(
    _ path: String, _ variable: String, _ suffix: String
  ) -> Result<String, StoreLocationError> {
    guard path.hasPrefix("/") else { return .failure(.relative(variable: variable)) }
    var folder = path
    while folder.utf8.count > 1, folder.utf8.last == UInt8(ascii: "/") { folder.removeLast() }
    return .success(folder == "/" && !suffix.isEmpty ? suffix : folder + suffix)
  }

  /// The path itself and the folders above it, the nearest first.
  package static func candidates(_ path: String) -> [String] {
    var result = [path]
    var rest = path[...]
    while let slash = rest.lastIndex(of: "/"), slash != rest.startIndex {
      rest = rest[..<slash]
      if !rest.hasSuffix("/") { result.append(String(rest)) }
    }
    return path == "/" ? result : result + ["/"]
  }
}
