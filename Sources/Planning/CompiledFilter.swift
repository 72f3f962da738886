/// A seccomp profile as the kernel loads it. Those of `profiles/` are compiled ahead, into CompiledFilters.swift, so that a
/// start neither reads nor compiles anything, and nothing on disk can stand in for them.
package struct CompiledFilter: Hashable, Sendable {
  package let profile: String
  /// BPF instructions, each as the eight bytes of `struct sock_filter` in one little-endian number.
  package let instructions: [UInt64]

  package init(profile: String, instructions: [UInt64]) {
    self.profile = profile
    self.instructions = instructions
  }

  /// The filter of a profile by its name, for the architecture that this program was built for.
  package static func named(_ name: String) -> CompiledFilter? { all.first { $0.profile == name } }

  /// The names of all profiles, for messages.
  package static var names: [String] { all.map(\.profile) }
}

#if arch(x86_64)
  extension CompiledFilter { package static let all = x86_64 }
#elseif arch(arm64)
  extension CompiledFilter { package static let all = arm64 }
#else
  #error("capsrun has no seccomp filters for this architecture")
#endif
