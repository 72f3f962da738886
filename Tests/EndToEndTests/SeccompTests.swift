import Testing

/// Which system calls a sandboxed program may make.
@Suite struct SeccompTests {
  /// A call with arguments that reach the kernel without doing anything.
  struct Call: Sendable, CustomTestStringConvertible {
    let name: String
    /// On x86_64 and on arm64; calls from 424 on have one number everywhere.
    let numbers: (UInt, UInt)
    let arguments: String
    let answer: String

    init(_ name: String, _ x86: UInt, _ arm: UInt, _ arguments: String, _ answer: String) {
      self.name = name
      self.numbers = (x86, arm)
      self.arguments = arguments
      self.answer = answer
    }

    var attempt: String {
      #if arch(x86_64)
        "\(numbers.0) \(arguments)"
      #else
        "\(numbers.1) \(arguments)"
      #endif
    }

    var testDescription: String { name }
  }

  static let bad = "0xffffffff"

  static let forbidden = [
    Call("unshare", 272, 97, "0", "EPERM"),
    Call("setns", 308, 268, "\(bad) 0", "EPERM"),
    Call("mount", 165, 40, "0 0 0 0 0", "EPERM"),
    Call("umount2", 166, 39, "0 0xffff", "EPERM"),
    Call("chroot", 161, 51, "0", "EPERM"),
    Call("open_tree", 428, 428, "\(bad) 0 0", "EPERM"),
    Call("fsconfig", 431, 431, "\(bad) 0xffff", "EPERM"),
    Call("mount_setattr", 442, 442, "\(bad) 0 \(bad)", "EPERM"),
    Call("ptrace", 101, 117, "0xffff 0", "EPERM"),
    Call("process_vm_readv", 310, 270, "1 0 0 0 0 1", "EPERM"),
    Call("pidfd_getfd", 438, 438, "\(bad) 0 1", "EPERM"),
    Call("kcmp", 312, 272, "0x7fffffff 0x7fffffff 99 0 0", "EPERM"),
    Call("bpf", 321, 280, "9999 0 0", "EPERM"),
    Call("perf_event_open", 298, 241, "0 0 0 0 0", "EPERM"),
    Call("userfaultfd", 323, 282, "0xffffff", "EPERM"),
    Call("keyctl", 250, 219, "0xffff", "EPERM"),
    Call("add_key", 248, 217, "0 0 0 0 0", "EPERM"),
    Call("request_key", 249, 218, "0 0 0 0", "EPERM"),
    Call("open_by_handle_at", 304, 265, "\(bad) 0 0", "EPERM"),
    Call("name_to_handle_at", 303, 264, "\(bad) 0 0 0 0xffffff", "EPERM"),
    Call("personality", 135, 92, "0x40000", "EPERM"),
    Call("io_uring_setup", 425, 425, "0 0", "ENOSYS"),
    Call("io_uring_enter", 426, 426, "\(bad) 0 0 0 0", "ENOSYS"),
    Call("io_uring_register", 427, 427, "\(bad) 0xffff 0 0", "ENOSYS"),
    Call("clone3", 435, 435, "0 0", "ENOSYS"),
  ]

  @Test(arguments: Caller.reachable, forbidden)
  func `a call that reaches the kernel's own state is refused`(caller: Caller, call: Call) throws {
    let getpid = Call("getpid", 39, 172, "0", "OK")
    let attempts = Probe.systemCalls([getpid.attempt, call.attempt])
    let inside = try Capsrun.probe(attempts, as: caller)
    #expect(inside.lines == ["\(getpid.attempt) OK", "\(call.attempt) \(call.answer)"])
    // The control: outside it gets to the kernel, which takes it or finds fault with the arguments.
    let outside = try attempts.outside(as: caller)
    #expect(outside.lines.count == 2)
    #expect(outside.lines.first == "\(getpid.attempt) OK")
    #expect(outside.lines.last != inside.lines.last)
  }

  @Test(arguments: Caller.reachable, [0x1000_0000, 0x2000_0000, 0x0002_0000, 0x4000_0000, 0x0400_0000] as [UInt])
  func `clone makes no namespace`(caller: Caller, flag: UInt) throws {
    #if arch(x86_64)
      let clone: UInt = 56
    #else
      let clone: UInt = 220
    #endif
    // CLONE_THREAD without shared memory is EINVAL in the kernel, so no child is ever made, here or outside.
    let attempts = Probe.systemCalls(["\(clone) \(flag | 0x10000)", "\(clone) 0x10000"])
    let inside = try Capsrun.probe(attempts, as: caller)
    #expect(inside.lines == ["\(clone) \(flag | 0x10000) EPERM", "\(clone) 0x10000 EINVAL"])
    let outside = try attempts.outside(as: caller)
    #expect(outside.lines == ["\(clone) \(flag | 0x10000) EINVAL", "\(clone) 0x10000 EINVAL"])
  }

  @Test(arguments: Caller.reachable)
  func `nothing can be typed into a terminal`(caller: Caller) throws {
    #if arch(x86_64)
      let ioctl = 16
    #else
      let ioctl = 29
    #endif
    // Standard input is no terminal, so that the kernel's own answer is another one.
    let requests = ["0x5412", "0x541c", "0x5423"]
    let upperBits = requests.map { "0x1" + "0000" + $0.dropFirst(2) }
    let attempts = (requests + upperBits + ["0x5413", "0x100005413"]).map { "\(ioctl) 0 \($0) 0" }
    let probe = Probe.systemCalls(attempts)
    let inside = try Capsrun.probe(probe, as: caller)
    #expect(inside.lines == attempts.prefix(6).map { $0 + " EPERM" } + attempts.suffix(2).map { $0 + " ENOTTY" })
    let outside = try probe.outside(as: caller)
    #expect(outside.lines == attempts.map { $0 + " ENOTTY" })
  }

