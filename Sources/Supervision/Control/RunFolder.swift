internal import Linux

/// The folder of one running capsule: its control socket, the lock that its supervisor holds as long as it lives, and who that is.
package struct RunFolder: ~Copyable {
  package private(set) var name: String
  let folder: Descriptor
  let parent: Descriptor

  static let lockName = "lock"
  static let socketName = "control"
  static let recordName = "status"

  /// The folder of a name; nil when there is none.
  package static func open(_ name: String, in place: RunPlace? = nil) throws(RunFolderError) -> RunFolder? {
    guard RunName.isValid(name) else { throw .badName(name) }
    let place = try RunPlace.orOfCaller(place)
    guard let parent = try place.open(), let folder = try place.open(name, in: parent) else { return nil }
    return RunFolder(name: name, folder: folder, parent: parent)
  }

  init(name: String, folder: consuming Descriptor, parent: consuming Descriptor) {
    self.name = name
    self.folder = folder
    self.parent = parent
  }

  /// The names of all folders, sorted; some may be left of supervisors that were killed.
  package static func names(in place: RunPlace? = nil) throws(RunFolderError) -> [String] {
    let place = try RunPlace.orOfCaller(place)
    guard let parent = try place.open() else { return [] }
    do throws(SysError) {
      var names: [String] = []
      for bytes in try parent.entryNames() {
        let name = String(decoding: bytes, as: UTF8.self)
        if RunName.isValid(name), try isFolder(name, in: parent) { names.append(name) }
      }
      return names.sorted()
    } catch {
      throw .system(error, doing: "read \"\(place.path)\"")
    }
  }

  private static func isFolder(_ name: String, in parent: borrowing Descriptor) throws(SysError) -> Bool {
    do throws(SysError) {
      return try parent.status(ofEntry: name).kind == .folder
    } catch let error where error.errno == .noSuchFile {
      return false
    }
  }

  /// Gets the name of another one, which gets this one's, in one step: whoever opens a name meanwhile finds one of both.
  mutating func exchangeNames(with other: String) throws(SysError) {
    try parent.exchange(name, with: other)
    name = other
  }

  /// Whether the supervisor that it belongs to is alive, whatever it does.
  package func isClaimed() throws(RunFolderError) -> Bool {
    do throws(SysError) {
      let file = try folder.open(Self.lockName, .fileItself)
      return try FileLock.takeIfFree(.shared, on: file, Self.lockName) == nil
    } catch let error where error.errno == .noSuchFile {
      return false
    } catch {
      throw .system(error, doing: "look whether \"\(name)\" runs")
    }
  }

  /// Whether the supervisor of that name is alive.
  package static func isClaimed(_ name: String) throws(RunFolderError) -> Bool {
    guard let run = try RunFolder.open(name) else { return false }
    return try run.isClaimed()
  }

  /// What the supervisor has written of itself; nil when that was nothing.
  package func record() throws(RunFolderError) -> RunRecord? {
    do throws(SysError) {
      return RunRecord(bytes: try folder.open(Self.recordName, .fileItself).readAll(of: Self.recordName, limit: 4096))
    } catch let error where error.errno == .noSuchFile {
      return nil
    } catch {
      throw .system(error, doing: "read who runs \"\(name)\"")
    }
  }

  /// How long a supervisor may take to say something, in milliseconds: none that goes on is silent for so long.
  private static let patience = 15_000

  /// Connects to its supervisor; nil when nobody listens.
  func connect() throws(RunFolderError) -> LocalConnection? {
    do throws(SysError) {
      return try LocalConnection.connect(in: folder, to: Self.socketName, patience: Self.patience)
    } catch let error where [.noSuchFile, .connectionRefused].contains(error.errno) {
      return nil
    } catch let error where error.errno == .tryAgain {
      throw .notListening(name: name, process: try record()?.process)
    } catch {
      throw .system(error, doing: "connect to \"\(name)\"")
    }
  }

  /// Who listens at the socket; nil when nobody does.
  func listener() throws(RunFolderError) -> LocalConnection.Peer? {
    guard let connection = try connect() else { return nil }
    do throws(SysError) {
      return try connection.peer()
    } catch {
      throw .system(error, doing: "look who runs \"\(name)\"")
    }
  }
}
