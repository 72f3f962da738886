package import Linux

/// Why the folder of a running capsule cannot be used.
package enum RunFolderError: Error, Hashable, Sendable {
  /// No name of a running capsule.
  case badName(String)
  case relativePlace(variable: String)
  /// A link, or anything else but a folder, stands there.
  case notAFolder(path: String)
  case foreign(path: String, owner: UInt32)
  case openToOthers(path: String)
  /// A supervisor that answers has the name.
  case alreadyRunning(name: String, process: Int32)
  /// Somebody who lives has the name, and does not listen: he is just beginning or ending, or hangs.
  case notListening(name: String, process: Int32?)
  case system(SysError, doing: String)
}
