import Testing

@testable import Planning
@testable import Sandbox

/// System calls as whoever reads of them wants to see them.
@Suite struct CallTextTests {
  private func text(_ name: String, _ arguments: [UInt64], _ memory: [UInt64: String] = [:]) -> String {
    CallText(name: name, arguments: arguments + Array(repeating: 0, count: 6 - arguments.count)) { address in
      memory[address].map { (Array($0.utf8.prefix(CallText.longestText)), $0.utf8.count < CallText.longestText) }
    }.text
  }

  @Test(
    arguments: [
      ("socket", [17, 3, 768], "socket(AF_PACKET, SOCK_RAW, 768)"),
      ("socket", [0x1_0000_0002, 0o2004003, 1], "socket(AF_INET, SOCK_RAW|SOCK_CLOEXEC|SOCK_NONBLOCK, 1)"),
      ("socket", [99, 0x17, 0], "socket(99, 7|0x10, 0)"),
      ("ptrace", [0, 0xFFFF_FFFF, 0, 7], "ptrace(PTRACE_TRACEME, -1, NULL, …)"),
      ("ptrace", [0x4242], "ptrace(0x4242, 0, NULL, NULL)"),
      ("clone", [0x1000_0011, 0], "clone(CLONE_NEWUSER|0x11, NULL)"),
      ("unshare", [0x2002_0000], "unshare(CLONE_NEWNS|CLONE_NEWPID)"),
      ("unshare", [0], "unshare(0x0)"),
      ("ioctl", [0, 0x1_0000_5412], "ioctl(0, TIOCSTI)"),
      ("ioctl", [3, 0xAE00], "ioctl(3, 0xae00)"),
      ("keyctl", [11], "keyctl(KEYCTL_READ)"),
      ("bpf", [5, 0x7000_0000, 48], "bpf(5, …, 48)"),
      ("mknodat", [0xFFFF_FF9C, 0, 0o60644, 8], "mknodat(AT_FDCWD, NULL, 060644, 0x8)"),
      ("no_such_call", [1, 2, 3], "no_such_call(…)"),
    ] as [(String, [UInt64], String)])
  func `arguments have the names of the manual pages`(name: String, arguments: [UInt64], expected: String) {
    #expect(text(name, arguments) == expected)
  }

  @Test func `paths are quoted, on one line, and cut where they are long`() {
    let memory: [UInt64: String] = [
      1: "/mnt", 2: "a \"b\" \\ \n\t\u{1B}[31m \u{202E}é", 3: String(repeating: "x", count: 300), 4: "",
    ]
    #expect(text("chroot", [1], memory) == "chroot(\"/mnt\")")
    #expect(text("chroot", [2], memory) == #"chroot("a \"b\" \\ \n\t\u{1b}[31m \u{202e}é")"#)
    #expect(text("chroot", [3], memory) == "chroot(\"" + String(repeating: "x", count: 200) + "\"…)")
    #expect(text("chroot", [4], memory) == "chroot(\"\")")
    #expect(text("chroot", [5], memory) == "chroot(…)", "it points nowhere")
    #expect(text("chroot", [0], memory) == "chroot(NULL)")
    #expect(text("mount", [1, 1, 0, 0x1000, 9], memory) == "mount(\"/mnt\", \"/mnt\", NULL, 0x1000, …)")
  }

  @Test func `bytes that are no text are shown as such`() {
    #expect(CallText.quoted([0x61, 0xFF, 0x62][...], isWhole: true) == "\"a\u{FFFD}b\"")
  }

  @Test func `each shape belongs to a call that exists`() {
    for name in CallShape.names {
      let isKnown = Profiles.tables.contains { if case .number = $0.number(name) { true } else { false } }
      #expect(isKnown, "\(name)")
    }
  }

  @Test func `calls have names by their numbers`() throws {
    for name in ["read", "socket", "clone3", "mseal", "ptrace"] {
      guard case .number(let number) = SeccompCompiler.Table.native.number(name) else {
        Issue.record("\(name)")
        continue
      }
      #expect(SeccompCompiler.Table.name(number) == name)
    }
    #expect(SeccompCompiler.Table.name(999) == nil)
    #expect(SeccompCompiler.Table.name(.max) == nil)
  }
}
