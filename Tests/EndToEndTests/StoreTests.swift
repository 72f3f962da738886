import Foundation
import Testing

/// The commands about what is installed.
@Suite struct StoreTests {
  @Test func `list says of each capsule what it is, and always when nobody vouches for it`() throws {
    let place = try StorePlace()
    let nothing = try place("list")
    #expect(nothing.exitCode == 0 && nothing.output.isEmpty && nothing.errors.contains("nothing is installed"))
    let first = try place.install()
    try place.build("signed", "1.1.0")
    try place.place.makeKey("k")
    try place.place.sign("signed-1.1.0.tar.gz", with: "k")
    #expect(try place("trust", "add", "k.pub").exitCode == 0)
    #expect(try place("install", "signed-1.1.0.tar.gz").exitCode == 0)
    #expect(try place("activate", first).exitCode == 0)
    #expect(try place("pin", first).exitCode == 0)
    let lines = try place("list").output.split(separator: "\n").map(String.init)
    #expect(lines.count == 3 && lines[0].hasPrefix("NAME"))
    #expect(lines[1].contains(first.prefix(12)) && lines[1].hasSuffix("active, pinned, UNSIGNED"))
    #expect(lines[2].contains("1.1.0") && !lines[2].contains("UNSIGNED"))
    let capsules = try #require(try place.json("list")["capsules"] as? [[String: Any]])
    #expect(capsules.map { $0["signed"] as? Bool } == [false, true])
    #expect(capsules.map { $0["active"] as? Bool } == [true, false])
    #expect(capsules[0]["id"] as? String == first)
    let key = try place.place.keyID("k")
    #expect(capsules[1]["key"] as? String == key)
  }

  @Test func `the id can be computed from the listing that inspect shows`() throws {
    let place = try StorePlace()
    let id = try place.install()
    for word in ["hello", String(id.prefix(4)), "hello-1.0.0.tar.gz"] {
      let listing = try place("inspect", word, "--listing")
      try place.folder.file("listing", listing.output)
      let sum = try Spawn(["/usr/bin/sha256sum", place.folder("listing")]).run()
      #expect(sum.output.hasPrefix(id + " "), "\(word)")
      #expect(try place("id", word).output == id + "\n")
    }
  }

  @Test func `inspect reads a file without trusting it, and says so`() throws {
    let place = try StorePlace()
    let id = try place.build()
    let file = "hello-1.0.0.tar.gz"
    let unsigned = try place("inspect", file)
    #expect(unsigned.exitCode == 0 && unsigned.output.contains(id))
    #expect(unsigned.output.contains("not verified") && unsigned.output.contains("UNSIGNED"))
    try place.place.makeKey("k")
    try place.place.sign(file, with: "k")
    let signed = try place("inspect", file).output
    let key = try place.place.keyID("k")
    #expect(!signed.contains("UNSIGNED") && signed.contains("Signature: of key \(key), not verified"))
    let told = try place.json("inspect", file)
    #expect(told["verified"] as? Bool == false && told["has_signature"] as? Bool == true)
    #expect((told["manifest"] as? [String: Any])?["entrypoint"] as? String == "run")
    #expect(!FileManager.default.fileExists(atPath: place.folder("store/capsules/\(id)")))
    let missing = try place("inspect", "./nothing.tar.gz")
    #expect(missing.exitCode == 66)
    let noCapsule = try place("inspect", "k.pub")
    #expect(noCapsule.exitCode == 65, "\(noCapsule)")
  }

