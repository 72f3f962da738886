/// A seccomp filter around a program, which answers some system calls by itself: as an outer sandbox does, or one that lies.
struct OuterFilter {
  /// The number of each call that is answered, and the error that it is answered with; 0 makes it a success that never was.
  var answers: [(call: String, error: Int)]
  /// Only with this first argument; for calls that do many things.
  var firstArgument: Int?
  /// Only where the first argument has one of these bits, for single calls.
  var bits: [String: Int] = [:]

  /// What the profiles of container engines do to whoever has no privileges: no namespace can be made.
  static let containerEngine = OuterFilter(
    answers: [("clone", 1), ("clone3", 38), ("unshare", 1)], bits: ["clone": 0x7e02_0000])

  /// The command line that runs `command` below the filter.
  func commandLine(_ command: [String]) -> [String] {
    let words = answers.map { "\($0.call):\($0.error):\(bits[$0.call] ?? 0)" }.joined(separator: ",")
    return ["/usr/bin/python3", "-c", Self.program, words, firstArgument.map(String.init) ?? "-"] + command
  }

  /// As libseccomp's tables have them, for the two architectures that there are filters for.
  private static let program = """
    import ctypes, os, struct, sys
    numbers = {
        "x86_64": {"seccomp": 317, "landlock_restrict_self": 446, "mount_setattr": 442, "clone3": 435, "capset": 126, "prctl": 157,
                   "setns": 308, "landlock_create_ruleset": 444, "keyctl": 250, "clone": 56, "unshare": 272},
        "aarch64": {"seccomp": 277, "landlock_restrict_self": 446, "mount_setattr": 442, "clone3": 435, "capset": 91, "prctl": 167,
                    "setns": 268, "landlock_create_ruleset": 444, "keyctl": 219, "clone": 220, "unshare": 97},
    }[os.uname().machine]
    code = []
    def op(code_, jt, jf, k): code.append(struct.pack("HBBI", code_, jt, jf, k))
    for word in sys.argv[1].split(","):
        name, error, bits = word.split(":")
        first = sys.argv[2]
        op(0x20, 0, 0, 0)
        if bits != "0":
            op(0x15, 0, 3, numbers[name])
            op(0x20, 0, 0, 16)
            op(0x45, 0, 1, int(bits))
        elif first == "-":
            op(0x15, 0, 1, numbers[name])
        else:
            op(0x15, 0, 3, numbers[name])
            op(0x20, 0, 0, 16)
            op(0x15, 0, 1, int(first))
        op(0x06, 0, 0, 0x50000 | int(error))
    op(0x06, 0, 0, 0x7fff0000)
    filters = ctypes.create_string_buffer(b"".join(code))
    program = struct.pack("HxxxxxxQ", len(code), ctypes.addressof(filters))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0) == 0, ctypes.get_errno()
    os.execv(sys.argv[3], sys.argv[3:])
    """
}
