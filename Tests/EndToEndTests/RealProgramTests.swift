import Foundation
import Testing

/// Programs that know nothing of sandboxes do their usual work in one; docs/programs.md has the same command lines.
@Suite struct RealProgramTests {
  /// Files, and command lines that work on them one after the other, in a folder that is granted to be written to.
  struct Work: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var files: [String: String] = [:]
    /// What is needed beside the folder.
    var options: [String] = []
    let commands: [[String]]
    /// All of what the commands print, by lines.
    let output: [String]
  }

  private static let works = [
    Work(
      testDescription: "sh",
      commands: [
        ["sh", "-c", "for n in 3 1 2; do echo $n; done | sort > list; while read n; do echo \"<$n>\"; done < list"],
        ["sh", "-c", "cat <<END | tr a-z A-Z\nhere\nEND\n(sleep 0; echo behind) & wait; test -s list && echo $?"],
      ], output: ["<1>", "<2>", "<3>", "HERE", "behind", "0"]),
    Work(
      testDescription: "python and pip",
      files: ["make.py": wheel],
      commands: [
        ["/usr/bin/python3", "make.py"], ["/usr/bin/python3", "-m", "venv", "venv"],
        [
          "venv/bin/pip", "install", "--no-index", "--no-cache-dir", "--quiet", "--disable-pip-version-check",
          "greet-1.0-py3-none-any.whl",
        ],
        ["venv/bin/greet"],
        [
          "venv/bin/python", "-c",
          "import multiprocessing as m, sqlite3, ssl, tempfile; print(m.Pool(2).map(abs, [-1, -2]), ssl.RAND_status())",
        ],
      ], output: ["hello from the wheel", "[1, 2] True"]),
    Work(testDescription: "node", files: ["server.js": server], commands: [["node", "server.js"]], output: served),
    Work(
      testDescription: "node that is told to use io_uring", files: ["server.js": server],
      options: ["--env", "UV_USE_IO_URING=1"], commands: [["node", "server.js"]], output: served),
    Work(
      testDescription: "gcc, linking dynamically and statically",
      files: [
        "hello.c": "#include <stdio.h>\nint main(int n, char **a) { printf(\"hello %s\\n\", a[n - 1]); return 0; }\n"
      ],
      commands: [
        ["gcc", "-O2", "-Wall", "-o", "hello", "hello.c"], ["./hello", "1"],
        ["gcc", "-static", "-o", "static", "hello.c"], ["./static", "2"],
      ], output: ["hello 1", "hello 2"]),
    Work(
      testDescription: "git",
      commands: [
        ["git", "init", "--quiet", "--initial-branch", "main", "one"],
        ["sh", "-c", "echo content > one/file"], ["git", "-C", "one", "add", "file"],
        [
          "git", "-C", "one", "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "first",
        ],
        ["git", "clone", "--quiet", "one", "two"], ["git", "-C", "two", "log", "--format=%s by %an"],
        ["git", "-C", "two", "fsck", "--no-progress"], ["cat", "two/file"],
      ], output: ["first by A", "content"]),
    Work(
      testDescription: "a static program of Go",
      files: ["page.md": "% tool 1\n\n# NAME\n\ntool - does *something*\n"],
      commands: [
        ["go-md2man", "-in", "page.md", "-out", "page.1"], ["grep", "-c", "something", "page.1"],
      ], output: ["1"]),
    Work(
      testDescription: "sqlite3",
      commands: [
        ["sqlite3", "base", "pragma journal_mode=wal; create table t(a); insert into t values (41), (1);"],
        ["sqlite3", "base", "select sum(a) from t; pragma integrity_check;"],
      ], output: ["wal", "42", "ok"]),
    Work(
      testDescription: "busybox",
      commands: [
        ["busybox", "sh", "-c", "busybox seq 3 | busybox awk '{ n += $1 } END { print n }' > sum; busybox cat sum"],
        ["busybox", "sh", "-c", "busybox tar czf a.tgz sum; busybox rm sum; busybox tar xzf a.tgz; busybox cat sum"],
      ], output: ["6", "6"]),
  ]

  private static func run(_ work: Work, in folder: TemporaryFolder, as caller: Caller) throws {
    for (name, content) in work.files { try folder.file(name, content) }
    var lines: [String] = []
    for command in work.commands {
      let outcome = try Capsrun.run(
        ["box", "--write", folder.path, "--chdir", folder.path] + work.options + ["--"] + command, as: caller)
      try #require(outcome.exitCode == 0, "\(command): \(outcome)")
      #expect(outcome.errors.isEmpty)
      lines += outcome.lines
    }
    #expect(lines == work.output)
  }

  @Test(arguments: Caller.reachable, works)
  func `an unedited program does its work in a granted folder`(caller: Caller, work: Work) throws {
    let folder = try TemporaryFolder(of: caller)
    try Self.run(work, in: folder, as: caller)
    // It is the grant that makes it possible: where it may only read, the same fails.
    let refused = try Capsrun.shell(
      "touch \(folder("new")) 2>&1 | grep -c 'Read-only'", ["--read", folder.path], as: caller)
    #expect(refused.output == "1\n")
    // What it has made is the caller's.
    for name in try folder.entries() { #expect(try owner(of: folder(name)) == caller.id, "\(name)") }
  }

  /// Debian keeps the settings of Java in /etc, and links to them from its installation.
  @Test(arguments: Caller.reachable)
  func `java compiles and runs when its settings are granted`(caller: Caller) throws {
    let folder = try TemporaryFolder(of: caller)
    try folder.file(
      "Hello.java",
      """
      public class Hello {
        public static void main(String[] arguments) throws Exception {
          Thread thread = new Thread(() -> System.out.println("hello from a thread"));
          thread.start();
          thread.join();
          Runtime machine = Runtime.getRuntime();
          System.out.println(machine.availableProcessors() > 0 && machine.maxMemory() > 0);
        }
      }

      """)
    let settings = try Self.settingsOfJava()
    let options = ["box", "--write", folder.path, "--chdir", folder.path]
    let grant = ["--read", settings, "--"]
    let compiled = try Capsrun.run(options + grant + ["javac", "Hello.java"], as: caller)
    #expect(compiled.exitCode == 0, "\(compiled)")
    let java = ["java", "-Xmx64m", "Hello"]
    #expect(try Capsrun.run(options + grant + java, as: caller).lines == ["hello from a thread", "true"])
    let without = try Capsrun.run(options + ["--", "javac", "Hello.java"], as: caller)
    #expect(without.exitCode == 1)
    #expect(without.errors.contains("java.security"))
  }

  /// To root's sandboxes a granted folder is shown as their own, whoever owns it.
  @Test(.needsRoot) func `git trusts the repository of another only when it is told to`() throws {
    let folder = try TemporaryFolder(of: .root)
    try Self.run(try #require(Self.works.first { $0.testDescription == "git" }), in: folder, as: .root)
    let options = ["box", "--read", folder.path]
    let command = ["--", "git", "-C", folder("two"), "log", "--format=%s"]
    let refused = try Capsrun.run(options + command, as: .user)
    #expect(refused.exitCode == 128)
    #expect(refused.errors.contains("dubious ownership"))
    let settings = ["GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*"]
    let told = try Capsrun.run(options + settings.flatMap { ["--env", $0] } + command, as: .user)
    #expect(told.output == "first\n")
  }

  /// The folder in /etc to which the installation of Java on this machine links.
  private static func settingsOfJava() throws -> String {
    let java = URL(filePath: "/usr/bin/java").resolvingSymlinksInPath()
    let home = java.deletingLastPathComponent().deletingLastPathComponent()
    let file = home.appending(path: "conf/security/java.security").resolvingSymlinksInPath()
    try #require(FileManager.default.fileExists(atPath: file.path), "scripts/bootstrap test installs Java")
    return file.deletingLastPathComponent().deletingLastPathComponent().path
  }

  private static let wheel = """
    import zipfile
    wheel = zipfile.ZipFile("greet-1.0-py3-none-any.whl", "w")
    about = "greet-1.0.dist-info/"
    wheel.writestr("greet.py", "def hello():\\n    print('hello from the wheel')\\n")
    wheel.writestr(about + "METADATA", "Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n")
    wheel.writestr(about + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(about + "entry_points.txt", "[console_scripts]\\ngreet = greet:hello\\n")
    wheel.writestr(about + "RECORD", "")
    wheel.close()

    """

  private static let server = """
    const { Worker, isMainThread, parentPort } = require("worker_threads");
    const [fs, http, child] = [require("fs"), require("http"), require("child_process")];
    if (!isMainThread) {
      parentPort.postMessage("a worker answers");
    } else {
      new Worker(__filename).on("message", async (text) => {
        console.log(text);
        await fs.promises.writeFile("written", "a file is written and read");
        console.log(await fs.promises.readFile("written", "utf8"));
        console.log(child.execFileSync("echo", ["a child runs"], { encoding: "utf8" }).trim());
        const server = http.createServer((request, response) => response.end("a page is served"));
        server.listen(0, "127.0.0.1", () => {
          http.get({ host: "127.0.0.1", port: server.address().port }, (page) => {
            page.on("data", (bytes) => console.log(String(bytes)));
            page.on("end", () => process.exit(0));
          });
        });
      });
    }

    """

  private static let served = [
    "a worker answers", "a file is written and read", "a child runs", "a page is served",
  ]
}
