import Foundation

/// posix_spawn(3): what is done in the child before the program is executed.
final class SpawnActions {
  private var actions = posix_spawn_file_actions_t()
  private var lent: [FileDescriptor] = []

  init() { posix_spawn_file_actions_init(&actions) }

  deinit { posix_spawn_file_actions_destroy(&actions) }

  func open(_ path: String, _ flags: Int32, as number: Int32) {
    posix_spawn_file_actions_addopen(&actions, number, path, flags, 0)
  }

  func connect(_ descriptor: FileDescriptor, to number: Int32) {
    lent.append(descriptor)
    connect(number: descriptor.number, to: number)
  }

  func connect(number: Int32, to target: Int32) { posix_spawn_file_actions_adddup2(&actions, number, target) }

  /// Starts the program with default signals and an empty mask, and closes what was lent to it here.
  func spawn(_ commandLine: [String], _ environment: [String: String], newSession: Bool) throws -> pid_t {
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    // POSIX_SPAWN_SETSID is 0x80, and Swift does not see it.
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (newSession ? 0x80 : 0)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let arguments = commandLine.map { strdup($0) }
    let variables = environment.map { strdup("\($0.key)=\($0.value)") }
    defer { for text in arguments + variables { free(text) } }
    var pid: pid_t = 0
    let error = posix_spawn(&pid, commandLine[0], &actions, &attributes, arguments + [nil], variables + [nil])
    lent = []
    guard error == 0 else { throw HarnessError("start \(commandLine[0])", errno: error) }
    return pid
  }
}
