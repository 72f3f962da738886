internal import Linux

extension ExecutionObstacle {
  /// Looks for what is in the way, as the process that could not become its program and with no other rights; nil when nothing
  /// is found. What is read here may be made to mislead; it can mislead nobody but its reader.
  static func find(after error: SysError, candidates: [String]) -> ExecutionObstacle? {
    do throws(SysError) {
      switch (error.call, error.errno) {
      case (.access, _):
        for path in candidates {
          if let end = try missingEnd(of: path) {
            return ExecutionObstacle(.danglingLink, of: .program, path, namedBy: path, detail: end)
          }
        }
        return nil
      case (_, .noSuchFile), (_, .notDirectory), (_, .accessDenied), (_, .notExecutableFormat), (_, .tooManyLinks),
        (_, .badLibrary), (_, .invalidArgument), (_, .inputOutput):
        return try FileToExecute(role: .program, path: error.subject, namedBy: error.subject).firstObstacle()
      default: return nil
      }
    } catch {
      // Then the kernel's own word has to do.
      return nil
    }
  }

  /// Where a link leads at last, when nothing is there; nil when `path` is no link, or leads somewhere.
  fileprivate static func missingEnd(of path: String) throws(SysError) -> String? {
    var end = path
    var links = 0
    while links < 40, let target = try target(of: end) {
      end = target.hasPrefix("/") ? target : end.parentFolder + target
      links += 1
    }
    return links == 0 || FileAccess.isThere(end) ? nil : end
  }

  private static func target(of path: String) throws(SysError) -> String? {
    do throws(SysError) {
      return try linkTarget(of: path)
    } catch let error where error.errno == .noSuchFile || error.errno == .notDirectory {
      return nil
    }
  }
}

/// A file on the way to a program: this itself, the interpreter of a script, which may be a script as well, or a loader.
private struct FileToExecute {
  let role: ExecutionObstacle.Role
  let path: String
  let namedBy: String

  /// Beyond these the kernel gives up.
  private static let mostInterpreters = 5

  func firstObstacle() throws(SysError) -> ExecutionObstacle? {
    var file = self
    for _ in 0...Self.mostInterpreters {
      switch try file.look() {
      case .clear: return nil
      case .obstacle(let obstacle): return obstacle
      case .needs(let next): file = next
      }
    }
    return file.obstacle(.tooManyInterpreters)
  }

  private indirect enum Finding {
    case clear
    case obstacle(ExecutionObstacle)
    case needs(FileToExecute)
  }

  private func obstacle(_ problem: ExecutionObstacle.Problem, _ detail: String = "") -> ExecutionObstacle {
    ExecutionObstacle(problem, of: role, path, namedBy: namedBy, detail: detail)
  }

  private func look() throws(SysError) -> Finding {
    let status: FileStatus
    do throws(SysError) {
      status = try Descriptor.open(path, .place).status(of: path)
    } catch {
      return try absence(error).map { .obstacle($0) } ?? .clear
    }
    guard status.kind == .file else { return .obstacle(obstacle(status.kind == .folder ? .folder : .noFile)) }
    guard FileAccess.mayExecute(path) else {
      return .obstacle(
        FileAccess.isOnMountWithoutExecution(path)
          ? obstacle(.mountWithoutExecution) : obstacle(.notExecutable, String(status.mode, radix: 8)))
    }
    // Whoever may execute it and not read it cannot see what it needs.
    guard FileAccess.mayRead(path) else { return .clear }
    do throws(SysError) {
      return try content(of: try Descriptor.open(path, .readWithoutWaiting), size: status.size)
    } catch let error where error.errno == .accessDenied {
      return .obstacle(obstacle(.withheld))
    }
  }

  /// Why it is not there.
  private func absence(_ error: SysError) throws(SysError) -> ExecutionObstacle? {
    switch error.errno {
    case .accessDenied: return obstacle(.unreachable, closedFolder)
    case .noSuchFile, .notDirectory:
      if role != .program, path.utf8.last == 0x0D { return obstacle(.carriageReturn) }
      if role != .program, path.utf8.first != UInt8(ascii: "/") { return obstacle(.relative) }
      if let end = try ExecutionObstacle.missingEnd(of: path) { return obstacle(.danglingLink, end) }
      return obstacle(.missing)
    default: return nil
    }
  }

  /// The last folder on the way that can be seen: it cannot be entered.
  private var closedFolder: String {
    var folder = path
    repeat {
      folder = String(folder.parentFolder.dropLast())
    } while !folder.isEmpty && !FileAccess.isThere(folder)
    return folder.isEmpty ? "/" : folder
  }

  private func content(of file: borrowing Descriptor, size: Int) throws(SysError) -> Finding {
    let head = try file.part(0..<min(size, ScriptLine.longest), of: path)
    func read(_ range: Range<Int>) throws(SysError) -> [UInt8] { try file.part(range, of: path) }
    if let program = try ELFProgram.read(header: head, size: size, read) { return needs(of: program) }
    if role == .loader { return .obstacle(obstacle(.unknownFormat)) }
    switch ScriptLine(head) {
    case .interpreter(let name, argument: _):
      return .needs(FileToExecute(role: .interpreter, path: name, namedBy: path))
    case .nameless: return .obstacle(obstacle(.nameless))
    case .cut: return .obstacle(obstacle(.cutName))
    case nil: return .obstacle(obstacle(head.isEmpty ? .empty : .unknownFormat))
    }
  }

  private func needs(of program: ELFProgram) -> Finding {
    if program.machine != Machine.architecture { return .obstacle(obstacle(.otherMachine, program.machine)) }
    guard program.loader != .unreadable else { return .obstacle(obstacle(.damaged)) }
    guard program.isProgram else { return .obstacle(obstacle(.noProgram)) }
    guard role != .loader, case .named(let loader) = program.loader else { return .clear }
    return .needs(FileToExecute(role: .loader, path: loader, namedBy: path))
  }
}

extension String {
  /// The path up to its last slash, with it; empty without one.
  fileprivate var parentFolder: String {
    utf8.lastIndex(of: UInt8(ascii: "/")).map { String(self[...$0]) } ?? ""
  }
}
