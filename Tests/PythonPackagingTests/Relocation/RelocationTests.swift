import Testing

@testable import PythonPackaging

struct RelocationTests {
  private static let packages = "lib/python3.11/site-packages"

  private func relocation(_ buildPaths: String..., tree: String? = "/home/me/app") -> Relocation {
    Relocation(
      buildPaths: buildPaths.isEmpty ? ["/home/me/app/env"] : buildPaths, treePaths: tree.map { [$0] } ?? [],
      release: InterpreterRelease(major: 3, minor: 11), sha256: sha256)
  }

  private func rewrite(_ path: String, _ text: String, by relocation: Relocation? = nil) -> Relocation.Rewrite {
    (relocation ?? self.relocation()).rewrite(path, Array(text.utf8)) { (_: String) -> [UInt8]? in nil }
  }

  /// The text that a file has afterwards.
  private func text(_ rewrite: Relocation.Rewrite, _ before: String) -> String {
    if case .changed(let bytes) = rewrite.content { String(decoding: bytes, as: UTF8.self) } else { before }
  }

  @Test(
    arguments: [
      ("#!/home/me/app/env/bin/python\nx", "#!/capsule/venv/bin/python\nx"),
      ("#!/home/me/app/env/bin/python3.11 -I -u\nx", "#!/capsule/venv/bin/python -I -u\nx"),
      ("#! /home/me/app/env/bin/python3 -s\r\nx", "#! /capsule/venv/bin/python -s\r\nx"),
      ("#!/home/me/app/env/bin/python", "#!/capsule/venv/bin/python"),
      ("#!/usr/bin/env python3\nx", nil), ("#!/usr/bin/python3\nx", nil), ("#!/bin/sh\nexec x\n", nil),
      ("no script", nil),
      (
        "#!/bin/sh\n'''exec' \"/home/me/app/env/bin/python3\" -I \"$0\" \"$@\"\n' '''\nx",
        "#!/bin/sh\n'''exec' \"/capsule/venv/bin/python\" -I \"$0\" \"$@\"\n' '''\nx"
      ),
      (
        "#!/bin/sh\n'''exec' /home/me/app/env/bin/python \"$0\" \"$@\"\n' '''\nx",
        "#!/bin/sh\n'''exec' /capsule/venv/bin/python \"$0\" \"$@\"\n' '''\nx"
      ),
      (
        "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\nx", nil
      ),
      (
        "#!/bin/sh\n. /home/me/app/env/bin/activate\nexec /home/me/app/run\n",
        "#!/bin/sh\n. /capsule/venv/bin/activate\nexec /capsule/run\n"
      ),
      ("#!/bin/sh", nil), ("#!", nil), ("", nil),
    ] as [(String, String?)])
  func `a script is run by the interpreter in the capsule, with its flags`(before: String, after: String?) {
    let rewrite = rewrite("bin/tool", before)
    #expect(text(rewrite, before) == after ?? before)
    #expect((rewrite.content == .kept) == (after == nil))
    #expect(rewrite.problems.isEmpty)
  }

  @Test(arguments: [
    ("bin/activate", "VIRTUAL_ENV=/capsule/venv\n"), ("bin/activate.csh", "VIRTUAL_ENV=/capsule/venv\n"),
    ("bin/activate.fish", "VIRTUAL_ENV=/capsule/venv\n"), ("bin/activate_this.py", "VIRTUAL_ENV='/capsule/venv'\n"),
    ("bin/tool", "VIRTUAL_ENV='/capsule/venv'\n"),
  ])
  func `quotation marks that the old path needed are gone where a shell reads it`(path: String, after: String) {
    let blank = relocation("/home/my self/app/env")
    #expect(text(rewrite(path, "VIRTUAL_ENV='/home/my self/app/env'\n", by: blank), "") == after)
  }

  @Test func `an interpreter that the sandbox lacks is a problem`() {
    let rewrite = rewrite("bin/tool", "#!/opt/other/bin/python3 -s\n")
    #expect(rewrite.problems == [.foreignInterpreter(file: "bin/tool", interpreter: "/opt/other/bin/python3")])
  }

