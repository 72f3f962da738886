/// What keeps a file that is there from being executed, as it was found inside after execve(2) had refused it.
package struct ExecutionObstacle: Hashable, Sendable {
  /// What the file would be, of which there may be several on the way to one program.
  package enum Role: String, Hashable, Sendable, CaseIterable {
    case program
    /// What the first line of a script names.
    case interpreter
    /// What an ELF file names that is linked dynamically.
    case loader
  }

  package enum Problem: String, Hashable, Sendable, CaseIterable {
    case missing
    /// It is a link; the detail is the path at its end, where nothing is.
    case danglingLink
    /// The name ends with a carriage return, as the lines of Windows do.
    case carriageReturn
    /// The name is no absolute path, and nothing of that name is in the folder of the start.
    case relative
    /// The detail is the folder on the way that may not be entered.
    case unreachable
    case folder
    case noFile
    /// The detail is the mode, as an octal number.
    case notExecutable
    case mountWithoutExecution
    /// Owner and mode allow it, and the file rights of this process do not.
    case withheld
    case empty
    /// Neither an ELF file nor a script.
    case unknownFormat
    /// An ELF file of another kind, such as an object file.
    case noProgram
    /// An ELF file that ends too early, or contradicts itself.
    case damaged
    /// The detail is the processor that it is for.
    case otherMachine
    case nameless
    case cutName
    case tooManyInterpreters
  }

  package let problem: Problem
  package let role: Role
  package let file: String
  /// The file that names it; the program itself where it is the program's own problem.
  package let namedBy: String
  package let detail: String

  package init(_ problem: Problem, of role: Role, _ file: String, namedBy: String, detail: String = "") {
    self.problem = problem
    self.role = role
    self.file = file
    self.namedBy = namedBy
    self.detail = detail
  }
}
