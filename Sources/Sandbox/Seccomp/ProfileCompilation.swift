package import Planning

/// Profiles compiled ahead, as the Swift file that becomes part of this program.
package enum ProfileCompilation {
  /// The text of CompiledFilters.swift.
  package static func swiftFile(
    _ profiles: [(name: String, profile: SeccompProfile)]
  ) throws(SeccompCompiler.Failure) -> String {
    """
    // Made by scripts/compile-profiles from the files in profiles/; do not edit.

    extension CompiledFilter {
    \(try table("x86_64", profiles, .x86_64))

    \(try table("arm64", profiles, .arm64))
    }

    """
  }

  private static func table(
    _ architecture: String, _ profiles: [(name: String, profile: SeccompProfile)], _ table: SeccompCompiler.Table
  ) throws(SeccompCompiler.Failure) -> String {
    var lines = ["  static let \(architecture) = ["]
    for (name, profile) in profiles {
      lines.append("    CompiledFilter(\n      profile: \"\(name)\",\n      instructions: [")
      let words = try SeccompCompiler.compile(profile, table).map { hexadecimal($0.encoded) }
      for start in stride(from: 0, to: words.count, by: 5) {
        lines.append("        " + words[start..<min(start + 5, words.count)].joined(separator: ", ") + ",")
      }
      lines.append("      ]),")
    }
    return (lines + ["  ]"]).joined(separator: "\n")
  }

  private static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}