  @Test(arguments: Caller.reachable)
  func `only local, internet and routing sockets can be made`(caller: Caller) throws {
    let allowed = ["1 1 0", "1 2 0", "1 5 0", "2 1 0", "2 2 0", "2 1 6", "10 1 0", "10 2 17", "16 3 0", "16 2 0"]
    let inside = try Capsrun.probe(.sockets(allowed), as: caller)
    #expect(inside.lines == allowed.map { $0 + " OK" })
    // Every other family with every type, and raw, seqpacket, MPTCP and SCTP of the allowed ones.
    let otherFamilies = (0...46).filter { ![1, 2, 10, 16].contains($0) }
    let refused =
      otherFamilies.flatMap { family in (1...6).map { "\(family) \($0) 0" } }
      + ["2 3 1", "2 3 255", "10 3 58", "2 1 262", "2 1 132", "2 5 132", "16 3 9", "16 3 12", "16 2 15", "1 3 0"]
    let outcome = try Capsrun.probe(.sockets(refused), as: caller)
    // The kernel itself takes a raw Unix socket for a datagram socket.
    #expect(outcome.lines == refused.map { $0 + " EAFNOSUPPORT" })
  }

  @Test(.needsRoot) func `packet, vsock and generic netlink sockets are refused, and work outside`() throws {
    let attempts = ["17 3 768", "40 1 0", "16 3 16", "2 3 1"]
    let outside = try Probe.sockets(attempts).outside(as: .root)
    // This machine may lack vsock.
    #expect(Set(outside.lines).isSuperset(of: ["17 3 768 OK", "16 3 16 OK", "2 3 1 OK"]))
    let inside = try Capsrun.probe(.sockets(attempts), as: .root)
    #expect(inside.lines == attempts.map { $0 + " EAFNOSUPPORT" })
  }

  @Test(arguments: Caller.reachable)
  func `every newer call is unknown or forbidden, and threads and descriptors of processes work`(caller: Caller) throws
  {
    // The mount interface, clone3, openat2, mount_setattr, and all that came later. Without arguments none does anything.
    let numbers = [428, 429, 430, 431, 432, 433, 435, 437, 442, 443] + [447, 448] + Array(450...600)
    let inside = try Capsrun.probe(.systemCalls(numbers.map { "\($0) 0xffffffff 0 0 0 0" }), as: caller)
    try #require(inside.lines.count == numbers.count, "\(inside)")
    #expect(inside.lines.allSatisfy { $0.hasSuffix(" EPERM") || $0.hasSuffix(" ENOSYS") }, "\(inside)")
    let threads = "import os, threading; t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
    let works = try Capsrun.run(
      ["box", "--", "python3", "-I", "-c", threads + "print(os.pidfd_open(os.getpid()) > 2)"], as: caller)
    #expect(works.output == "thread\nTrue\n", "\(works)")
  }

  @Test(arguments: Caller.reachable)
  func `the addresses of interfaces can be listed`(caller: Caller) throws {
    let script = """
      import ctypes, socket
      first = ctypes.c_void_p()
      print(ctypes.CDLL(None).getifaddrs(ctypes.byref(first)), first.value is not None, socket.if_nameindex())
      """
    let outcome = try Capsrun.run(["box", "--", "python3", "-I", "-c", script], as: caller)
    #expect(outcome.output == "0 True [(1, 'lo')]\n", "\(outcome)")
  }

  #if arch(x86_64)
    /// getpid(2) by the number and the instruction of 32-bit programs, as any 64-bit program can make the call as well.
    private static let oldCall = """
      import ctypes, mmap, os
      code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
      # push rbx; mov eax, 20; int 0x80; pop rbx; ret
      code.write(bytes.fromhex("53b814000000cd805bc3"))
      call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
      print("before", flush=True)
      print(call() == os.getpid())
      """

    @Test(arguments: Caller.reachable, ["default", "debug"])
    func `a call through the 32-bit interface kills`(caller: Caller, profile: String) throws {
      let command = ["python3", "-I", "-c", Self.oldCall]
      let inside = try Capsrun.run(["box", "--seccomp", profile, "--"] + command, as: caller)
      #expect(inside.exitCode == 159 && inside.output == "before\n", "\(inside)")
      // The control; a kernel without that interface answers by a signal too.
      let outside = try Spawn(try caller.commandLine(["/usr/bin/python3"] + command.dropFirst())).run()
      #expect(outside.output == "before\nTrue\n", "\(outside)")
    }

    @Test(arguments: Caller.reachable)
    func `a call through the x32 interface kills`(caller: Caller) throws {
      let outcome = try Capsrun.probe(.systemCalls(["39 0", "\(0x4000_0000 + 39) 0"]), as: caller)
      #expect(outcome.exitCode == 159)
      let control = try Capsrun.probe(.systemCalls(["39 0"]), as: caller)
      #expect(control.lines == ["39 0 OK"])
    }
  #endif
}
