/// Where a requirement applies (PEP 508): `python_version < "3.11" and extra == "tls"`.
package indirect enum Marker: Hashable, Sendable {
  case comparison(MarkerComparison)
  case all([Marker])
  case any([Marker])

  /// Each variable that it looks at.
  package var variables: Set<MarkerVariable> {
    switch self {
    case .comparison(let comparison):
      Set([comparison.left, comparison.right].compactMap(\.variable))
    case .all(let parts), .any(let parts):
      parts.reduce(into: []) { $0.formUnion($1.variables) }
    }
  }

  /// Whether it holds there; `extra` is the one that is asked for.
  package func holds(in environment: MarkerEnvironment, extra: PackageName?) -> Bool {
    switch self {
    case .comparison(let comparison): comparison.holds(in: environment, extra: extra)
    case .all(let parts): parts.allSatisfy { $0.holds(in: environment, extra: extra) }
    case .any(let parts): parts.contains { $0.holds(in: environment, extra: extra) }
    }
  }
}

/// What a marker may look at.
package enum MarkerVariable: String, Hashable, Sendable, CaseIterable {
  case implementationName = "implementation_name"
  case implementationVersion = "implementation_version"
  case osName = "os_name"
  case platformMachine = "platform_machine"
  case platformPythonImplementation = "platform_python_implementation"
  case platformRelease = "platform_release"
  case platformSystem = "platform_system"
  case platformVersion = "platform_version"
  case pythonFullVersion = "python_full_version"
  case pythonVersion = "python_version"
  case sysPlatform = "sys_platform"
  case extra

  /// By its name, or by one that older requirements use.
  init?(name: String) {
    let modern = Self.olderNames[name] ?? name
    self.init(rawValue: modern)
  }

  private static let olderNames = [
    "os.name": "os_name", "sys.platform": "sys_platform", "platform.version": "platform_version",
    "platform.machine": "platform_machine", "platform.python_implementation": "platform_python_implementation",
    "python_implementation": "platform_python_implementation",
  ]

  var isVersion: Bool {
    switch self {
    case .implementationVersion, .platformRelease, .pythonFullVersion, .pythonVersion: true
    default: false
    }
  }

  /// Whether only the machine that runs a capsule knows its value: it is the kernel's.
  package var belongsToMachine: Bool { self == .platformRelease || self == .platformVersion }
}

/// One comparison of a marker; at least one side is a variable.
package struct MarkerComparison: Hashable, Sendable {
  package enum Side: Hashable, Sendable {
    case variable(MarkerVariable)
    case text(String)

    var variable: MarkerVariable? {
      if case .variable(let variable) = self { variable } else { nil }
    }
  }

  package enum Relation: Hashable, Sendable {
    case version(VersionSpecifier.Comparison)
    case isIn, isNotIn
  }

  package let left: Side
  package let relation: Relation
  package let right: Side

  /// The variable that says how the sides are compared.
  var subject: MarkerVariable? { left.variable ?? right.variable }
}
