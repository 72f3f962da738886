/// A small Python program that tries things and prints one line for each: what it tried, and `OK` or the error's name.
///
/// It runs the same inside a sandbox and, as the control, outside.
struct Probe {
  let commandLine: [String]

  private init(_ program: String, _ attempts: [String]) {
    commandLine = ["/usr/bin/python3", "-I", "-S", "-c", Self.frame + program + Self.loop] + attempts
  }

  /// Runs it outside of any sandbox.
  func outside(as caller: Caller) throws -> Outcome { try Spawn(try caller.commandLine(commandLine)).run() }

  /// Attempts on files, `HOW PATH`: `read`, `list`, `write` (to an existing file), `create`, `link` (read it).
  ///
  /// For the system's files there are `make`, which removes what it made, and `chmod` to the mode that it has: should the
  /// sandbox fail, this machine stays as it is.
  static func files(_ attempts: [String]) -> Probe {
    Probe(
      """
      def attempt(words):
          how, path = words
          if how == "read": os.read(os.open(path, os.O_RDONLY), 1)
          elif how == "list": os.listdir(path)
          elif how == "write": os.open(path, os.O_WRONLY)
          elif how == "create": os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
          elif how == "link": os.readlink(path)
          elif how == "chmod": os.chmod(path, os.stat(path).st_mode & 0o7777)
          elif how == "make":
              os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
              os.remove(path)
          else: raise SystemExit("unknown attempt " + how)

      """, attempts)
  }

  /// Attempts to connect: `tcp PORT` on the loopback, `abstract NAME`, `unix PATH` and waiting for an answer.
  static func connections(_ attempts: [String]) -> Probe {
    Probe(
      """
      import socket
      def attempt(words):
          kind, where = words
          if kind == "tcp": socket.create_connection(("127.0.0.1", int(where)), 10)
          elif kind == "unix":
              client = socket.socket(socket.AF_UNIX)
              client.connect(where)
              if client.recv(5) != b"hello": raise SystemExit("another answer")
          elif kind == "abstract": socket.socket(socket.AF_UNIX).connect("\\0" + where)
          else: raise SystemExit("unknown attempt " + kind)

      """, attempts)
  }

  /// Attempts to make sockets: `FAMILY TYPE PROTOCOL`, as numbers.
  static func sockets(_ attempts: [String]) -> Probe {
    Probe(
      """
      import _socket
      def attempt(words):
          _socket.socket(*map(int, words))

      """, attempts)
  }

  /// Attempts at raw system calls: `NUMBER ARGUMENT…`.
  static func systemCalls(_ attempts: [String]) -> Probe {
    Probe(
      """
      import ctypes
      library = ctypes.CDLL(None, use_errno=True)
      library.syscall.restype = ctypes.c_long
      def attempt(words):
          number, *arguments = [ctypes.c_ulong(int(word, 0)) for word in words]
          if library.syscall(number, *arguments) == -1:
              raise OSError(ctypes.get_errno(), "")

      """, attempts)
  }

  private static let frame = """
    import errno, os, sys

    """

  private static let loop = """
    for text in sys.argv[1:]:
        try:
            attempt(text.split(" "))
            print(text, "OK")
        except OSError as error:
            print(text, errno.errorcode[error.errno])
    """
}
