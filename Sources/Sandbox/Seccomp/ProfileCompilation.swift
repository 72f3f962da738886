package import Planning

/// Profiles compiled ahead, as Swift files that become part of this program.
package enum ProfileCompilation {
  package static func fileName(of profile: String) -> String { typeName(of: profile) + ".swift" }

  /// The text of a profile's file.
  package static func swiftFile(
    of name: String, _ profile: SeccompProfile
  ) throws(SeccompCompiler.Failure) -> String {
    """
    // Made by scripts/compile-profiles from profiles/\(name).yml; do not edit.

    /// \(profile.description)
    enum \(typeName(of: name)) {
    \(try constant("x86_64", profile, .x86_64))

    \(try constant("arm64", profile, .arm64))

      #if arch(x86_64)
        static var native: [UInt] { x86_64 }
      #elseif arch(arm64)
        static var native: [UInt] { arm64 }
      #else
        #error("capsrun has no seccomp filters for this architecture")
      #endif
    }

    """
  }

  private static func typeName(of profile: String) -> String {
    profile.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() + "Filter"
  }

  private static func constant(
    _ name: String, _ profile: SeccompProfile, _ table: SeccompCompiler.Table
  ) throws(SeccompCompiler.Failure) -> String {
    var lines = ["  static let \(name): [UInt] = ["]
    let words = try SeccompCompiler.compile(profile, table).map { hexadecimal($0.encoded) }
    for start in stride(from: 0, to: words.count, by: 5) {
      lines.append("    " + words[start..<min(start + 5, words.count)].joined(separator: ", ") + ",")
    }
    return (lines + ["  ]"]).joined(separator: "\n")
  }

  private static func hexadecimal(_ word: UInt) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
