import Foundation
import Testing

/// What a sandbox sees of control groups, and what it can do with them.
@Suite struct ControlGroupTests {
  @Test(arguments: Caller.reachable)
  func `the sandbox sees its own control groups, with itself at their root`(caller: Caller) throws {
    let outcome = try Capsrun.shell(
      "cat /proc/self/cgroup; grep -c . /sys/fs/cgroup/cgroup.procs; ls /sys /sys/fs; stat -fc %T /sys/fs/cgroup",
      as: caller)
    #expect(outcome.lines.contains("0::/"), "\(outcome)")
    #expect(Array(outcome.lines.suffix(5)) == ["/sys:", "fs", "/sys/fs:", "cgroup", "cgroup2fs"], "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `control groups cannot be changed from inside`(caller: Caller) throws {
    // Each writes what the file holds already, or makes what nobody uses.
    let program = """
      import errno, os
      root = "/sys/fs/cgroup"
      def attempt(what, call):
          try: call(); print(what, "OK")
          except OSError as error: print(what, errno.errorcode[error.errno])
      attempt("mkdir", lambda: os.mkdir(root + "/capsrun-test"))
      for name in ("cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
          attempt(name, lambda: os.open(root + "/" + name, os.O_WRONLY))
      attempt("..", lambda: os.open(root + "/../cgroup/cgroup.procs", os.O_WRONLY))
      attempt("release_agent", lambda: os.open(root + "/release_agent", os.O_RDONLY))
      """
    let outcome = try Capsrun.run(["box", "--", "python3", "-c", program], as: caller)
    // The files here belong to root, and the kernel looks at that first; Tests/VM/box.sh tries it with a group of the user's own.
    let refused = ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads", ".."].map { $0 + " EACCES" }
    #expect(outcome.lines == ["mkdir EROFS"] + refused + ["release_agent ENOENT"], "\(outcome)")
  }

  @Test(arguments: Caller.reachable)
  func `no other control groups can be mounted`(caller: Caller) throws {
    // By the old call and by the new one, of both versions: 165 is mount, 430 fsopen.
    let program = """
      import ctypes, os
      library = ctypes.CDLL(None, use_errno=True)
      os.mkdir("/tmp/groups")
      for kind, options in ((b"cgroup", b"memory"), (b"cgroup", b"none,name=x"), (b"cgroup2", None)):
          failed = library.syscall(165, kind, b"/tmp/groups", kind, 0, options)
          print(failed, os.strerror(ctypes.get_errno()))
      print(library.syscall(430, b"cgroup2", 0), os.strerror(ctypes.get_errno()))
      """
    let outcome = try Capsrun.run(["box", "--", "python3", "-c", program], as: caller)
    #expect(outcome.lines == Array(repeating: "-1 Operation not permitted", count: 4), "\(outcome)")
  }
}
