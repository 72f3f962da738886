package import Diagnostics
internal import ManifestFormat

/// A profile as the OCI runtime specification writes it, or as Docker does: of all its entries those that apply here.
package struct OCIProfile: Sendable {
  /// Calls that get an answer where their arguments are such.
  package struct Entry: Hashable, Sendable {
    package var names: [String]
    package var action: SeccompInstruction.Action
    /// All of these must hold.
    package var conditions: [SeccompProfile.Condition] = []
  }

  /// The answer to a call that no entry answers.
  package internal(set) var otherwise = SeccompInstruction.Action.killProcess
  package internal(set) var entries: [Entry] = []
  /// Further architectures that it allows beside that of this machine, and no capsule gets.
  package internal(set) var foreignArchitectures: [String] = []

  /// The machine that it is read for.
  package struct Machine: Sendable {
    package var architecture: Architecture
    /// Major and minor number of the kernel.
    package var kernel: (major: Int, minor: Int)
    /// Whether any architecture has a call of this name.
    package var knowsCall: @Sendable (String) -> Bool

    package init(
      architecture: Architecture, kernel: (major: Int, minor: Int), knowsCall: @escaping @Sendable (String) -> Bool
    ) {
      self.architecture = architecture
      self.kernel = kernel
      self.knowsCall = knowsCall
    }
  }

  package enum Architecture: Hashable, Sendable {
    case x86_64, arm64

    /// As the specification calls it.
    var name: String { self == .x86_64 ? "SCMP_ARCH_X86_64" : "SCMP_ARCH_AARCH64" }
    /// As Docker calls it.
    var shortName: String { self == .x86_64 ? "amd64" : "arm64" }
    /// Those whose programs the same kernel can run.
    var relatives: [String] {
      self == .x86_64 ? ["SCMP_ARCH_X86", "SCMP_ARCH_X32"] : ["SCMP_ARCH_ARM"]
    }

    #if arch(x86_64)
      /// What this program is built for.
      package static let native = x86_64
    #elseif arch(arm64)
      /// What this program is built for.
      package static let native = arm64
    #endif
  }

  /// Reads a profile. What is unknown, or cannot be kept to, is an error with its place; nothing is passed over.
  package init(file: String, bytes: [UInt8], for machine: Machine) throws(Diagnostic) {
    let source = try SourceText(file: file, bytes: bytes)
    self = try OCIReader(source: source, machine: machine).profile(try SyntaxNode(json: source))
  }

  init() {}
}
