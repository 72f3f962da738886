import Foundation
import Testing

/// `examples/python-service`, as its README.md says.
@Suite struct PythonExampleTests {
  static let hasItsPython =
    FileManager.default.isExecutableFile(atPath: "/usr/bin/python3.11") && PythonProject.isPossible

  @Test(.enabled(if: hasItsPython || Requirements.mustWork, "the example is for Python 3.11"))
  func `the Python service builds, installs and runs`() throws {
    let place = try CapsulePlace()
    let source = try place.folder.copy(ofPackageFolder: "examples/python-service", as: "python-service")
    let made = try Spawn(
      try place.caller.commandLine(["/usr/bin/python3", source + "/make-venv", "/usr/bin/python3.11"])
    ).run()
    #expect(made.exitCode == 0, "\(made)")
    try place.key("author")
    let build = try place.capsrun(
      "build", "--from-dir", source, "--manifest", source + "/capsule.yml", "--output", "service.tar.gz", "--sign",
      "author.key", "--strict", "--require-pinned")
    #expect(build.exitCode == 0 && build.errors.isEmpty, "\(build)")
    #expect(build.output.contains("Capsule built successfully: service.tar.gz\n"))
    #expect(try place.capsrun("install", "service.tar.gz").exitCode == 0)
    #expect(try place.capsrun("explain", "python-service").output.contains("service-worker"))
    // By an ordinary user, who has limits only where a control group is delegated.
    let limited = try place.capsrun("run", "--service", "service-api", "python-service")
    #expect(
      limited.exitCode == 0 || limited.exitCode == 69 && limited.errors.contains("cannot hold cpu_quota, memory_max"),
      "no limit is left out in silence: \(limited)")

    // As README.md says: without the limits, for a machine that cannot hold them.
    let manifest = try String(contentsOfFile: source + "/capsule.yml", encoding: .utf8)
    let start = try #require(manifest.range(of: "resources:")).lowerBound
    let end = try #require(manifest.range(of: "dependencies:")).lowerBound
    try place.folder.file("python-service/capsule.yml", String(manifest[..<start] + manifest[end...]))
    #expect(try place.capsrun("build", "--output", "unlimited.tar.gz", source).exitCode == 0)
    try FileManager.default.removeItem(atPath: source)
    let installed = try place.capsrun("install", "--allow-unsigned", "--json", "unlimited.tar.gz")
    let told = try #require(try JSONSerialization.jsonObject(with: Data(installed.output.utf8)) as? [String: Any])
    let id = try #require(told["id"] as? String)
    for service in ["service-api", "service-worker"] {
      let run = try place.capsrun("run", "--service", service, id)
      #expect(run.exitCode == 0, "\(run)")
      #expect(
        run.output == (1...3).map { "Good day, visitor \($0)\n" }.joined() + "environment: /capsule/venv\n", "\(run)")
    }
  }
}
