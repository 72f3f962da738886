internal import Diagnostics
internal import Linux
internal import Sandbox

/// What keeps a program from running, in words.
extension ExecutionObstacle {
  /// `its interpreter "/x" is not there inside`
  func cause(of program: String) -> String {
    switch problem {
    case .missing: "\(subject(program)) is not there inside"
    case .danglingLink: "\(subject(program)) is a link to \(quoted(detail)), which is not there inside"
    case .carriageReturn:
      "\(firstLine(program)) ends with a carriage return, as lines of Windows do, which becomes a part of the "
        + "interpreter's name \(quoted(file))"
    case .relative: "\(subject(program)) is no absolute path, and is not in the folder of the start"
    case .unreachable: "\(subject(program)) lies behind \(quoted(detail)), a folder that may not be entered"
    case .folder: "\(subject(program)) is a folder"
    case .noFile: "\(subject(program)) is no regular file"
    case .notExecutable: "\(subject(program)) has the mode \(detail), which does not let this user execute it"
    case .mountWithoutExecution: "\(subject(program)) lies on a mount that forbids execution (noexec)"
    case .withheld: "\(subject(program)) is not granted to this process"
    case .empty: "\(subject(program)) is empty, without even a #! line"
    case .unknownFormat where role == .loader: "\(subject(program)) is no loader, as it is no ELF file"
    case .unknownFormat: "\(subject(program)) is neither an ELF file nor a script with a #! line"
    case .noProgram: "\(subject(program)) is an ELF file of another kind than a program, such as an object file"
    case .damaged: "\(subject(program)) is an ELF file that is cut off or damaged"
    case .otherMachine: "\(subject(program)) is for \(detail), and this machine is \(Machine.architecture)"
    case .nameless: "\(firstLine(program)) names no interpreter behind its #!"
    case .cutName: "\(firstLine(program)) is longer than the \(ScriptLine.longest - 1) bytes that Linux reads"
    case .tooManyInterpreters: "\(subject(program)) is the sixth of scripts that each are the interpreter of another"
    }
  }

  /// `isOnHost` tells whether a path is there outside of the sandbox.
  func remedy(isOnHost: (String) -> Bool) -> String {
    switch problem {
    case .missing, .danglingLink:
      let path = problem == .danglingLink ? detail : file
      guard isOnHost(path) else { return absentRemedy }
      return Self.isOfSystem(path)
        ? "use a base that has it, such as base: host in rootfs of the manifest"
        : "grant it with --read \(printable(Self.installation(of: path))) (fs_read in a manifest)"
    case .carriageReturn: return "take them out: sed -i 's/\\r$//' \(printable(namedBy))"
    case .relative where role == .loader: return "link it anew, with the whole path of its loader"
    case .relative: return "write its whole path there, or #!/usr/bin/env \(printable(file))"
    case .unreachable: return "chmod a+x \(printable(detail))"
    case .folder: return role == .program ? "name a program in it" : "name a program in it there"
    case .noFile: return "name a program"
    case .notExecutable: return "chmod +x \(printable(file))"
    case .mountWithoutExecution: return "copy it to another file system, or mount that one without noexec"
    case .withheld: return "add it to fs_read of the process in the manifest"
    case .empty: return "write the program again"
    case .unknownFormat where role == .loader, .damaged: return "get or build the file again"
    case .unknownFormat: return "start it with its interpreter, or give it a first line such as #!/bin/sh"
    case .noProgram: return "name the program that is made of it"
    case .otherMachine: return "get or build it for \(Machine.architecture)"
    case .nameless: return "write one, such as #!/bin/sh"
    case .cutName: return "use a shorter path, such as that of a link"
    case .tooManyInterpreters: return "name a program that is no script in one of their first lines"
    }
  }

  private var absentRemedy: String {
    switch role {
    case .program: return "make the link lead to a file that is granted"
    case .interpreter: return "install it, or write the path of another one in the first line of \(printable(namedBy))"
    case .loader:
      let library = file.contains("/ld-musl-") ? ", which is of musl (Alpine)" : ""
      return "the program was built for another system\(library): build it for this one, or link it statically"
    }
  }

  private func subject(_ program: String) -> String {
    switch role {
    case .program: "it"
    case .interpreter where namedBy == program: "its interpreter \(quoted(file))"
    case .loader where namedBy == program: "its loader \(quoted(file))"
    case .interpreter, .loader: "the \(role.rawValue) \(quoted(file)) of \(quoted(namedBy))"
    }
  }

  private func firstLine(_ program: String) -> String {
    let script = problem == .carriageReturn ? namedBy : file
    return script == program ? "its first line" : "the first line of \(quoted(script))"
  }

  /// Whether it is in what a base is there for: with the host's own it would be inside.
  private static func isOfSystem(_ path: String) -> Bool {
    ["/usr/", "/bin/", "/sbin/", "/lib"].contains { path.hasPrefix($0) }
  }

  /// What to grant so that a program has its own libraries: the folder above `bin`, unless that belongs to the system.
  private static func installation(of path: String) -> String {
    let names = path.split(separator: "/")
    guard names.count > 3, names[names.count - 2] == "bin", names.first != "usr" else { return path }
    return "/" + names.dropLast(2).joined(separator: "/")
  }
}
