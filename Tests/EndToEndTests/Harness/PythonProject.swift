import Foundation
import Testing

extension Trait where Self == ConditionTrait {
  /// For tests that make virtual environments by the Python that the sandbox shows.
  static var needsVenv: Self {
    .enabled(if: PythonProject.isPossible || Requirements.mustWork, "scripts/bootstrap test installs python3-venv")
  }
}

/// A folder with a virtual environment in which a package with a console script is installed, as pip does it.
final class PythonProject {
  /// The release of the Python of the system, such as `3.11`.
  static func release() throws -> String { try found.get() }

  private static let found = Result {
    try Spawn(["/usr/bin/python3", "-c", "import sys; print('%d.%d' % sys.version_info[:2], end='')"]).run().output
  }

  static let isPossible: Bool = {
    do {
      return try Spawn(["/usr/bin/python3", "-c", "import venv"]).run().exitCode == 0
    } catch {
      return false
    }
  }()

  let place: CapsulePlace
  let name: String
  var folder: String { place.folder(name) }

  /// Makes `name` with a manifest and an environment; `tag` is that of the package's wheel.
  init(_ manifest: String, at name: String = "app", tag: String = "py3-none-any", in place: CapsulePlace? = nil) throws
  {
    self.place = try place ?? CapsulePlace()
    self.name = name
    var parent = ""
    for part in name.split(separator: "/") {
      parent += (parent.isEmpty ? "" : "/") + part
      try self.place.folder.folder(parent)
    }
    try write("capsule.yml", "capsule: 1\nname: app\n" + manifest)
    try write("main.py", "import sys, words\nprint(words.text(), sys.prefix)\n")
    try write("install", Self.installer)
    try python("-m", "venv", "--without-pip", folder + "/venv")
    try python(folder + "/install", folder, tag)
    try FileManager.default.removeItem(atPath: folder + "/install")
  }

  func write(_ file: String, _ text: String) throws { try place.folder.file(name + "/" + file, text) }

  private func python(_ arguments: String...) throws {
    let outcome = try Spawn(try place.caller.commandLine(["/usr/bin/python3"] + arguments)).run()
    guard outcome.exitCode == 0 else { throw HarnessError(outcome.errors) }
  }

  /// By a process of its own: a child that was made meanwhile would hold a script open, and nobody could execute it.
  private static let installer = """
    import base64, glob, hashlib, os, sys
    root, tag = sys.argv[1:]
    packages = glob.glob(root + "/venv/lib/python3*/site-packages")[0]
    info = "words-1.4.2.dist-info"
    files = {
        "words/__init__.py": "def text(): return 'found'\\ndef main(): print(text())\\n",
        info + "/METADATA": "Metadata-Version: 2.1\\nName: words\\nVersion: 1.4.2\\n",
        info + "/WHEEL": "Wheel-Version: 1.0\\nTag: " + tag + "\\n",
        "../../../bin/words": "#!" + root + "/venv/bin/python3\\nimport words\\nwords.main()\\n",
    }
    record = ""
    for name, text in files.items():
        path = os.path.join(packages, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").write(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        record += f"{name},sha256={digest},{len(text)}\\n"
    open(os.path.join(packages, info, "RECORD"), "w").write(record + info + "/RECORD,,\\n")
    os.chmod(root + "/venv/bin/words", 0o755)

    """

  /// Builds, and gives the id.
  func id(_ arguments: String...) throws -> String {
    let outcome = try Capsrun.run(
      ["build", "--dry-run", folder] + arguments, as: place.caller, workingFolder: place.folder.path)
    let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("BUILD_SHA: ") }
    guard outcome.exitCode == 0, let line else { throw HarnessError("not built: \(outcome)") }
    return String(line.dropFirst("BUILD_SHA: ".count))
  }
}