  @Test func `inspect shows the processes with their folders, variables and policies`() throws {
    let place = try StorePlace()
    try place.folder.folder("web")
    try place.folder.file(
      "web/capsule.yml",
      """
      capsule: 1
      name: web
      version: 1.0.0
      processes:
        server: {cmd: /bin/true, args: [a b, c], cwd: /tmp, env: {PORT: "80"}, restart_policy: always, restart_delay: 50}
      """)
    let built = try place("build", "--from-dir", "web", "--output", "web.tar.gz")
    try #require(built.exitCode == 0, "\(built)")
    let manifest = try #require(try place.json("inspect", "web.tar.gz")["manifest"] as? [String: Any])
    let server = try #require((manifest["processes"] as? [String: Any])?["server"] as? [String: Any])
    #expect(server["cmd"] as? String == "/bin/true" && server["args"] as? [String] == ["a b", "c"])
    #expect(server["cwd"] as? String == "/tmp" && server["env"] as? [String: String] == ["PORT": "80"], "\(server)")
    #expect(
      server["restart_policy"] as? String == "always" && server["restart_delay"] as? String == "50ms", "\(server)")
  }

  @Test(arguments: ["hello", "hello-1.0.0.tar.gz"])
  func `inspect shows the readme and the files, and nothing of them steers a terminal`(word: String) throws {
    let place = try StorePlace()
    try place.install()
    #expect(try place("inspect", word, "--readme").output == "Read me.\n\\u{1b}[31mred\n")
    #expect(try place.json("inspect", word, "--readme")["readme"] as? String == "Read me.\n\u{1B}[31mred\n")
    let files = try place("inspect", word, "--files").output
    #expect(files.contains("0755  ") && files.contains("  run\n") && files.split(separator: "\n").count == 4)
    let both = try place("inspect", word, "--files", "--readme")
    #expect(both.exitCode == 64)
  }

  @Test func `a name is activated, rolled back and shown with its history`() throws {
    let place = try StorePlace()
    let old = try place.install(prints: "old")
    let new = try place.install("hello", "1.1.0", prints: "new")
    #expect(try place("run", "hello").exitCode == 64)
    #expect(try place("rollback", "hello").exitCode == 66)
    for (id, text) in [(old, "old"), (new, "new")] {
      let activated = try place("activate", String(id.prefix(12)))
      #expect(activated.exitCode == 0 && activated.output.contains(id), "\(activated)")
      #expect(try place("run", "hello").output == text + "\n")
    }
    #expect(try place("rollback", "hello").exitCode == 0)
    #expect(try place("run", "hello").output == "old\n")
    let status = try place("status", "hello", "--json").outputAsJSON()
    #expect(status["exit_code"] as? Int == 3 && status["supervisor"] is NSNull)
    #expect(status["active"] as? String == old && status["previous"] as? [String] == [new])
    #expect(status["running"] as? Bool == false)
    let history = try #require(status["history"] as? [[String: Any]])
    #expect(history.map { $0["action"] as? String } == ["activated", "activated", "rolled back"])
    #expect(history.map { $0["id"] as? String } == [old, new, old])
    let shown = try place("status", new)
    #expect(shown.exitCode == 3)
    let text = shown.output
    #expect(text.hasPrefix("hello stands for hello 1.0.0\nID: \(old)\n"))
    #expect(text.contains("UNSIGNED: nobody vouches for it\nNot running\n"))
    let unknown = try place("status", "hallo")
    #expect(unknown.exitCode == 64 && unknown.errors.contains("did you mean \"hello\""))
  }

  @Test func `what runs is shown so, and is not removed or collected`() throws {
    let place = try StorePlace()
    let id = try place.build()
    try place.folder.file("hello-1.0.0/run", "#!/bin/sh\necho ready\nread line\n", mode: 0o755)
    let running = try #require(
      try place.json("build", "--from-dir", "hello-1.0.0", "--output", "waits.tar.gz")["build_sha"] as? String)
    #expect(try place("install", "--allow-unsigned", "waits.tar.gz").exitCode == 0)
    #expect(running != id)
    let spawn = try Capsrun.spawn(
      ["run", "hello"], as: place.place.caller, environment: place.environment, workingFolder: place.folder.path)
    let terminal = try Terminal()
    let process = try spawn.start(at: terminal)
    try terminal.waitFor("ready")
    #expect(try place("list").output.contains("running"))
    let status = try place("status", "hello")
    #expect(status.exitCode == 0 && status.output.contains("Running in the foreground, without a supervisor\n"))
    let removed = try place("remove", "hello", "--force")
    #expect(removed.exitCode == 125 && removed.errors.contains("is running"))
    #expect(try place("gc", "--keep", "0").output.contains("running"))
    #expect(try place.ids() == [running])
    try terminal.type("\n")
    #expect(try process.wait().exitCode == 0)
    #expect(try place("remove", "hello").exitCode == 0)
    #expect(try place.ids() == [])
  }

  @Test func `gc removes what nothing needs, and --dry-run nothing`() throws {
    let place = try StorePlace()
    let old = try place.install(prints: "old")
    let new = try place.install("hello", "1.1.0", prints: "new")
    let pinned = try place.install("pinned")
    #expect(try place("pin", "pinned").exitCode == 0)
    for id in [old, new] { #expect(try place("activate", id).exitCode == 0) }
    let never = try place.install("never")
    let planned = try place.json("gc", "--dry-run", "--keep", "0")
    #expect(try place.ids() == [old, new, pinned, never])
    let kept = try place.json("gc")
    #expect((kept["removed"] as? [[String: Any]])?.map { $0["id"] as? String } == [never])
    let done = try place.json("gc", "--keep", "0")
    #expect((done["removed"] as? [[String: Any]])?.map { $0["id"] as? String } == [old])
    #expect(try place.ids() == [new, pinned])
    let freed = [kept, done].compactMap { $0["bytes_freed"] as? Int }.reduce(0, +)
    #expect(planned["bytes_freed"] as? Int == freed && freed > 0)
    #expect(try place("gc", "--keep", "many").exitCode == 64)
  }

  @Test func `remove asks for --force where it matters, and says when there is nothing`() throws {
    let place = try StorePlace()
    let id = try place.install()
    #expect(try place("activate", "hello").exitCode == 0)
    let refused = try place("remove", "hello")
    #expect(refused.exitCode == 125 && refused.errors.contains("--force"))
    #expect(try place.ids() == [id])
    #expect(try place.json("remove", "hello", "--force")["id"] as? String == id)
    #expect(try place("remove", "hello").exitCode == 66)
    #expect(try place("status", "hello").output == "hello stands for no capsule\nNone is installed\n")
  }

  @Test func `fsck names each damaged path, and ends with 65`() throws {
    let place = try StorePlace()
    let id = try place.install()
    #expect(try place("fsck").exitCode == 0)
    #expect(try place("fsck", "hello").exitCode == 0)
    let tree = place.folder("store/capsules/\(id)/tree")
    let changing = try Spawn(["/bin/sh", "-c", "cd \(tree) && chmod u+w run && echo x >> run && rm secret"]).run()
    #expect(changing.exitCode == 0)
    let found = try place("fsck", "hello")
    #expect(found.exitCode == 65 && found.errors.contains("2 paths are not as they were"))
    #expect(found.output.contains("tree/run: has ") && found.output.contains("tree/secret: is missing\n"))
    let json = try place("fsck", "--json")
    #expect(json.exitCode == 65)
    let told = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((told["damage"] as? [[String: Any]])?.contains { $0["id"] as? String == id } == true)
    #expect(try place("remove", "hello").exitCode == 0)
    #expect(try place("install", "--allow-unsigned", "hello-1.0.0.tar.gz").exitCode == 0)
    #expect(try place("fsck").exitCode == 0)
  }

  @Test func `extract verifies first, and gives each file the permissions that it was packed with`() throws {
    let place = try StorePlace()
    try place.build()
    let unsigned = try place("extract", "hello-1.0.0.tar.gz", "-C", "there")
    #expect(unsigned.exitCode == 65 && !FileManager.default.fileExists(atPath: place.folder("there")))
    try place.place.makeKey("k")
    try place.place.sign("hello-1.0.0.tar.gz", with: "k")
    #expect(try place("extract", "hello-1.0.0.tar.gz", "-C", "there").exitCode == 65)
    #expect(try place("trust", "add", "k.pub").exitCode == 0)
    let done = try place("extract", "hello-1.0.0.tar.gz", "-C", "there")
    #expect(done.exitCode == 0, "\(done)")
    let modes = try Spawn(["/bin/sh", "-c", "cd \(place.folder("there")) && stat -c '%a %n' *"]).run()
    #expect(modes.output == "644 README\n644 capsule.yml\n755 run\n644 secret\n")
    #expect(try place("run", "there").output == "hello\n")
    let again = try place("extract", "hello-1.0.0.tar.gz", "--directory", "there")
    #expect(again.exitCode == 125 && again.errors.contains("is not empty"))
    #expect(try place.ids() == [])
    #expect(try place("extract", "hello-1.0.0.tar.gz").exitCode == 64)
  }

  @Test func `a capsule that was changed after it was signed is neither extracted nor installed`() throws {
    let place = try StorePlace()
    try place.build()
    try place.place.makeKey("k")
    try place.place.sign("hello-1.0.0.tar.gz", with: "k")
    #expect(try place("trust", "add", "k.pub").exitCode == 0)
    var bytes = try place.place.bytes("hello-1.0.0.tar.gz")
    bytes[bytes.count / 2] ^= 1
    try place.place.write(bytes, to: "hello-1.0.0.tar.gz")
    for arguments in [["extract", "-C", "there"], ["install"]] {
      let outcome = try Capsrun.run(
        arguments + ["hello-1.0.0.tar.gz"], as: place.place.caller, environment: place.environment,
        workingFolder: place.folder.path)
      #expect(outcome.exitCode == 65, "\(outcome)")
    }
    #expect(!FileManager.default.fileExists(atPath: place.folder("there")))
    #expect(try place.ids() == [])
  }
}
