internal import Glibc

/// The arguments and the environment of a program that is about to be executed, in the form that the kernel takes.
package struct Program {
  private typealias Texts = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  private let arguments: Texts
  private let environment: Texts

  package init(arguments: [String], environment: [String]) {
    self.arguments = Self.texts(arguments)
    self.environment = Self.texts(environment)
  }

  /// With the environment of this process as it is.
  package init(arguments: [String]) {
    self.arguments = Self.texts(arguments)
    environment = environ
  }

  /// A copy that ends with NULL. Nobody frees it: either the program takes the place of this process, or the process ends.
  private static func texts(_ strings: [String]) -> Texts {
    let texts = Texts.allocate(capacity: strings.count + 1)
    var next = texts
    for string in strings {
      next.initialize(to: strdup(string))
      next += 1
    }
    next.initialize(to: nil)
    return texts
  }

  /// Executes the first of these files that is there; returns only by throwing. execve(2)
  ///
  /// As a shell does, it goes on past files that may not be executed, and tells of one of them in the end. When no
  /// candidate is there the error is that of access(2); an ENOENT of execve(2) means that the file is there, and what it
  /// needs to be run (its loader, or the interpreter after `#!`) is not.
  package func executeFirst(of candidates: [String]) throws(SysError) -> Never {
    var denied: SysError?
    for path in candidates {
      do throws(SysError) {
        try check(.execve, path) { execve(path, arguments, environment) }
      } catch {
        switch error.errno {
        case .noSuchFile where FileAccess.isThere(path), .notDirectory where FileAccess.isThere(path): throw error
        case .noSuchFile, .notDirectory: continue
        case .accessDenied: denied = denied ?? error
        default: throw error
        }
      }
    }
    throw denied ?? SysError(.access, candidates.first ?? "", .noSuchFile)
  }
}
