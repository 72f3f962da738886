import Foundation
import Testing

/// Virtual environments that Python itself makes, built into capsules and run.
@Suite struct PythonBuildTests {
  @Test(.needsVenv) func `a Python service runs when the folder that it was built in is gone`() throws {
    let project = try PythonProject(
      "version: \"1.0.0\"\nentrypoint: main.py\ndependencies: {python: \"\(try PythonProject.release())\", "
        + "pip_requirements: requirements.txt}\n")
    try project.write("requirements.txt", "words ~= 1.4.2\n")
    let build = try project.place.capsrun(
      "build", "--strict", "--require-pinned", "--output", "app.tar.gz", project.folder)
    #expect(build.exitCode == 0 && build.errors.isEmpty, "\(build)")
    try FileManager.default.removeItem(atPath: project.folder)
    #expect(try project.place.capsrun("install", "--allow-unsigned", "app.tar.gz").exitCode == 0)
    let run = try project.place.capsrun("run", "app")
    #expect(run.exitCode == 0 && run.output == "found /capsule/venv\n", "\(run)")
  }

  @Test(.needsVenv, arguments: ["words", "/capsule/venv/bin/words", "venv/bin/words"])
  func `a console script runs when the folder that it was built in is gone`(command: String) throws {
    let project = try PythonProject("processes: {tool: {cmd: \(command), cwd: .}}\n")
    #expect(try project.place.capsrun("build", "--output", "app.tar.gz", project.folder).exitCode == 0)
    try FileManager.default.removeItem(atPath: project.folder)
    #expect(try project.place.capsrun("install", "--allow-unsigned", "app.tar.gz").exitCode == 0)
    let run = try project.place.capsrun("run", "app")
    #expect(run.exitCode == 0 && run.output == "found\n", "\(run)")
  }

  @Test(.needsVenv) func `no path of the building machine is in the capsule, and its parts know their place`() throws {
    let project = try PythonProject("entrypoint: main.py\n")
    let place = project.place.folder
    let before = try Spawn(["/bin/grep", "-rl", project.folder, project.folder + "/venv"]).run()
    #expect(before.output.contains("pyvenv.cfg") && before.output.contains("bin/words"), "the control finds them")
    #expect(try project.place.capsrun("build", "--output", "app.tar.gz", project.folder).exitCode == 0)
    try place.folder("out")
    #expect(try Spawn(["/bin/tar", "-xzf", place("app.tar.gz"), "-C", place("out")]).run().exitCode == 0)
    #expect(try Spawn(["/bin/grep", "-rl", place.path, place("out")]).run().output.isEmpty)
    let config = try String(contentsOfFile: place("out/venv/pyvenv.cfg"), encoding: .utf8)
    #expect(config.hasPrefix("home = /usr/bin\n") && !config.contains("command"))
    let script = try String(contentsOfFile: place("out/venv/bin/words"), encoding: .utf8)
    #expect(script.hasPrefix("#!/capsule/venv/bin/python\n"))
    let release = try PythonProject.release()
    for (name, target) in [
      ("python", "/usr/bin/python\(release)"), ("python3", "python"), ("python\(release)", "python"),
    ] {
      let link = try FileManager.default.destinationOfSymbolicLink(atPath: place("out/venv/bin/\(name)"))
      #expect(link == target)
    }
  }

  @Test(.needsVenv) func `the same environment built elsewhere is the same capsule`() throws {
    let one = try PythonProject("entrypoint: main.py\n")
    let other = try PythonProject("entrypoint: main.py\n", at: "far/away/with blank", in: one.place)
    let id = try one.id()
    #expect(try other.id() == id)
    try other.write("main.py", "print(1)\n")
    #expect(try other.id() != id)
  }

  @Test(.needsVenv) func `compiled files are not packed, and build tells why`() throws {
    let project = try PythonProject("entrypoint: main.py\n")
    let id = try project.id()
    let words = "venv/lib/python\(try PythonProject.release())/site-packages/words"
    try project.place.folder.folder("app/\(words)/__pycache__")
    try project.write("\(words)/__pycache__/x.pyc", "compiled at some time")
    #expect(try project.id() == id)
    let why = try project.place.capsrun("build", "--why", "\(words)/__pycache__/x.pyc", project.folder)
    #expect(why.exitCode == 1 && why.output.contains("the time and the path"), "\(why)")
    let control = try project.place.capsrun("build", "--why", "\(words)/__init__.py", project.folder)
    #expect(control.exitCode == 0)
  }
}

/// What a build finds wrong with a virtual environment.
@Suite struct PythonProblemTests {
  @Test(.needsVenv) func `all problems are told at once, and nothing is written`() throws {
    let project = try PythonProject(
      "entrypoint: main.py\ndependencies: {python: \"3.4\", pip_requirements: requirements.txt}\n",
      tag: "cp34-cp34m-linux_x86_64")
    try project.write(
      "requirements.txt",
      "words == 1.4.1\nabsent ~= 2.0\nelsewhere ~= 1.0 ; sys_platform == 'win32'\n-r more.txt\n-r ../secret.txt\n")
    try project.write("more.txt", "deeper >= 1, < 2\n!\n")
    let words = "venv/lib/python\(try PythonProject.release())/site-packages/words"
    try project.write("\(words)/__init__.py", "changed\n")
    let outcome = try project.place.capsrun("build", "--output", "app.tar.gz", project.folder)
    #expect(outcome.exitCode == 65 && outcome.output.isEmpty)
    for part in [
      "of Python \(try PythonProject.release()), and dependencies.python is 3.4",
      "\"words\" 1.4.2, but requirements.txt:1 requires \"words==1.4.1\"",
      "lacks \"absent~=2.0\", which requirements.txt:2 requires", "lacks \"deeper", "more.txt:2:",
      "outside of the capsule", "is built for cp34-cp34m-linux_x86_64",
      "words/__init__.py\" of \"words\" is not what was installed",
    ] {
      #expect(outcome.errors.contains(part), "\(part)\n\(outcome.errors)")
    }
    #expect(!outcome.errors.contains("elsewhere"), "its marker does not hold")
    #expect(try !project.place.folder.entries().contains("app.tar.gz"))
  }

