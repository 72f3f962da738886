internal import CLinux

/// An error number of the kernel.
package struct Errno: RawRepresentable, Hashable, Sendable {
  package let rawValue: CInt

  package init(rawValue: CInt) { self.rawValue = rawValue }

  /// Written out: what is derived is called from other modules by a table that each start would have to set up.
  package static func == (one: Errno, other: Errno) -> Bool { one.rawValue == other.rawValue }

  package static let notPermitted = Errno(rawValue: 1)
  package static let noSuchFile = Errno(rawValue: 2)
  package static let noSuchProcess = Errno(rawValue: 3)
  package static let inputOutput = Errno(rawValue: 5)
  package static let interrupted = Errno(rawValue: 4)
  package static let badDescriptor = Errno(rawValue: 9)
  package static let noChild = Errno(rawValue: 10)
  package static let tryAgain = Errno(rawValue: 11)
  package static let noMemory = Errno(rawValue: 12)
  package static let accessDenied = Errno(rawValue: 13)
  package static let badAddress = Errno(rawValue: 14)
  package static let noBlockDevice = Errno(rawValue: 15)
  package static let busy = Errno(rawValue: 16)
  package static let fileExists = Errno(rawValue: 17)
  package static let notDirectory = Errno(rawValue: 20)
  package static let crossesDevice = Errno(rawValue: 18)
  package static let isFolder = Errno(rawValue: 21)
  package static let tooManyFiles = Errno(rawValue: 24)
  package static let notTerminal = Errno(rawValue: 25)
  package static let invalidArgument = Errno(rawValue: 22)
  package static let noDevice = Errno(rawValue: 19)
  package static let fileTooLarge = Errno(rawValue: 27)
  package static let noSpace = Errno(rawValue: 28)
  package static let outOfRange = Errno(rawValue: 34)
  package static let tooManyNames = Errno(rawValue: 31)
  package static let brokenPipe = Errno(rawValue: 32)
  package static let readOnlyFileSystem = Errno(rawValue: 30)
  package static let tooManyUsers = Errno(rawValue: 87)
  package static let noRoute = Errno(rawValue: 101)
  package static let badState = Errno(rawValue: 77)
  package static let notConnected = Errno(rawValue: 107)
  package static let noQuota = Errno(rawValue: 122)
  /// What was done has not been done.
  package static let notRecoverable = Errno(rawValue: 131)
  package static let badLibrary = Errno(rawValue: 80)
  package static let notText = Errno(rawValue: 84)
  package static let notSupported = Errno(rawValue: 95)
  package static let notImplemented = Errno(rawValue: 38)
  package static let notEmpty = Errno(rawValue: 39)
  package static let tooManyLinks = Errno(rawValue: 40)
  package static let stale = Errno(rawValue: 116)
  package static let notExecutableFormat = Errno(rawValue: 8)

  /// The symbolic name, such as `ENOENT`.
  package var name: String {
    guard let name = cl_error_name(rawValue) else { return "errno \(rawValue)" }
    return String(cString: name)
  }

  /// The kernel's meaning in words, in English, starting in lower case.
  package var meaning: String {
    guard let text = cl_error_description(rawValue) else { return "unknown error" }
    let words = String(cString: text)
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}

extension Errno {
  /// The error of a symbolic name such as `EPERM`, or nil when the kernel has none of that name.
  package init?(name: String) {
    for number in CInt(1)..<134 where Errno(rawValue: number).name == name {
      self.init(rawValue: number)
      return
    }
    return nil
  }
}
