import Foundation
import Testing

/// What a manifest declares, as the process sees it.
@Suite struct ManifestRunTests {
  private func capsule(_ manifest: String, _ caller: Caller = .user) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(of: caller)
    _ = try folder.file("capsule.yml", "capsule: 1\nname: app\n" + manifest)
    return folder
  }

  @Test func `one of several processes is run by its name`() throws {
    let folder = try capsule(
      "processes:\n  one: {cmd: sh, args: [-c, 'echo one'], cwd: .}\n  two: {cmd: sh, args: [-c, 'echo two'], cwd: .}\n"
    )
    let two = try Capsrun.run(["run", "--service", "two", folder(".")], as: .user)
    #expect(two.exitCode == 0 && two.output == "two\n")
    let all = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(all.exitCode == 64 && all.output.isEmpty && all.errors.contains("one, two"))
    let other = try Capsrun.run(["run", "--service", "tow", folder(".")], as: .user)
    #expect(other.exitCode == 64 && other.errors.contains("did you mean \"two\""))
  }

  @Test func `one process runs once, and what is said of starting it again is told to count elsewhere`() throws {
    let process = "processes:\n  one: {cmd: sh, args: [-c, 'echo ran; exit 3'], cwd: ."
    let plain = try capsule(process + "}\n")
    let once = try Capsrun.run(["run", plain(".")], as: .user)
    #expect(once.exitCode == 3 && once.output == "ran\n" && once.errors.isEmpty)
    let told = try capsule(process + ", restart_policy: always, stop: {signal: SIGINT}, ready: {log: ran}}\n")
    let outcome = try Capsrun.run(["run", told(".")], as: .user)
    #expect(outcome.exitCode == 3 && outcome.output == "ran\n")
    #expect(outcome.errors.contains("restart_policy, ready, stop") && outcome.errors.contains("capsrun start"))
  }

  @Test func `explain shows which process waits for which, and what becomes of each`() throws {
    let folder = try capsule(
      "processes:\n  db: {cmd: sh, ready: {log: up}}\n  web: {cmd: sh, restart_policy: always, depends_on: {db: ready}}\n"
    )
    let text = try Capsrun.run(["explain", folder(".")], as: .user)
    #expect(text.exitCode == 0 && text.output.contains("after       db (ready, within 5m)"))
    #expect(text.output.contains("restart     always: at once"))
    let json = try Capsrun.run(["explain", "--json", folder(".")], as: .user).outputAsJSON()
    let nodes = try #require((json["graph"] as? [String: Any])?["nodes"] as? [[String: Any]])
    #expect(nodes.map { $0["name"] as? String } == ["db", "web"])
    #expect((nodes[0]["readiness"] as? [String: Any])?["way"] as? [String: String] == ["log": "up"])
    let single = try capsule("entrypoint: bin/x\n")
    #expect(try Capsrun.run(["explain", "--json", single(".")], as: .user).outputAsJSON()["graph"] == nil)
  }

  @Test func `what this release does not execute stops the run, and explain tells it`() throws {
    let folder = try capsule("entrypoint: bin/x\nsecrets: {TOKEN: {request: a token}}\n")
    let run = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(run.exitCode == 69 && run.errors.contains("secrets"))
    let explain = try Capsrun.run(["explain", folder(".")], as: .user)
    #expect(explain.exitCode == 0 && explain.output.contains("not executed by this release"))
    #expect(try Capsrun.run(["check", folder(".")], as: .user).exitCode == 0)
  }

  @Test func `a declared variable is asked for, and reaches the process when it is given`() throws {
    let folder = try capsule(
      "processes: {a: {cmd: sh, args: [-c, 'echo $TOKEN-$LEVEL-$LIMIT'], cwd: .}}\n"
        + "env: {LIMIT: \"200\", TOKEN: {type: secret, request: the token of the shop}, LEVEL: {type: enum, values: [low, high], default: low}}\n"
    )
    let missing = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(missing.exitCode == 65 && missing.errors.contains("TOKEN (the token of the shop)"))
    let given = try Capsrun.run(["run", "--env", "TOKEN", folder(".")], as: .user, environment: ["TOKEN": "s3cret"])
    #expect(given.exitCode == 0 && given.output == "s3cret-low-200\n")
    let wrong = try Capsrun.run(["run", "--env", "TOKEN=s3cret", "--env", "LEVEL=mid", folder(".")], as: .user)
    #expect(wrong.exitCode == 64 && wrong.errors.contains("none of low, high") && !wrong.errors.contains("s3cret"))
  }

  @Test func `a secret whose value stands in the command line is a warning`() throws {
    let folder = try capsule(
      "processes: {a: {cmd: sh, args: [-c, 'echo $TOKEN$LEVEL'], cwd: .}}\n"
        + "env: {TOKEN: {type: secret}, LEVEL: {type: int}}\n")
    let file = try folder.file("secret.env", "TOKEN=s3cret\nLEVEL=1\n", mode: 0o600)
    let exposed = ["--env", "TOKEN=s3cret", "--env", "LEVEL=1"]
    let outcome = try Capsrun.run(["run"] + exposed + [folder(".")], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output == "s3cret1\n" && !outcome.errors.contains("s3cret"))
    #expect(outcome.errors.hasPrefix("capsrun: warning: the value of the secret TOKEN stands in the command line"))
    #expect(outcome.errors.contains("--env TOKEN,") && outcome.errors.contains("--env-file"))
    for hidden in [["--env", "TOKEN", "--env", "LEVEL=1"], ["--env-file", file]] {
      let quiet = try Capsrun.run(["run"] + hidden + [folder(".")], as: .user, environment: ["TOKEN": "s3cret"])
      #expect(quiet.output == "s3cret1\n" && quiet.errors.isEmpty, "\(quiet.errors)")
    }
    for (more, code) in [([], 0), (["--env", "LEVEL=x"], 64), (["--explain"], 0)] as [([String], CInt)] {
      let json = try Capsrun.run(["run", "--json"] + exposed + more + [folder(".")], as: .user)
      let told = try #require(try JSONSerialization.jsonObject(with: Data(json.errors.utf8)) as? [String: Any])
      let kinds = (told["diagnostics"] as? [[String: Any]])?.compactMap { $0["severity"] as? String }
      #expect(json.exitCode == code && kinds == (code == 0 ? ["warning"] : ["warning", "error"]))
    }
  }

  @Test func `a Python entrypoint is run by the Python of the sandbox`() throws {
    let folder = try capsule("entrypoint: src/main.py\n")
    _ = try folder.folder("src")
    _ = try folder.file("helper.py", "WORD = 'found'\n")
    _ = try folder.file("src/main.py", "import helper, os, sys\nprint(helper.WORD, os.getcwd(), sys.argv[1:])\n")
    let outcome = try Capsrun.run(["run", folder("."), "--", "a b"], as: .user)
    #expect(outcome.output == "found /capsule ['a b']\n", "\(outcome.errors)")
  }

  @Test func `a virtual environment of another Python than the manifest names is refused`() throws {
    let folder = try capsule("entrypoint: main.py\ndependencies: {python: \"3.99\"}\n")
    _ = try folder.folder("venv")
    _ = try folder.folder("venv/bin")
    _ = try folder.file("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n")
    let outcome = try Capsrun.run(["run", folder(".")], as: .user)
    #expect(outcome.exitCode == 65 && outcome.errors.contains("3.99") && outcome.errors.contains("3.11.2"))
  }

  @Test func `the user of the manifest is the one that the process sees`() throws {
    let folder = try capsule("security: {user: 33}\nprocesses: {a: {cmd: id, args: [-u], cwd: .}}\n")
    #expect(try Capsrun.run(["run", folder(".")], as: .user).output == "33\n")
  }
}