  @Test func `pyvenv cfg names the interpreter of the sandbox, and nothing of the machine`() {
    let before = """
      home = /root/.pyenv/versions/3.11.7/bin
      include-system-site-packages = false
      version = 3.11.7
      prompt = my app
      executable = /root/.pyenv/versions/3.11.7/bin/python3.11
      base-prefix = /root/.pyenv/versions/3.11.7
      command = /root/.pyenv/versions/3.11.7/bin/python3 -m venv --without-pip /home/me/app/env

      """
    let rewrite = rewrite("pyvenv.cfg", before)
    #expect(
      text(rewrite, before) == """
        home = /usr/bin
        include-system-site-packages = false
        version = 3.11.7
        prompt = my app
        executable = /usr/bin/python3.11
        base-prefix = /usr

        """)
    #expect(rewrite.problems.isEmpty)
    let system = self.rewrite("pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = true\n")
    #expect(system.problems == [.usesSystemPackages])
    #expect(system.problems.map(\.isWarning) == [true])
  }

  @Test(arguments: [
    ("bin/activate", "VIRTUAL_ENV=\"/home/me/app/env\"\n", "VIRTUAL_ENV=\"/capsule/venv\"\n"),
    ("bin/activate", "    export VIRTUAL_ENV=/home/me/app/env\n", "    export VIRTUAL_ENV=/capsule/venv\n"),
    ("bin/activate.csh", "setenv VIRTUAL_ENV \"/home/me/app/env\"\n", "setenv VIRTUAL_ENV \"/capsule/venv\"\n"),
    ("bin/activate.fish", "set -gx VIRTUAL_ENV '/home/me/app/env'\n", "set -gx VIRTUAL_ENV /capsule/venv\n"),
    ("bin/Activate.ps1", "$VenvDir = \"/home/me/app/env\"\n", "$VenvDir = \"/capsule/venv\"\n"),
    (
      "share/jupyter/kernels/python3/kernel.json", "[\"/home/me/app/env/bin/python\"]", "[\"/capsule/venv/bin/python\"]"
    ),
    ("lib/pkgconfig/x.pc", "Cflags: -I/home/me/app/env/include", "Cflags: -I/capsule/venv/include"),
    (
      packages + "/x.pth", "/home/me/app/src\n# /home\nimport x; x.y('/home/me/app/env/z')\n",
      "/capsule/src\n# /home\nimport x; x.y('/capsule/venv/z')\n"
    ),
    (packages + "/__editable__.x-1.pth", "/home/me/app/env/src", "/capsule/venv/src"),
    (packages + "/x.egg-link", "/home/me/app/x\n.", "/capsule/x\n."),
    (
      packages + "/__editable___x_finder.py", "MAPPING: dict = {'x': '/home/me/app/src/x'}\n",
      "MAPPING: dict = {'x': '/capsule/src/x'}\n"
    ),
  ])
  func `texts that hold the path of the build get the new one`(path: String, before: String, after: String) {
    let rewrite = rewrite(path, before)
    #expect(text(rewrite, before) == after)
    #expect(rewrite.problems.isEmpty)
  }

  @Test(arguments: [
    ("x.pth", "/srv/other\n", [RelocationProblem.leavesTree(file: packages + "/x.pth", line: 1, target: "/srv/other")]),
    (
      "x.pth", "ok\n../../../../../outside\n",
      [.leavesTree(file: packages + "/x.pth", line: 2, target: "../../../../../outside")]
    ),
    ("x.pth", "/home/me/app/../x\n", [.leavesTree(file: packages + "/x.pth", line: 1, target: "/capsule/../x")]),
    ("x.pth", "../../../../src\n", []), ("x.pth", "sub\n", []), ("x.pth", "/home/me/app\n", []),
    ("x.egg-link", "/srv/x\n.", [.leavesTree(file: packages + "/x.egg-link", line: 1, target: "/srv/x")]),
    (
      "__editable___x_finder.py", "import sys\nMAPPING = {'x': '/srv/x', 'y': \"/home/me/app/y\"}\n",
      [.leavesTree(file: packages + "/__editable___x_finder.py", line: 2, target: "/srv/x")]
    ),
  ])
  func `what leads out of the tree is a problem`(name: String, text: String, problems: [RelocationProblem]) {
    #expect(rewrite(Self.packages + "/" + name, text).problems == problems)
  }

  @Test func `compiled files, the origin and foreign interpreters are not packed`() {
    let compiled = rewrite(Self.packages + "/x/__pycache__/a.cpython-311.pyc", "/home/me/app/env")
    #expect(compiled == Relocation.Rewrite(.dropped(.compiled)))
    let origin = rewrite(Self.packages + "/x-1.dist-info/direct_url.json", "{\"url\": \"file:///home/me/app\"}")
    #expect(origin == Relocation.Rewrite(.dropped(.origin)))
    let remote = rewrite(Self.packages + "/x-1.dist-info/direct_url.json", "{\"url\": \"https://x/y\"}")
    #expect(remote == Relocation.Rewrite(.kept))
    #expect(rewrite("bin/python3.9", "").content == .dropped(.interpreter))
  }

  @Test(arguments: [
    ("bin/python", "/root/.pyenv/bin/python3.11", Relocation.Rewrite.Content.link(to: "/usr/bin/python3.11")),
    ("bin/python3", "python", .link(to: "python")), ("bin/python3.11", "python3", .link(to: "python")),
    ("bin/python3.10", "python", .dropped(.interpreter)), ("lib64", "lib", .kept),
    ("lib/x", "/home/me/app/env/share/x", .link(to: "../../venv/share/x")),
    ("lib/x", "/home/me/app/x", .link(to: "../../x")),
    ("lib/x", "../../shared", .kept),
  ])
  func `one link leaves the tree, and the others are relative`(
    path: String, target: String, content: Relocation.Rewrite.Content
  ) {
    let rewrite = relocation().rewriteLink(path, target: target)
    #expect(rewrite.content == content)
    #expect(rewrite.problems.isEmpty)
  }

  @Test(arguments: ["/srv/x", "../../../x"]) func `a link out of the tree is a problem`(target: String) {
    #expect(
      relocation().rewriteLink("lib/x", target: target).problems == [.linkLeavesTree(file: "lib/x", target: target)])
  }

  @Test func `an interpreter that was copied becomes a link too`() {
    #expect(rewrite("bin/python3", "\u{7F}ELF\0/home/me/app/env").content == .link(to: "python"))
    #expect(Relocation.isInterpreter("bin/python3.11") && Relocation.isInterpreter("bin/python"))
    #expect(!Relocation.isInterpreter("bin/python3-config") && !Relocation.isInterpreter("x/bin/python"))
  }

  @Test func `RECORD gets the hashes of what is rewritten, and loses what is not packed`() throws {
    let files = [
      "bin/tool": "#!/home/me/app/env/bin/python\n", Self.packages + "/x.pth": "sub\n",
      Self.packages + "/x-1.dist-info/direct_url.json": "{\"url\": \"file:///home/me/app\"}",
    ]
    let record = """
      ../../../bin/tool,sha256=old,30
      x.pth,sha256=same,4
      "x/a,b.py",sha256=other,1
      x/__pycache__/a.cpython-311.pyc,,
      x-1.dist-info/direct_url.json,sha256=gone,9
      x-1.dist-info/RECORD,,

      """
    let rewrite = relocation().rewrite(Self.packages + "/x-1.dist-info/RECORD", Array(record.utf8)) {
      (path: String) -> [UInt8]? in files[path].map { Array($0.utf8) }
    }
    let script = "#!/capsule/venv/bin/python\n"
    #expect(
      text(rewrite, record) == """
        ../../../bin/tool,sha256=\(RecordEntry.base64(sha256(Array(script.utf8)))),\(script.utf8.count)
        x.pth,sha256=same,4
        "x/a,b.py",sha256=other,1
        x-1.dist-info/RECORD,,

        """)
    let broken = self.rewrite(Self.packages + "/x-1.dist-info/RECORD", "\"x")
    #expect(broken.problems == [.brokenRecord(file: Self.packages + "/x-1.dist-info/RECORD")])
  }

  @Test(arguments: [
    ("lib/x.so", "\u{7F}ELF\0\0RPATH=/home/me/app/env/lib\0", 12, true),
    ("lib/x.bin", "\0z\u{10}/home/me/app/envz", 3, false),
    (packages + "/x.py", "X = '/home/me/app/env/x'", 5, false), (packages + "/x.py", "y/mnt/home/me/app/env", 5, false),
    (packages + "/x.py", "a\n'/home/me/app/x'", 3, false), ("bin/tool", "#!/mnt/home/me/app/env/bin/python", 6, false),
  ])
  func `a file that still holds the path of the build is a problem with its place`(
    path: String, text: String, offset: Int, isProgram: Bool
  ) throws {
    let problem = try #require(rewrite(path, text).problems.last)
    switch problem {
    case .buildPathInProgram(path, offset, _): #expect(isProgram)
    case .buildPathLeft(path, offset, _): #expect(!isProgram)
    default: Issue.record("\(problem)")
    }
    #expect(problem.explanation.contains("at byte \(offset)"))
  }

  @Test(arguments: [
    ("lib/x.so", "\u{7F}ELF\0\0RPATH=$ORIGIN/../lib\0"), (packages + "/x.py", "X = '/home/me/application/env'"),
    (packages + "/x.py", "X = '/home/me/app-old', '/home/me/apple'"), (packages + "/x.py", "/capsule/venv/bin/python"),
    (packages + "/x.py", "/home/me/app.old"),
  ])
  func `other paths are no problem`(path: String, text: String) {
    #expect(rewrite(path, text) == Relocation.Rewrite(.kept))
  }

  @Test func `a short path is a problem only where a path begins`() {
    let relocation = relocation("/venv", tree: "/app")
    func problems(_ text: String) -> Int { rewrite(Self.packages + "/x.py", text, by: relocation).problems.count }
    #expect(problems("X = '/venv/bin'") == 1)
    #expect(problems("-L/venv/lib") == 1)
    #expect(problems("see docs/venv and /capsule/venv/bin, /venv2") == 0)
    #expect(problems("@route('/app')") == 0, "a tree at such a path cannot be told from an address")
    let script = rewrite("bin/tool", "#!/venv/bin/python3\n# /capsule/venv docs/venv\n", by: relocation)
    #expect(text(script, "") == "#!/capsule/venv/bin/python\n# /capsule/venv docs/venv\n")
    #expect(script.problems.isEmpty)
  }

  @Test(arguments: [
    ("/home/me/my app/it's env", "VIRTUAL_ENV='/home/me/my app/it'\"'\"'s env'\n", "VIRTUAL_ENV='/capsule/venv'\n"),
    ("/home/me/my app/env", "file:///home/me/my%20app/env/x\n", "file:///capsule/venv/x\n"),
    ("/home/me/été", "x /home/me/%C3%A9t%C3%A9/y /home/me/été/z\n", "x /capsule/venv/y /capsule/venv/z\n"),
    ("/capsule/venv", "/capsule/venv/bin\n", "/capsule/venv/bin\n"), ("/", "/ /x\n", "/ /x\n"),
  ])
  func `a path is found in the spellings of shells and addresses`(path: String, before: String, after: String) {
    let rewrite = rewrite("bin/activate.sh", before, by: relocation(path, tree: nil))
    #expect(text(rewrite, before) == after)
    #expect(rewrite.problems.isEmpty)
  }

  @Test func `several paths of one environment are all replaced`() {
    let relocation = relocation("/home/me/env", "/mnt/disk/home/me/env", "/home/me/env/nested", tree: "/home/me")
    let before = "/mnt/disk/home/me/env/a /home/me/env/b /home/me/env/nested/c /home/me/d\n"
    let rewrite = rewrite("bin/activate", before, by: relocation)
    #expect(text(rewrite, before) == "/capsule/venv/a /capsule/venv/b /capsule/venv/c /capsule/d\n")
  }
}
