// Compiles seccomp profiles for every architecture, and prints them as a Swift file: CompileProfiles profiles/NAME.yml...
// A tool for developers: scripts/compile-profiles runs it, and a test fails when the file in the tree is stale.

internal import Linux
internal import Planning
internal import Sandbox

var profiles: [(name: String, profile: SeccompProfile)] = []
for path in CommandLine.arguments.dropFirst() {
  let bytes = try Descriptor.open(path, .read).readAll(of: path, limit: 1 << 20)
  let file = path.split(separator: "/").last ?? ""
  profiles.append((String(file.prefix { $0 != "." }), try SeccompProfile(file: path, bytes: bytes)))
}
try StandardStream.output.write(try ProfileCompilation.swiftFile(profiles))
