import Foundation
import Testing

/// Ways out that were found once, each with the same thing done rightly beside it.
@Suite struct AttackTests {
  @Test(arguments: Caller.reachable)
  func `a grant through a link is a grant of what it leads to, and /proc is none`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let real = try folder.file("real", "content")
    for (name, target) in [("link", real), ("processes", "/proc"), ("everything", "/")] {
      try FileManager.default.createSymbolicLink(atPath: folder(name), withDestinationPath: target)
    }
    let granted = try Capsrun.run(["box", "--read", folder("link"), "--", "cat", folder("link")], as: caller)
    #expect(granted.output == "content")
    let explained = try Capsrun.run(["box", "--explain", "--read", folder("link"), "--", "true"], as: caller)
    #expect(explained.output.contains("show \"\(real)\" at \"\(folder("link"))\""))
    for name in ["processes", "everything"] {
      #expect(try Capsrun.run(["box", "--read", folder(name), "--", "true"], as: caller).exitCode == 64, "\(name)")
    }
    #expect(try Capsrun.run(["box", "--bind", "/proc:/x", "--", "true"], as: caller).exitCode == 64)
  }

  @Test(arguments: Caller.reachable)
  func `names that only look alike are two names`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    let (composed, decomposed) = ("\u{e9}", "e\u{301}")
    for name in [composed, decomposed] { _ = try folder.folder(name) }
    let options = ["--read", folder(composed), "--write", folder(decomposed)]
    let touch = { (name: String) in
      try Capsrun.run(["box"] + options + ["--", "touch", folder(name) + "/x"], as: caller)
    }
    #expect(try touch(composed).errors.contains("Read-only file system"))
    #expect(try touch(decomposed).exitCode == 0)
  }

  @Test(arguments: Caller.reachable)
  func `PID 1 can be neither slowed down nor limited`(caller: Caller) throws {
    let program = """
      import os, resource
      def attempt(what, call):
          try: call(); print(what, "OK")
          except OSError as error: print(what, error.strerror)
      for pid in (1, 0):
          attempt(f"affinity {pid}", lambda: os.sched_setaffinity(pid, os.sched_getaffinity(0)))
          attempt(f"scheduler {pid}", lambda: os.sched_setscheduler(pid, os.SCHED_OTHER, os.sched_param(0)))
          attempt(f"priority {pid}", lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0)))
          attempt(f"limit {pid}", lambda: resource.prlimit(pid, resource.RLIMIT_NOFILE, resource.getrlimit(resource.RLIMIT_NOFILE)))
      attempt("all of the user", lambda: os.setpriority(os.PRIO_USER, os.getuid(), 0))
      """
    let outcome = try Capsrun.run(["box", "--", "/usr/bin/python3", "-c", program], as: caller)
    let refused = ["affinity 1", "scheduler 1", "priority 1", "limit 1"].map { $0 + " Operation not permitted" }
    let allowed = ["affinity 0", "scheduler 0", "priority 0", "limit 0"].map { $0 + " OK" }
    #expect(outcome.lines == refused + allowed + ["all of the user Operation not permitted"])
  }

  @Test(arguments: Caller.reachable)
  func `a capsule that others can write in is not run`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    _ = try folder.folder("app")
    _ = try folder.file(
      "app/capsule.yml", "capsule: 1\nname: app\nprocesses: {main: {cmd: /bin/echo, args: [ran], cwd: /}}\n")
    #expect(try Capsrun.run(["run", folder("app")], as: caller).output == "ran\n")
    for (path, mode) in [("app", 0o777), ("app/capsule.yml", 0o666)] {
      #expect(chmod(folder(path), mode_t(mode)) == 0)
      let outcome = try Capsrun.run(["run", folder("app")], as: caller)
      #expect(outcome.exitCode == 66 && outcome.errors.contains("others can write"), "\(path)")
      #expect(chmod(folder(path), mode_t(mode & 0o755)) == 0)
    }
  }

  @Test(arguments: Caller.reachable)
  func `a manifest that is a FIFO is refused and not waited for`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    _ = try folder.folder("app")
    #expect(mkfifo(folder("app/capsule.yml"), 0o644) == 0)
    let outcome = try Capsrun.run(["run", folder("app")], as: caller)
    #expect(outcome.exitCode == 66)
  }

  @Test(arguments: Caller.reachable)
  func `a sandbox in a sandbox is refused with a reason`(caller: Caller) throws {
    let program = try Program.path()
    let outcome = try Capsrun.run(["box", "--read", program, "--", program, "box", "--", "true"], as: caller)
    #expect(outcome.exitCode == 69)
    #expect(outcome.errors.contains("hint:"))
  }

  @Test(.needsRoot)
  func `mounts of the caller that are shared stay as they are, and later ones do not come in`() throws {
    let folder = try TemporaryFolder(of: .root)
    _ = try folder.folder("a")
    _ = try folder.folder("a/b")
    let program = try Program.path()
    let (a, b) = (folder("a"), folder("a/b"))
    let script = """
      set -e
      mount --bind \(a) \(a); mount --make-shared \(a)
      before=$(grep -c . /proc/self/mountinfo)
      \(program) box --read \(a) --write \(b) -- true
      [ "$(grep -c . /proc/self/mountinfo)" = "$before" ] && echo same
      \(program) box --read \(a) -- sh -c 'echo ready; until [ -e \(a)/go ]; do sleep 0.01; done; \
        [ -e \(b)/late ] && echo came in || echo stayed out' >\(folder("out")) &
      until [ -s \(folder("out")) ]; do sleep 0.01; done
      mount -t tmpfs tmpfs \(b); touch \(b)/late; ls \(b); touch \(a)/go
      wait; tail -n 1 \(folder("out"))
      """
    let outcome = try Spawn(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script]).run()
    #expect(outcome.lines == ["same", "late", "stayed out"], "\(outcome.errors)")
  }
}
