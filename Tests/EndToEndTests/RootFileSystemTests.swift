import Foundation
import Testing

/// The root file systems that are not the host's: `rootfs.base`, and `box --base`.
@Suite struct RootFileSystemTests {
  @Test(arguments: Caller.reachable)
  func `with the base none there is what each sandbox has, and what is granted`(caller: Caller) throws {
    let box = { (words: String...) in
      try Capsrun.run(["box", "--base", "none", "--read", "/bin/busybox", "--", "/bin/busybox"] + words, as: caller)
    }
    #expect(try box("ls", "/").lines == ["bin", "dev", "etc", "proc", "sys", "tmp"])
    #expect(try box("ls", "/bin", "/usr").output.hasPrefix("/bin:\nbusybox\n"))
    #expect(
      try box("ls", "/etc").lines == [
        "group", "hostname", "hosts", "machine-id", "nsswitch.conf", "passwd", "protocols", "resolv.conf", "services",
      ])
    let refused = try box("touch", "/x", "/etc/x", "/dev/x", "/bin/x")
    #expect(refused.exitCode == 1 && refused.errors.split(separator: "\n").count == 4, "\(refused)")
    #expect(try box("sh", "-c", "echo x > /tmp/x && cat /tmp/x; id -u").lines == ["x", "1000"])
    let host = try Capsrun.run(["box", "--base", "host", "--", "ls", "/usr/bin/env"], as: caller)
    #expect(host.output == "/usr/bin/env\n")
  }

  @Test(arguments: Caller.reachable)
  func `a capsule runs in its own root file system, and sees nothing of the host's`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    try base.capsule(
      script:
        "ls /; cat /etc/own /etc/hostname; ls /usr; touch /x /srv/x /etc/x /bin/x /capsule/x; cat /capsule/rootfs/etc/own"
    )
    try base.folder.file("app/rootfs/etc/own", "of the base\n")
    try base.folder.file("app/rootfs/etc/hostname", "another\n")
    let before = try BasePlace.content(base.folder("app"))
    for source in ["app/.", "app"] {
      if source == "app" { try base.install("app") }
      let outcome = try base.place.capsrun("run", source, at: source == "app" ? "/" : nil)
      #expect(
        outcome.lines == [
          "bin", "capsule", "dev", "etc", "home", "proc", "srv", "sys", "tmp", "of the base", "app", "of the base",
        ], "\(outcome)")
      #expect(outcome.errors.split(separator: "\n").filter { $0.contains("Read-only file system") }.count == 5)
      #expect(outcome.errors.contains("/usr: No such file or directory"))
    }
    #expect(try BasePlace.content(base.folder("app")) == before)
  }

  @Test(arguments: Caller.reachable)
  func `another capsule's root is changed in memory, where that is declared, and is the same for the next`(
    caller: Caller
  ) throws {
    let base = try BasePlace(as: caller)
    try base.capsule("debian")
    try base.install("debian")
    let script = """
      rm /bin/id && touch /made /etc/made /srv/made /capsule/made && rm /etc/passwd && echo new > /etc/passwd
      mkdir /home/a && rm -r /home/a; cat /etc/passwd; ls /; stat -f -c '%b %S' /; touch /dev/x
      """
    try base.capsule("app", base: "debian", writable: "ephemeral", script: script)
    let store = try BasePlace.content(base.folder("store"))
    for _ in 1...2 {
      let outcome = try base.place.capsrun("run", "app/.")
      #expect(
        outcome.lines == [
          "new", "bin", "capsule", "dev", "etc", "home", "made", "proc", "srv", "sys", "tmp", "131072 4096",
        ], "\(outcome)")
      #expect(outcome.errors.contains("/dev/x: Read-only file system"))
    }
    #expect(try BasePlace.content(base.folder("store")) == store)
    #expect(try base.folder.entries("app") == ["capsule.yml"])
  }

  @Test(arguments: Caller.reachable)
  func `a base is found as run finds a capsule, pinned by its id, and cannot be removed meanwhile`(
    caller: Caller
  ) throws {
    let base = try BasePlace(as: caller)
    try base.capsule("debian")
    let id = try base.install("debian")
    for word in ["debian", id, String(id.prefix(6))] {
      let outcome = try base.place.capsrun("box", "--base", word, "--", "ls", "/")
      #expect(outcome.lines.contains("srv"), "\(outcome)")
      #expect(outcome.errors.contains("the base debian 1.0.0 (\(id.prefix(12))) is unsigned"))
      let plan = try base.place.capsrun("box", "--explain", "--base", word, "--", "ls")
      #expect(plan.output.contains("/capsules/\(id)/tree/rootfs\" the root, of the capsule \(id)"), "\(plan)")
    }
    var spawn = try Capsrun.spawn(
      ["box", "--base", "debian", "--", "sh", "-c", "echo up; read line"], as: caller,
      environment: base.place.environment)
    spawn.input = .pipe
    let process = try spawn.start()
    try process.waitForOutput("up\n")
    let removal = try base.place.capsrun("remove", "--force", "debian")
    #expect(removal.exitCode == 125 && removal.errors.contains("is running"), "\(removal)")
    process.closeInput()
    _ = try process.wait()
    #expect(try base.place.capsrun("remove", "--force", "debian").exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `a base that is not there stops the start, and the error says what to do`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    try base.capsule("app", base: "debian")
    let manifest = try base.place.capsrun("run", "app/.")
    #expect(manifest.exitCode == 66 && manifest.errors.contains("the base \"debian\" is not installed"), "\(manifest)")
    #expect(manifest.errors.contains("hint: install it with capsrun install"))
    try base.capsule("bare")
    try FileManager.default.removeItem(atPath: base.folder("bare/rootfs"))
    let bare = try base.place.capsrun("run", "bare/.")
    #expect(bare.exitCode == 65 && bare.errors.contains("has no folder rootfs"), "\(bare)")
    try base.link("/usr", "bare/rootfs")
    #expect(try base.place.capsrun("run", "bare/.").exitCode == 65, "a link is no folder of the capsule")
    try FileManager.default.removeItem(atPath: base.folder("bare/rootfs"))
    try base.install("bare")
    let none = try base.place.capsrun("box", "--base", "bare", "--", "sh")
    #expect(none.exitCode == 65 && none.errors.contains("is no base"), "\(none)")
    #expect(try base.place.capsrun("box", "--base", "bar", "--", "sh").errors.contains("did you mean \"bare\"?"))
    #expect(try base.place.capsrun("box", "--base", "capsule", "--", "sh").exitCode == 64)
  }

  @Test(arguments: Caller.reachable)
  func `grants are shown wherever a base has a folder for them or not`(caller: Caller) throws {
    let base = try BasePlace(as: caller)
    try base.capsule("debian")
    try base.folder.folder("debian/rootfs/run")
    try base.folder.folder("data")
    try base.folder.file("data/f", "granted\n")
    let options = ["/srv/data", "/new/deep", "/var/below", "/bin/data"].flatMap { ["--bind", "data:" + $0] }
    // Links must not leave a capsule that is built, and so are relative.
    try base.link("run", "debian/rootfs/var")
    try base.install("debian")
    let outcome = try Capsrun.run(
      ["box", "--base", "debian"] + options
        + ["--", "cat", "/srv/data/f", "/new/deep/f", "/run/below/f", "/bin/data/f"],
      as: caller, environment: base.place.environment, workingFolder: base.folder.path)
    #expect(outcome.output == String(repeating: "granted\n", count: 4), "\(outcome)")
    #expect(try base.folder.entries("debian/rootfs") == ["bin", "etc", "home", "run", "srv", "var"])
  }

  /// What looks opens what is there, and makes and removes what is not; busybox would ask the permission bits alone.
  @Test(
    arguments: Caller.reachable,
    [("capsule", "none"), ("capsule", "ephemeral"), ("none", "none"), ("none", "ephemeral"), ("installed", "none")])
  func `the answer about a path of another base is what the kernel does`(
    caller: Caller, root: (kind: String, writable: String)
  ) throws {
    let (kind, writable) = root
    let base = try BasePlace(as: caller)
    let look = """
      for p in "$@"; do
        real=$(busybox readlink -f "$p"); r=no; w=no; new=$real
        (: < "$p") && r=yes
        [ -d "$real" ] && new=$real/capsrun-test
        if [ -f "$real" ] || [ -c "$real" ]; then (: >> "$real") && w=yes
        elif [ -n "$new" ]; then (: > "$new") && w=yes && busybox rm "$new"; fi
        echo "$p $r $w"
      done 2> /dev/null
      """
    try base.folder.folder("data")
    try base.folder.file("data/f", "granted\n")
    // With no base at all, what looks has to be granted.
    let grants = "capabilities: {fs_read: [\(base.folder("data"))\(kind == "none" ? ", /bin/busybox" : "")]}\n"
    try base.capsule("debian")
    for name in ["dev", "tmp", "locked"] { try base.folder.folder("debian/rootfs/" + name) }
    for name in ["dev/x", "tmp/x", "locked/x", "bin/other", "etc/own", "etc/hosts"] {
      try base.folder.file("debian/rootfs/" + name, "x", mode: name == "etc/own" ? 0o444 : 0o644)
    }
    try base.link("etc/own", "debian/rootfs/link")
    try base.link("nothing", "debian/rootfs/dangling")
    if kind == "installed" { try base.install("debian") }
    let chosen = ["capsule": "capsule", "none": "none", "installed": "debian"][kind] ?? ""
    try base.capsule("app", base: chosen, writable: writable, more: grants, script: look)
    if kind == "capsule" {
      try FileManager.default.removeItem(atPath: base.folder("app/rootfs"))
      try FileManager.default.moveItem(atPath: base.folder("debian/rootfs"), toPath: base.folder("app/rootfs"))
    }
    if kind == "none" {
      let words = try String(decoding: JSONEncoder().encode(["sh", "-c", look, "sh"]), as: UTF8.self)
      try base.folder.file(
        "app/capsule.yml",
        "capsule: 1\nname: app\nrootfs: {base: none, writable: \(writable)}\n" + grants
          + "processes: {main: {cmd: /bin/busybox, args: \(words), cwd: /}}\n")
    }
    let paths = [
      "/", "/x", "/bin", "/bin/other", "/bin/new", "/etc", "/etc/passwd", "/etc/hosts", "/etc/own", "/etc/new",
      "/etc/new/deeper", "/link", "/dangling", "/dev", "/dev/null", "/dev/x", "/dev/pts", "/dev/ptmx", "/tmp", "/tmp/x",
      "/srv", "/srv/x", "/home", "/locked/x", "/locked/new", "/proc", "/proc/keys", "/sys", "/sys/fs", "/sys/x",
      "/sys/fs/cgroup", "/capsule", "/capsule/capsule.yml", "/capsule/new", "/usr", "/usr/bin/env", "/var",
      base.folder("data"), base.folder("data/f"), base.folder("data/new"), base.folder("other"),
    ]
    let run = try Capsrun.run(
      ["run", "app/.", "--"] + paths, as: caller, environment: base.place.environment, workingFolder: base.folder.path)
    try #require(run.lines.count == paths.count, "\(run)")
    let questions = paths.flatMap { ["--can", "read:" + $0, "--can", "write:" + $0] }
    let answers = try Capsrun.run(
      ["explain"] + questions + ["app/."], as: caller, environment: base.place.environment,
      workingFolder: base.folder.path)
    try #require(answers.lines.count == 2 * paths.count, "\(answers)")
    for (index, line) in run.lines.enumerated() {
      let (read, write) = (answers.lines[2 * index], answers.lines[2 * index + 1])
      let told = [read, write].map { $0.contains(": yes: ") ? "yes" : "no" }
      #expect(line == "\(paths[index]) \(told[0]) \(told[1])", "\(read)\n\(write)")
    }
    #expect(run.lines.contains { $0.hasSuffix(" yes yes") } && run.lines.contains { $0.hasSuffix(" no no") })
  }
}
