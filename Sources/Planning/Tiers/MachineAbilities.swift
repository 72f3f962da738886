/// What was found to be missing on this machine. Only a start that may do without something looks, as looking takes time.
package struct MachineAbilities: Hashable, Sendable {
  /// A layer that is not there, why, and the one thing to do about it.
  package struct Lack: Hashable, Sendable {
    package var layer: Degradation
    package var cause: String
    package var fix: String

    package init(_ layer: Degradation, cause: String, fix: String) {
      self.layer = layer
      self.cause = cause
      self.fix = fix
    }
  }

  package var lacks: [Lack] = []
  /// Of Landlock; 0 where there is none.
  package var landlockVersion: Int
  /// A path at which a folder can be made for one run alone; nil where there is no place for it.
  package var privateFolder: String?

  package init(landlockVersion: Int) { self.landlockVersion = landlockVersion }

  /// Why a layer is missing; nil where it is there, or nobody looked.
  package func lack(of layer: Degradation) -> Lack? { lacks.first { $0.layer == layer } }

  /// From this version on Landlock keeps signals inside.
  static let versionWithScopes = 6
}
