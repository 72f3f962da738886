// Compiles seccomp profiles for every architecture, and writes each as a Swift file: CompileProfiles FOLDER GROUPS PROFILE....
// A tool for developers: scripts/compile-profiles runs it, and a test fails when a file in the tree is stale.

internal import Linux
internal import Planning
internal import Sandbox

guard CommandLine.arguments.count > 3 else {
  try StandardStream.error.write("usage: CompileProfiles FOLDER GROUPS PROFILE...\n")
  CurrentProcess.exit(64)
}

func file(_ path: String) throws -> ProfileFile {
  try ProfileFile(file: path, bytes: try Descriptor.open(path, .read).readAll(of: path, limit: 1 << 20))
}

func name(_ path: String) -> String { String((path.split(separator: "/").last ?? "").prefix { $0 != "." }) }

let folder = CommandLine.arguments[1]
var profiles: [String: ProfileFile] = [:]
for path in CommandLine.arguments.dropFirst(3) { profiles[name(path)] = try file(path) }
let library = try ProfileLibrary(groups: try file(CommandLine.arguments[2]), profiles: profiles)
for name in profiles.keys.sorted() {
  let text = try ProfileCompilation.swiftFile(of: name, try library.profile(name))
  try WholeFile.replace(folder + "/" + ProfileCompilation.fileName(of: name), with: Array(text.utf8))
}