  @Test(.needsVenv) func `a requirement without a version is a warning, or an error when it is asked for`() throws {
    let project = try PythonProject("entrypoint: main.py\ndependencies: {pip_requirements: requirements.txt}\n")
    try project.write("requirements.txt", "words >= 1\n")
    let message = "\"words>=1\" is not pinned to a version"
    for (options, code) in [([], 0), (["--require-pinned"], 65), (["--strict"], 65)] as [([String], CInt)] {
      let outcome = try Capsrun.run(
        ["build", "--dry-run", project.folder] + options, as: project.place.caller)
      #expect(outcome.exitCode == code && outcome.errors.contains(message), "\(outcome)")
      #expect(outcome.errors.contains("requirements.txt:1:1") && outcome.errors.contains("~="), "\(outcome)")
    }
    try project.write("requirements.txt", "words ~= 1.4.2\n")
    let pinned = try project.place.capsrun("build", "--dry-run", "--strict", "--require-pinned", project.folder)
    #expect(pinned.exitCode == 0 && pinned.errors.isEmpty, "\(pinned)")
  }

  @Test func `a Python entrypoint without an environment is a warning, word for word`() throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file("capsule.yml", "capsule: 1\nname: app\nentrypoint: main.py\n")
    try folder.file("main.py", "print(1)\n")
    let warning = "WARNING: Python entrypoint found but no venv included"
    for (options, code) in [([], 0), (["--strict"], 65)] as [([String], CInt)] {
      let outcome = try Capsrun.run(["build", "--dry-run", folder(".")] + options, as: .user)
      #expect(
        outcome.exitCode == code && outcome.errors.split(separator: "\n").contains { $0 == warning }, "\(outcome)")
      #expect(outcome.errors.contains("include a venv as venv/, or see that the system's Python"), "\(outcome)")
    }
    try folder.file("capsule.yml", "capsule: 1\nname: app\nentrypoint: gone.py\n")
    let missing = try Capsrun.run(["build", "--dry-run", folder(".")], as: .user)
    #expect(missing.exitCode == 65)
    #expect(missing.errors.split(separator: "\n").contains { $0 == "ERROR: Entrypoint not found: gone.py" })
  }

  @Test(arguments: [("requirements.txt", 0), ("gone.txt", 65)] as [(String, CInt)])
  func `the requirements file must be in the capsule`(name: String, code: CInt) throws {
    let folder = try TemporaryFolder(of: .user)
    try folder.file(
      "capsule.yml",
      "capsule: 1\nname: app\nprocesses: {a: {cmd: sh}}\ndependencies: {pip_requirements: \(name)}\n")
    try folder.file("requirements.txt", "words ~= 1.4\n")
    let outcome = try Capsrun.run(["build", "--dry-run", folder(".")], as: .user)
    let part = code == 0 ? "is not verified: there is no virtual environment" : "names \"gone.txt\", which is not"
    #expect(outcome.exitCode == code && outcome.errors.contains(part), "\(outcome)")
  }

  @Test(.needsVenv) func `a machine without the Python of the capsule refuses it with both versions`() throws {
    let release = try PythonProject.release()
    let folder = try TemporaryFolder(of: .user)
    try folder.file("main.py", "print('ran')\n")
    for (wanted, code) in [(release, 0), ("3.99", 127)] as [(String, CInt)] {
      try folder.file(
        "capsule.yml", "capsule: 1\nname: app\nentrypoint: main.py\ndependencies: {python: \"\(wanted)\"}\n")
      let run = try Capsrun.run(["run", folder(".")], as: .user)
      #expect(run.exitCode == code && run.output == (code == 0 ? "ran\n" : ""), "\(run)")
      guard code != 0 else { continue }
      #expect(run.errors.contains("the capsule needs Python 3.99, and this machine has Python \(release)"), "\(run)")
      #expect(run.errors.contains("install python3.99"))
      #expect(try Capsrun.run(["explain", folder(".")], as: .user).exitCode == 0)
    }
    try folder.file("capsule.yml", "capsule: 1\nname: app\nentrypoint: main.py\n")
    try folder.folder("venv")
    try folder.folder("venv/bin")
    for (target, code) in [(release, 0), ("3.99", 127)] as [(String, CInt)] {
      let link = "/usr/bin/python\(target)"
      let made = try Spawn(try Caller.user.commandLine(["/bin/ln", "-sf", link, folder("venv/bin/python")])).run()
      #expect(made.exitCode == 0)
      let run = try Capsrun.run(["run", folder(".")], as: .user)
      #expect(run.exitCode == code && run.output == (code == 0 ? "ran\n" : ""), "\(run)")
      #expect(run.errors.contains("the capsule's venv needs Python 3.99, and this machine has") == (code != 0))
    }
  }
}
