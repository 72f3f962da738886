import Testing

/// A process of an installed capsule: where it starts, with what, and what of its files it finds.
@Suite struct InstalledProcessTests {
  private static let manifest = """
    capsule: 1
    name: demo
    version: 1.0.0
    env: {A: everywhere, B: everywhere, C: "$HOME `id` 'c'"}
    processes:
      web:
        cmd: ./node/bin/node
        args: ["two  words", "ü", "", "$HOME", "*", "a\\tb"]
        env: {B: own}
      other: {cmd: helper, cwd: /capsule}

    """

  private static let node = """
    #!/bin/sh
    pwd -P; stat -c %a .
    for a in "$@"; do printf '<%s>' "$a"; done; echo
    tr '\\0' '\\n' < /proc/$$/environ | sort
    helper
    """

  private func place(as caller: Caller) throws -> CapsulePlace {
    let place = try CapsulePlace(as: caller)
    try place.source(manifest: Self.manifest)
    for path in ["app/node", "app/node/bin"] { try place.folder.folder(path) }
    try place.folder.file("app/node/bin/node", Self.node, mode: 0o755)
    try place.folder.file("app/bin/helper", "#!/bin/sh\necho helped in $(pwd), $(stat -c %a $0)\n", mode: 0o755)
    try place.build()
    let installed = try place.capsrun("install", "--allow-unsigned", "app.tar.gz")
    try #require(installed.exitCode == 0, "\(installed)")
    return place
  }

  @Test(arguments: Caller.reachable)
  func `a process runs in the folder of its name, with its arguments and variables byte for byte`(
    caller: Caller
  ) throws {
    let place = try place(as: caller)
    // The caller's own folder and variables have nothing to do with it.
    let outcome = try place.capsrun("run", "--service", "web", "demo", environment: ["A": "caller", "SECRET": "x"])
    #expect(outcome.exitCode == 0, "\(outcome)")
    let lines = outcome.lines
    #expect(lines.prefix(3) == ["/capsule/web", "755", "<two  words><ü><><$HOME><*><a\tb>"], "\(outcome)")
    let id = try #require(place.installed().first)
    #expect(
      lines.dropFirst(3).dropLast() == [
        "A=everywhere", "B=own", "BUILD_SHA=\(id)", "C=$HOME `id` 'c'", "CAPSULE_ID=\(id)", "CAPSULE_NAME=demo",
        "HOME=/tmp", "LANG=C.UTF-8",
        "PATH=/capsule/bin:/usr/bin:/bin", "TMPDIR=/tmp",
      ], "\(outcome)")
    #expect(lines.last == "helped in /capsule/web, 555")
    let given = try place.capsrun(
      "run", "--service", "web", "--env", "B=given", "--env", "A", "demo", environment: ["A": "caller"])
    #expect(given.lines.contains("A=caller") && given.lines.contains("B=given"), "\(given)")
  }

  @Test(arguments: Caller.reachable)
  func `a program of bin is found by its name, and another one is told as missing`(caller: Caller) throws {
    let place = try place(as: caller)
    let found = try place.capsrun("run", "--service", "other", "demo")
    #expect(found.output == "helped in /capsule, 555\n", "\(found)")
    try place.source("none", manifest: Self.manifest.replacing("cmd: helper", with: "cmd: nothing"))
    let missing = try place.capsrun("run", "--service", "other", place.folder("none"))
    #expect(missing.exitCode == 127 && missing.errors.contains("nothing"), "\(missing)")
  }
}