@Suite struct CheckTests {
  private func object(_ outcome: Outcome) throws -> [String: Any] {
    let text = outcome.exitCode == 0 ? outcome.output : outcome.errors
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func `check --json shows the whole manifest in its canonical form`() throws {
    let folder = try TemporaryFolder(of: .user)
    let yaml = try folder.file(
      "a.yml",
      """
      capsule: 1
      name: app
      version: 1.2.3-rc.1+build.5
      description: an app
      authors: [A, B]
      license: MIT
      homepage: https://example.org
      repository: https://example.org/src
      documentation: https://example.org/docs
      keywords: [k]
      categories: [c]
      metadata: {any: [1, 2.5, {deep: true}]}
      processes: {a: {cmd: x, restart_delay: 2000, stop: {timeout: 90s, signal: TERM}}}
      """)
    let outcome = try Capsrun.run(["check", "--json", yaml], as: .user)
    let manifests = try #require(try object(outcome)["manifests"] as? [[String: Any]])
    let manifest = try #require(manifests[0]["manifest"])
    let expected =
      #"{"authors":["A","B"],"capsule":1,"categories":["c"],"description":"an app","documentation":"https://example.org/docs","homepage":"https://example.org","keywords":["k"],"license":"MIT","metadata":{"any":[1,2.5,{"deep":true}]},"name":"app","processes":{"a":{"cmd":"x","restart_delay":"2s","stop":{"signal":"SIGTERM","timeout":"1m30s"}}},"repository":"https://example.org/src","version":"1.2.3-rc.1+build.5"}"#
    let wanted = try JSONSerialization.jsonObject(with: Data(expected.utf8))
    #expect(NSDictionary(dictionary: manifest as? [String: Any] ?? [:]).isEqual(wanted))
  }

  @Test func `mistakes are the same as data, in every syntax`() throws {
    let folder = try TemporaryFolder(of: .user)
    let files = [
      try folder.file("m.yml", "capsule: 1\nname: A B\nversion: 1.0\nfoo: 1\nenv: {A: [x]}\nentrypoint: /x\n"),
      try folder.file(
        "m.toml", "capsule = 1\nname = 'A B'\nversion = 1.0\nfoo = 1\nenv = {A = ['x']}\nentrypoint = '/x'\n"),
      try folder.file(
        "m.json",
        "{\"capsule\": 1,\n\"name\": \"A B\",\n\"version\": 1.0,\n\"foo\": 1,\n\"env\": {\"A\": [\"x\"]},\n\"entrypoint\": \"/x\"}\n"
      ),
    ]
    for file in files {
      let outcome = try Capsrun.run(["check", "--json", file], as: .user)
      #expect(outcome.exitCode == 65 && outcome.output.isEmpty)
      let told = try #require(try object(outcome)["diagnostics"] as? [[String: Any]])
      #expect(told.compactMap { $0["line"] as? Int } == [2, 3, 4, 5, 6], "\(file)")
      let text = try Capsrun.run(["check", file], as: .user).errors
      for one in told {
        let message = try #require(one["message"] as? String)
        let line = try #require(one["line"]), column = try #require(one["column"])
        #expect(text.contains("\(file):\(line):\(column): error: \(message)\n"))
      }
    }
  }

  @Test func `what should be looked at is told and is no mistake`() throws {
    let folder = try TemporaryFolder(of: .user)
    let file = try folder.file(
      "m.yml", "capsule: 1\nentrypoint: x\ncapabilities: {unix: [/run/docker.sock], ipc_publish: ['a.*']}\n")
    let outcome = try Capsrun.run(["check", file], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output.hasSuffix("is right\n"))
    #expect(outcome.errors.contains("m.yml:3:23: warning: ") && outcome.errors.contains("docker.sock"))
    #expect(outcome.errors.contains("ipc_publish \"a.*\""))
  }

  @Test func `what works elsewhere and not in a capsule is told of a foreign dialect`() throws {
    let folder = try TemporaryFolder(of: .user)
    let head = "[package]\nname = 'a'\nversion = '1.0.0'\n[processes.a]\ncmd = 'x'\n"
    let file = try folder.file("old.toml", head + "env = { PORT = '80' }\n[rootfs]\nwritable = 'ephemeral'\n")
    let outcome = try Capsrun.run(["check", file], as: .user)
    #expect(outcome.exitCode == 0 && outcome.output.hasSuffix("is right\n"))
    #expect(outcome.errors.contains("old.toml:6:16: warning: PORT is set and no listen grant\n"))
    #expect(outcome.errors.contains("old.toml:8:12: warning: writable: ephemeral loses files written at run time\n"))
    let json = try object(try Capsrun.run(["check", "--json", file], as: .user))
    #expect((json["warnings"] as? [[String: Any]])?.compactMap { $0["line"] as? Int } == [6, 8])
    let kept = try folder.file("new.toml", head + "[rootfs]\nwritable = 'persistent'\n")
    #expect(try Capsrun.run(["check", kept], as: .user).errors.isEmpty)
  }

  @Test(arguments: ["capsule.yml", "capsule.yaml", "capsule.toml", "capsule.json", "Capsule.toml"])
  func `a manifest is found in its folder under each of its names`(name: String) throws {
    let folder = try TemporaryFolder(of: .user)
    let text =
      switch name.split(separator: ".")[1] {
      case "json": "{\"capsule\": 1, \"name\": \"found\", \"entrypoint\": \"x\"}"
      case "toml": "capsule = 1\nname = 'found'\nentrypoint = 'x'\n"
      default: "capsule: 1\nname: found\nentrypoint: x\n"
      }
    _ = try folder.file(name, text)
    #expect(try Capsrun.run(["check", folder(".")], as: .user).output.hasSuffix(": the manifest of found is right\n"))
  }
}
