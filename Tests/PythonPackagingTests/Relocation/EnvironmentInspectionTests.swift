import Testing

@testable import PythonPackaging

struct EnvironmentInspectionTests {
  private func inspection(_ files: [(String, String)]) -> EnvironmentInspection {
    var inspection = EnvironmentInspection()
    for (path, text) in files { inspection.inspect(path, Array(text.utf8)) }
    return inspection
  }

  @Test(arguments: [
    ("pyvenv.cfg", "command = /usr/bin/python3 -m venv /srv/a b/venv\n", ["/srv/a b/venv"]),
    (
      "pyvenv.cfg", "command = /usr/bin/python3 -m venv --without-pip --prompt=\"/x y\" --copies /srv/venv\n",
      ["/srv/venv"]
    ),
    ("pyvenv.cfg", "home = /usr/bin\n", []),
    ("bin/activate", "deactivate\nVIRTUAL_ENV=\"/srv/venv\"\n", ["/srv/venv"]),
    ("bin/activate", "VIRTUAL_ENV=$(cygpath /wrong)\n    export VIRTUAL_ENV=/srv/venv\n", ["/srv/venv"]),
    ("bin/activate", "VIRTUAL_ENV='/srv/it'\"'\"'s'\n", ["/srv/it's"]),
    ("bin/pip", "#!/srv/venv/bin/python3.11\n", ["/srv/venv"]),
    ("bin/pip", "#!/bin/sh\n'''exec' \"/srv/a b/bin/python\" \"$0\" \"$@\"\n' '''\n", ["/srv/a b"]),
    ("bin/pip", "#!/bin/sh\n'''exec' '/srv/a b/bin/python' \"$0\" \"$@\"\n' '''\n", ["/srv/a b"]),
    ("bin/pip", "#!/usr/bin/python3\n", []), ("bin/pip", "#!/usr/bin/env python3\n", []),
    ("bin/pip", "#!/usr/local/bin/python3\n", []),
    ("bin/x", "#!/bin/python3\n", []), ("bin/python", "#!/srv/venv/bin/python\n", []),
    ("lib/x", "#!/srv/venv/bin/python\n", []),
  ])
  func `the path of the build is in several files`(path: String, text: String, found: [String]) {
    #expect(inspection([(path, text)]).buildPaths == found)
  }

  @Test func `several paths are told, but not that of the base`() {
    let found = inspection([
      ("bin/a", "#!/mnt/x/venv/bin/python\n"), ("bin/b", "#!/opt/python/bin/python3\n"),
      ("pyvenv.cfg", "home = /opt/python/bin\ncommand = /opt/python/bin/python3 -m venv /srv/venv\n"),
      ("bin/activate", "VIRTUAL_ENV=/home/link/venv\n"), ("bin/c", "#!/srv/venv/bin/python\n"),
    ])
    #expect(found.buildPaths == ["/srv/venv", "/home/link/venv", "/mnt/x/venv"])
  }

  @Test(arguments: [
    ("version = 3.11.7\n", "3.11.7"), ("version_info = 3.12.0.final.0\n", "3.12.0"), ("Version = 3.10\n", "3.10"),
    ("implementation = CPython\nversion_info = 3.12.1\n", "3.12.1"), ("home = /x\n", nil),
  ])
  func `the interpreter is that of pyvenv cfg`(text: String, version: String?) {
    let found = inspection([("pyvenv.cfg", text)])
    #expect(found.interpreter?.description == version)
    #expect(found.problems == (version == nil ? [.unknown] : []))
  }

  @Test func `an environment of two releases, or of another Python, is a problem`() {
    var found = inspection([("pyvenv.cfg", "version = 3.11.7\nimplementation = PyPy\n")])
    found.note(folder: "lib/python3.11")
    #expect(found.problems == [.notCPython("PyPy")])
    found.note(folder: "lib/python3.9")
    found.note(folder: "lib/other")
    let release = InterpreterRelease(major: 3, minor: 11)
    #expect(found.problems == [.notCPython("PyPy"), .mixed(configured: release, folder: "lib/python3.9")])
  }
}
