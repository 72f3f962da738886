import Foundation
import Testing

/// `capsrun build`
@Suite struct BuildTests {
  @Test func `the same files give the same id on any machine, and the same bytes with a given time`() throws {
    let one = try CapsulePlace(as: .user)
    try one.source()
    let id = try one.build()
    let other = try CapsulePlace(as: .root)
    try other.source("elsewhere")
    try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: other.folder("elsewhere/bin/main"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: other.folder("elsewhere/capsule.yml"))
    #expect(try other.build("elsewhere") == id)

    let epoch = ["SOURCE_DATE_EPOCH": "1700000000"]
    let first = try one.capsrun("build", "app", "-o", "fixed.tar.gz", environment: epoch)
    let odd = ["TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/nowhere"]
    let second = try other.capsrun(
      "build", "--from-dir", "elsewhere", "--output", "fixed.tar.gz", environment: epoch.merging(odd) { $1 })
    #expect(first.exitCode == 0 && second.exitCode == 0, "\(first) \(second)")
    #expect(try one.bytes("fixed.tar.gz") == other.bytes("fixed.tar.gz"))
    #expect(try one.bytes("fixed.tar.gz") != one.bytes("app.tar.gz"))
  }

  @Test func `the three syntaxes of a manifest give the same id`() throws {
    let place = try CapsulePlace()
    let texts = [
      "capsule.yml": CapsulePlace.manifest + "# a comment\nenv: {A: 'x y'}\n",
      "capsule.toml": "capsule = 1\nname = \"demo\"\nversion = \"1.0.0\"\nentrypoint = \"bin/main\"\nenv.A = \"x y\"\n",
      "capsule.json": #"{"env":{"A":"x y"},"entrypoint":"bin/main","version":"1.0.0","name":"demo","capsule":1}"#,
    ]
    var ids: Set<String> = []
    for (file, text) in texts {
      let name = "in-" + file.suffix(4).replacing(".", with: "")
      try place.source(name)
      try FileManager.default.removeItem(atPath: place.folder("\(name)/capsule.yml"))
      try place.folder.file("\(name)/\(file)", text)
      ids.insert(try place.build(name, to: name + ".tar.gz"))
    }
    #expect(ids.count == 1)
  }

