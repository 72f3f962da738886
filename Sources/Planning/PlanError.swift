package import ManifestFormat

/// Why something cannot be planned.
package enum PlanError: Error, Hashable, Sendable {
  /// A grant of the whole root, which would leave no sandbox.
  case grantOfEverything(source: String)
  /// A grant of the host's process list.
  case grantOfProcesses(source: String)
  /// A grant on a path that belongs to the sandbox itself.
  case grantOnReservedPath(target: String, reserved: String)
  /// Two grants that show different things at one path.
  case conflictingGrants(target: String, first: String, second: String)
  /// A read grant that is not there, in a folder that may be written: the program could make it.
  case unheldGrant(source: String, writable: String)
  /// A process's working folder is no path.
  case badWorkingFolder(process: String, folder: String, problem: String)
  /// The program's name is empty.
  case emptyCommand
  /// A process that was asked for is none of the capsule.
  case unknownProcess(name: String, known: [String])
  /// Variables that are declared and have no value.
  case missingVariables([MissingVariable])
  /// A value that was given for a variable is not of its type; that of a secret is not told.
  case badVariable(name: String, value: String?, problem: String)
  /// A process names a seccomp profile that there is no filter of.
  case unknownProfile(name: String)
  /// The capsule's Python is not of the version that it needs.
  case wrongPython(wanted: String, found: String)
  /// Whoever starts it asks for more than the manifest allows.
  case raisedLimit(LimitName, asked: String, allowed: String)
  /// The manifest names a base that was not looked for.
  case missingBase(name: String)
  /// The Python that would run the capsule is not there.
  case missingPython(CapsuleFolder.MissingPython)
  /// A layer is missing, and nobody said that it may be.
  case missingLayer(MachineAbilities.Lack)
  /// What can be had is weaker than what will do.
  case weakTier(reached: Tier, wanted: Tier, MachineAbilities.Lack)
  /// Landlock is missing as well, and then nothing would be left.
  case nothingHolds(MachineAbilities.Lack)
  /// A process is to have less than its capsule, which Landlock alone holds it to.
  case needsLandlock(process: String)
  /// What was asked for needs namespaces, and there are none.
  case needsNamespaces(String)
  /// There is no folder that could be made for one run alone.
  case noPrivateFolder

  package struct MissingVariable: Hashable, Sendable {
    package let name: String
    /// What its author wants people to be asked.
    package let request: String?
    package let isSecret: Bool

    package init(name: String, request: String?, isSecret: Bool) {
      self.name = name
      self.request = request
      self.isSecret = isSecret
    }
  }
}
