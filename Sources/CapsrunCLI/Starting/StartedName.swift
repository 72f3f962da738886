internal import Diagnostics
internal import Linux
internal import Supervision

/// The name that a capsule runs under, or is about to.
enum StartedName {
  /// Takes the name for this process, and says that it has it.
  static func claim(_ capsule: SupervisedCapsule) throws(RunFolderError) -> ClaimedRunFolder {
    let claimed = try RunFolder.claim(capsule.name)
    do throws(RunFolderError) {
      try say(who: capsule, in: claimed)
    } catch let failure {
      // What was made is removed again; the first failure is the one to tell.
      do throws(SysError) { try claimed.remove() } catch { throw failure }
      throw failure
    }
    return claimed
  }

  static func say(
    who capsule: SupervisedCapsule, in claimed: borrowing ClaimedRunFolder
  ) throws(RunFolderError) {
    let record = RunRecord(
      process: CurrentProcess.id, started: Clock.millisecondsOfCalendar, capsule: capsule.id ?? "")
    do throws(SysError) {
      try claimed.write(record)
    } catch {
      throw .system(error, doing: "say who runs \"\(capsule.name)\"")
    }
  }

  /// How what runs under it is; nil when nothing does.
  static func status(of name: String) throws(DiagnosticList) -> CapsuleStatus? {
    do throws(ControlError) {
      return try ControlClient.connect(name).status()
    } catch .notRunning {
      return nil
    } catch {
      throw DiagnosticList([error.diagnostic(of: name)])
    }
  }

  /// Stops all that runs under it, and returns when it is gone.
  static func stop(_ name: String) throws(DiagnosticList) {
    do throws(ControlError) {
      try ControlClient.connect(name).shutDown { _ in }
    } catch .notRunning {
      return
    } catch {
      throw DiagnosticList([error.diagnostic(of: name)])
    }
  }
}
