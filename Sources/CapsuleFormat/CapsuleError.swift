package import Diagnostics
package import Linux

/// Why nothing came of working with a capsule.
package enum CapsuleError: Error, Hashable, Sendable {
  /// A call to the kernel failed while this was done.
  case system(SysError, while: String)
  /// The archive of this name is not one to take.
  case archive(ArchiveProblem, file: String)
  /// The zip archive of this name is not one to take.
  case zip(ZipProblem, file: String)
  /// What shall be packed would be refused when it is unpacked.
  case unfit(ArchiveProblem, Listing)
  case storeOfAnother(path: String, owner: UInt32)
  case storeOpenToOthers(path: String)
  case notAStore(path: String)
  case noRoom(needed: Int, free: Int, path: String)
  case noRoomInFolder(needed: Int, free: Int, path: String)
  /// A folder into which nothing is unpacked, as something lies in it.
  case notEmpty(path: String)
  /// Something of an installed capsule is not as it was.
  case damaged(CapsuleID, path: String)
  /// What is kept for a name is not what was written.
  case damagedAnswers(name: String, path: String)
  case notInstalled(word: String, known: [String])
  case ambiguous(word: String, among: [InstalledCapsule])
  /// The signature is one of another capsule.
  case signedForAnother(signed: CapsuleID, found: CapsuleID, file: String)
  case downgrade(name: String, version: String, floor: String)
  case inUse(CapsuleID)
  case active(CapsuleID, name: String)
  case pinned(CapsuleID)
  /// Nothing of this name was ever installed.
  case unknownName(String, known: [String])
  case nothingToRollBackTo(name: String)
  /// What stands in the place of a folder of state was not made by this program for this user.
  case foreignState(path: String, StateProblem)
  /// The state of a name is used by one that runs.
  case stateInUse(name: String)
  /// Another one runs that changes the files of this name.
  case runningAlone(name: String, process: Int?)
  case badManifest([Diagnostic])
}

/// Runs what may fail in the kernel, and says what it was for.
func attempt<Result: ~Copyable>(
  _ what: @autoclosure () -> String, _ body: () throws(SysError) -> Result
) throws(CapsuleError) -> Result {
  do throws(SysError) {
    return try body()
  } catch {
    throw .system(error, while: what())
  }
}

/// Runs what may find something wrong with an archive, and says of which.
func named<Result>(_ file: String, _ body: () throws(ArchiveProblem) -> Result) throws(CapsuleError) -> Result {
  do throws(ArchiveProblem) {
    return try body()
  } catch {
    throw .archive(error, file: file)
  }
}

/// Why something is not taken for a folder of state.
package enum StateProblem: Hashable, Sendable {
  case noFolder
  case owner(UInt32)
  case mode(UInt32)
}