  @Test func `the default name and the lines of success are those that are promised`() throws {
    let place = try CapsulePlace()
    try place.source()
    let outcome = try place.capsrun("build", "app")
    let match = try #require(
      outcome.output.wholeMatch(
        of: /Capsule built successfully: (.*)\nBUILD_SHA: ([0-9a-f]{64})\nSize: ([0-9]+\.[0-9]{2}) MB\n/), "\(outcome)")
    #expect(match.1 == "capsule-demo-\(match.2.prefix(12)).tar.gz")
    #expect(try place.bytes(String(match.1)).starts(with: [0x1F, 0x8B]))
    let quiet = try place.capsrun("build", "--quiet", "app", "-o", "x.tar.zst")
    #expect(quiet.output.isEmpty && quiet.exitCode == 0)
    #expect(try place.bytes("x.tar.zst").starts(with: [0x28, 0xB5, 0x2F, 0xFD]))
  }

  @Test func `metadata tells time, host and counts, and no host for a given time`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.build()
    let text = try Spawn(["/usr/bin/tar", "xOzf", place.folder("app.tar.gz"), ".capsule_metadata.json"]).run().output
    let host = ProcessInfo.processInfo.hostName.split(separator: ".").first ?? ""
    #expect(text.contains("\"build_host\": \"\(host)"))
    #expect(text.contains("\"file_count\": 2,"))
    let given = try place.capsrun("build", "--json", "--dry-run", "app", environment: ["SOURCE_DATE_EPOCH": "86400"])
    #expect(given.output.contains("\"build_time\": \"1970-01-02T00:00:00Z\""))
    #expect(!given.output.contains("build_host"))
    let wrong = try place.capsrun("build", "app", environment: ["SOURCE_DATE_EPOCH": "yesterday"])
    #expect(wrong.exitCode == 64 && wrong.errors.contains("SOURCE_DATE_EPOCH is \"yesterday\""))
  }

  @Test func `a missing entrypoint and a missing environment are told word for word`() throws {
    let place = try CapsulePlace()
    try place.source(manifest: "capsule: 1\nname: demo\nentrypoint: bin/absent\n")
    let missing = try place.capsrun("build", "app")
    #expect(
      missing.exitCode == 65 && missing.errors.hasPrefix("ERROR: Entrypoint not found: bin/absent\n"), "\(missing)")
    #expect(try place.folder.entries() == ["app"])
    try place.folder.file("app/capsule.yml", "capsule: 1\nname: demo\nentrypoint: serve.py\n")
    try place.folder.file("app/serve.py", "print()\n")
    let warned = try place.capsrun("build", "app")
    #expect(warned.exitCode == 0, "\(warned)")
    #expect(warned.errors.hasPrefix("WARNING: Python entrypoint found but no venv included\n  hint: include a venv"))
    #expect(try place.capsrun("build", "app", "--strict").exitCode == 65)
  }

  @Test func `files come to their places, and what is ignored stays out and does not count`() throws {
    let place = try CapsulePlace()
    try place.source(
      manifest: """
        capsule: 1
        name: demo
        files: {config/prod.env: config/.env}
        processes:
          web: {cmd: ./server, files: {dist/server: server}}
          job: {cmd: bin/main, cwd: work/deep}

        """)
    for folder in ["config", "dist", "secret"] { try place.folder.folder("app/\(folder)") }
    try place.folder.file("app/config/prod.env", "A=1\n")
    try place.folder.file("app/dist/server", "#!/bin/sh\n", mode: 0o755)
    try place.folder.file("app/secret/key", "key\n")
    try place.folder.file("app/.capsuleignore", "/secret/\n/dist/\n")
    let id = try place.build()
    let listing = try Spawn(["/usr/bin/tar", "xOzf", place.folder("app.tar.gz"), ".capsule_listing"]).run().output
    let paths = listing.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").last }
    #expect(
      paths == [
        "bin", "bin/main", "capsule.yml", "config", "config/.env", "config/prod.env", "web", "web/server", "work",
        "work/deep",
      ])
    #expect(listing.contains("file\t0755\t10\t"))
    try place.folder.file("app/secret/other", "more\n")
    #expect(try place.build() == id)
    let why = try place.capsrun("build", "app", "--why", "secret/key")
    #expect(why.exitCode == 1)
    #expect(why.output == "secret/key: left out with \"secret\": .capsuleignore:1: /secret/\n")
    #expect(try place.capsrun("build", "app", "--why", "bin/main").output == "bin/main: packed\n")
  }

  @Test func `all that cannot be packed is told at once, and nothing is written`() throws {
    let place = try CapsulePlace()
    try place.source(
      manifest: """
        capsule: 1
        name: demo
        entrypoint: bin/main
        readme: README.md
        exclude: ["a//b"]
        files: {absent: x, bin/main: capsule.yml/y, bin: z, bin/main2: z}

        """)
    #expect(mkfifo(place.folder("app/pipe"), 0o600) == 0)
    try place.folder.file("app/tab\there")
    let outcome = try place.capsrun("build", "app")
    #expect(outcome.exitCode == 65)
    for part in [
      "\"pipe\" cannot be packed: it is neither a file", "\"tab\there\" cannot be packed",
      "readme names \"README.md\"",
      "the pattern \"a//b\" of exclude", "\"absent\": \"x\" of files names a source that is not there",
      "\"bin/main\": \"capsule.yml/y\" of files would replace \"capsule.yml\"",
    ] { #expect(outcome.errors.contains(part), "\(part) in \(outcome.errors)") }
    #expect(try place.folder.entries() == ["app"])
    let json = try place.capsrun("build", "--json", "app")
    #expect(json.exitCode == 65 && json.errors.contains("\"exit_code\": 65"))
  }

  @Test(arguments: [
    ("evil", "/etc/passwd", "which leads out"), ("evil", "../x", "which leads out"), ("evil", "evil", "leads back"),
  ])
  func `a link that leads out cannot be packed`(name: String, target: String, reason: String) throws {
    let place = try CapsulePlace()
    try place.source()
    try FileManager.default.createSymbolicLink(atPath: place.folder("app/\(name)"), withDestinationPath: target)
    let outcome = try place.capsrun("build", "app")
    let expected = target.hasPrefix("/") ? "is a link to the absolute path" : reason
    #expect(
      outcome.exitCode == 65
        && outcome.errors.contains("\"evil\" cannot be packed: it \(target.hasPrefix("/") ? "" : "is a link")"))
    #expect(outcome.errors.contains(expected), "\(outcome)")
    try FileManager.default.removeItem(atPath: place.folder("app/\(name)"))
    try FileManager.default.createSymbolicLink(atPath: place.folder("app/good"), withDestinationPath: "bin/main")
    #expect(try place.capsrun("build", "app").exitCode == 0)
  }

  @Test func `wrong options are refused, and nothing is half written`() throws {
    let place = try CapsulePlace()
    try place.source()
    for (arguments, part) in [
      (["app", "-o", "x.zip"], "does not say what kind of file"),
      (["app", "-o", "x.tar.gz", "--zstd"], "is the name of a gzip"),
      (["app", "--from-dir", "app"], "two things are given"),
    ] {
      let outcome = try Capsrun.run(
        ["build"] + arguments, as: place.caller, environment: place.environment, workingFolder: place.folder.path)
      #expect(outcome.exitCode == 64 && outcome.errors.contains(part), "\(outcome)")
    }
    let absent = try place.capsrun("build", "absent")
    #expect(absent.exitCode == 66)
    let unwritable = try place.capsrun("build", "app", "-o", "/proc/x.tar.gz")
    #expect(
      unwritable.exitCode == 125 && unwritable.errors.contains("cannot write \"/proc/x.tar.gz\""), "\(unwritable)")
    #expect(try place.folder.entries() == ["app"])
  }

  @Test func `a zip archive gives the id of the folder that it was made from`() throws {
    let place = try CapsulePlace()
    try place.source()
    let id = try place.build()
    let zipping = Spawn(
      try place.caller.commandLine([
        "/usr/bin/python3", "-c",
        """
        import os, sys, zipfile
        with zipfile.ZipFile("../app.zip", "w") as archive:
            for folder, _, files in os.walk("."):
                for file in files: archive.write(os.path.join(folder, file))
        """,
      ]))
    var spawn = zipping
    spawn.workingFolder = place.folder("app")
    #expect(try spawn.run().exitCode == 0)
    let outcome = try place.capsrun(
      "build", "--from-zip", "app.zip", "-o", "z.tar.gz", environment: ["TMPDIR": place.folder.path])
    #expect(outcome.output.contains("BUILD_SHA: \(id)\n"), "\(outcome)")
    #expect(try place.folder.entries() == ["app", "app.tar.gz", "app.zip", "z.tar.gz"])
    try place.folder.file("evil.zip", "PK")
    let evil = try place.capsrun("build", "--from-zip", "evil.zip", environment: ["TMPDIR": place.folder.path])
    #expect(evil.exitCode == 65 && evil.errors.contains("\"evil.zip\""), "\(evil)")
    #expect(try place.folder.entries().count == 5)
  }

  @Test func `a bill of materials is written beside the capsule, the same each time`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.folder.file("app/package.json", #"{"name": "left-pad", "version": "1.3.0", "license": "WTFPL"}"#)
    #expect(try place.capsrun("build", "app", "--sbom", "-o", "one.tar.gz").output.contains("one.tar.gz.cdx.json\n"))
    #expect(try place.capsrun("build", "app", "--sbom", "-o", "two.tar.gz").exitCode == 0)
    let text = String(decoding: try place.bytes("one.tar.gz.cdx.json"), as: UTF8.self)
    #expect(text.contains("\"pkg:npm/left-pad@1.3.0\"") && text.contains("\"specVersion\": \"1.5\""))
    #expect(try place.bytes("one.tar.gz.cdx.json") == place.bytes("two.tar.gz.cdx.json"))
  }

  @Test func `build signs with a key, and a wrong password leaves nothing behind`() throws {
    let place = try CapsulePlace()
    try place.source()
    try place.key("k")
    let outcome = try place.capsrun("build", "app", "--sign", "k.key", "-o", "app.tar.gz")
    #expect(outcome.exitCode == 0 && outcome.output.contains("Signed by: key "), "\(outcome)")
    #expect(try place.capsrun("run", "app.tar.gz").output == "it runs\n")
    let before = try place.folder.entries()
    let missing = try place.capsrun("build", "app", "--sign", "absent.key", "-o", "other.tar.gz")
    #expect(missing.exitCode == 66, "\(missing)")
    #expect(try place.folder.entries() == before)
  }

  @Test func `what a build writes into its own folder is no part of the next one`() throws {
    let place = try CapsulePlace()
    try place.source()
    let id = try place.build()
    for _ in 0..<2 { #expect(try place.build(to: "app/out.tar.gz") == id) }
    let inside = try place.capsrun("build", "--sbom", "-o", "out.tar.gz", at: place.folder("app"))
    #expect(inside.output.contains("BUILD_SHA: \(id)\n"), "\(inside)")
    #expect(try place.capsrun("build", "-o", "out.tar.gz", at: place.folder("app")).output.contains(id))
  }
}
