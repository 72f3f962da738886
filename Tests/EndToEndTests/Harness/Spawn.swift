import Foundation

/// A command that is about to be started, with nothing inherited that is not named here.
struct Spawn {
  /// Where standard output goes; standard error always goes to a file of its own, except on a terminal.
  enum Output {
    case captured
    case file(String)
    case pipe
    /// A terminal by its path, for all three streams; it becomes the controlling terminal of a new session.
    case terminal(String)
  }

  enum Input {
    case none
    case bytes([UInt8])
    /// Open until `RunningProcess.closeInput`.
    case pipe
  }

  var commandLine: [String]
  var environment: [String: String] = ["PATH": "/usr/bin:/bin"]
  var input = Input.none
  var output = Output.captured
  var workingFolder = "/"
  /// Further files to have open, by number.
  var descriptors: [Int32: String] = [:]

  init(_ commandLine: [String]) { self.commandLine = commandLine }

  func run() throws -> Outcome { try start().wait() }

  /// One lock for all that makes descriptors or children, so that no child gets a descriptor of another test.
  static let lock = NSLock()

  func start() throws -> RunningProcess {
    try Self.lock.withLock {
      let ends = try ChildEnds(self)
      // Swift does not see posix_spawn_file_actions_addchdir_np(3).
      let inFolder = ["/usr/bin/env", "-C", workingFolder] + commandLine
      let pid = try ends.actions.spawn(inFolder, environment, newSession: ends.hasTerminal)
      return RunningProcess(
        pid: pid, output: ends.output, errors: ends.errors, inputPipe: ends.inputPipe, outputPipe: ends.outputPipe)
    }
  }
}

/// The files of a child, as its parent prepares them.
private struct ChildEnds {
  let actions = SpawnActions()
  let output: CaptureFile
  let errors: CaptureFile
  var inputPipe: FileDescriptor?
  var outputPipe: FileDescriptor?
  var hasTerminal = false

  init(_ spawn: Spawn) throws {
    output = try CaptureFile()
    errors = try CaptureFile()
    switch spawn.output {
    case .captured: actions.connect(output.descriptor, to: 1)
    case .file(let path): actions.open(path, O_WRONLY, as: 1)
    case .pipe:
      let pipe = try PipeEnds()
      outputPipe = pipe.reading
      actions.connect(pipe.writing, to: 1)
    case .terminal(let path):
      hasTerminal = true
      actions.open(path, O_RDWR, as: 0)
      actions.connect(number: 0, to: 1)
      actions.connect(number: 0, to: 2)
    }
    if !hasTerminal { try connectInput(spawn.input) }
    if !hasTerminal { actions.connect(errors.descriptor, to: 2) }
    for (number, path) in spawn.descriptors { actions.open(path, O_RDONLY, as: number) }
  }

  private mutating func connectInput(_ input: Spawn.Input) throws {
    switch input {
    case .none: actions.open("/dev/null", O_RDONLY, as: 0)
    case .bytes(let bytes): actions.connect(try CaptureFile(holding: bytes).descriptor, to: 0)
    case .pipe:
      let pipe = try PipeEnds()
      inputPipe = pipe.writing
      actions.connect(pipe.reading, to: 0)
    }
  }
}
