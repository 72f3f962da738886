/// A variable of a capsule that somebody may give a value to: it is declared, and at one place at least without a value.
package struct AskedVariable: Hashable, Sendable {
  package let name: String
  /// Where it is declared without a value: by the capsule, or by processes of it.
  private let declarations: [Variable]

  fileprivate init(name: String, declarations: [Variable]) {
    self.name = name
    self.declarations = declarations
  }

  package var isSecret: Bool { declarations.contains { $0.kind == .secret } }
  /// Whether something cannot start without a value.
  package var isRequired: Bool { declarations.contains { $0.fallback == nil } }
  /// Whether its author wants a person to be asked.
  package var wantsAnswer: Bool { isRequired || request != nil }

  package var kind: Variable.Kind { isSecret ? .secret : declarations[0].kind }
  package var values: [String] { declarations[0].values }
  package var request: String? { declarations.lazy.compactMap(\.request).first }
  package var description: String? { declarations.lazy.compactMap(\.description).first }
  package var fallback: String? { isRequired ? nil : declarations[0].fallback }

  /// Why a value is none for this variable, wherever it is declared; nil when it is one.
  package func problem(of value: String) -> String? {
    // The kernel ends a variable there, and nobody would find out.
    if value.utf8.contains(0) { return "holds a zero byte" }
    return declarations.lazy.compactMap { $0.problem(of: value) }.first
  }
}

extension Manifest {
  /// The variables that somebody may give a value to, by their names.
  package var askedVariables: [AskedVariable] {
    var declarations: [String: [Variable]] = [:]
    for variables in [environment] + processes.map(\.environment) {
      for (name, variable) in variables where variable.value == nil { declarations[name, default: []].append(variable) }
    }
    return declarations.map { AskedVariable(name: $0.key, declarations: $0.value) }.sorted { $0.name < $1.name }
  }
}
