import Diagnostics
import Foundation
import ManifestFormat
import Testing

/// The remarks on a manifest as `LINE:COLUMN message`.
private func remarks(_ text: String, file: String = "capsule.yml") -> [String] {
  func told(_ diagnostics: [Diagnostic]) -> [String] {
    diagnostics.map { "\($0.location?.line ?? 0):\($0.location?.column ?? 0) \($0.message)" }
  }
  do {
    let source = try SourceText(file: file, bytes: Array(text.utf8))
    return told(try Manifest.readWithWarnings(source, folderName: "folder").warnings)
  } catch let list as DiagnosticList {
    return told(list.all)
  } catch {
    return ["\(error)"]
  }
}

private let two = "capsule: 1\nprocesses:\n  a: {cmd: x}\n"

@Suite struct ManifestRulesTests {
  @Test(arguments: [
    (two + "  b: {cmd: y, depends_on: [c]}", "4:28 \"b\" depends on \"c\", which is no process of this capsule"),
    (two + "  b: {cmd: y, depends_on: [b]}", "4:28 \"b\" depends on itself"),
    (
      two + "resources: {rlimits: {nofile: {soft: 3, hard: 2}}}",
      "4:12 the soft limit nofile of the capsule is above its hard limit"
    ),
    (
      "capsule: 1\nresources: {rlimits: {nofile: 2}}\nprocesses:\n  a: {cmd: x, resources: {rlimits: {nofile: 3}}}",
      "4:26 rlimits.nofile of \"a\" is more than that of the whole capsule"
    ),
    (
      two + "  b: {cmd: y, depends_on: {a: healthy}}",
      "4:28 \"b\" waits until \"a\" is healthy, which it never says"
    ),
    (two + "  b: {cmd: y, depends_on: {a: ready}}", "4:28 \"b\" waits until \"a\" is ready, which it never says"),
    (two + "  b: {cmd: y, group: g}", "4:22 there is no group \"g\""),
    (two + "  b: {cmd: y, ready: {}}", "4:22 processes.b.ready says no way of looking"),
    (two + "  b: {cmd: y, ready: {tcp: 1, log: x}}", "4:22 processes.b.ready says several ways of looking"),
    (
      "capsule: 1\nprocesses:\n  a: {cmd: x, depends_on: [c]}\n  b: {cmd: x, depends_on: [a]}\n  c: {cmd: x, depends_on: [b]}",
      "3:28 processes wait for each other: a -> c -> b -> a"
    ),
    (
      "capsule: 1\nprocesses:\n  a: {cmd: x, restart_policy: always}\n  b: {cmd: y, depends_on: {a: completed}}",
      "4:28 \"b\" waits until \"a\" is completed, and it is always started again"
    ),
    (two + "  b: {cmd: y, oneshot: true, restart_policy: always}", "4:3 \"b\" is a oneshot, and always started again"),
    (
      two + "  b: {cmd: y, replicas: 2}\n  b-2: {cmd: y}",
      "5:3 \"b-2\" is also the name of one of the replicas of \"b\""
    ),
    (
      two + "  \(String(repeating: "b", count: 62)): {cmd: y, replicas: 2}",
      "4:3 the name of \"\(String(repeating: "b", count: 62))-2\", one of the replicas of \"\(String(repeating: "b", count: 62))\", is too long"
    ),
    (
      two + "  b: {cmd: y, logs: {max_size: 5%}}",
      "4:3 logs.max_size of \"b\" is a share of the memory, and no size of a file"
    ),
    (two + "  b: {cmd: y, ready: {tcp: 1, interval: 0s}}", "4:22 processes.b.ready.interval is no time at all"),
    (
      "capsule: 1\nresources: {memory_max: 1G}\nprocesses: {a: {cmd: x, resources: {memory_max: 2G}}}",
      "3:36 memory_max of \"a\" is more than that of the whole capsule"
    ),
    (
      "capsule: 1\nresources: {cpu_quota: 50%}\nprocesses: {a: {cmd: x, resources: {cpu_quota: 1.5}}}",
      "3:36 cpu_quota of \"a\" is more than that of the whole capsule"
    ),
    (
      "capsule: 1\ncapabilities: {fs_read: [/a]}\nprocesses: {a: {cmd: x, capabilities: {fs_read: [/b]}}}",
      "3:50 fs_read \"/b\" is more than the capsule itself may"
    ),
    (
      "capsule: 1\ncapabilities: {fs_read: [/a]}\nprocesses: {a: {cmd: x, capabilities: {fs_write: [/a]}}}",
      "3:51 fs_write \"/a\" is more than the capsule itself may"
    ),
    (
      "capsule: 1\nprocesses: {a: {cmd: x, capabilities: {net: host}}}",
      "2:39 net \"host\" is more than the capsule itself may"
    ),
    ("capsule: 1\nservices: [a]\ncommand: {name: x}", "2:12 services without an entrypoint"),
    (two + "services: [b]", "4:12 services names \"b\", which is no process of this capsule"),
    (
      two + "cron: [{name: n, schedule: '@daily', action: b}]",
      "4:46 cron names \"b\", which is no process of this capsule"
    ),
    (
      two + "cron: [{name: n, schedule: '@daily', action: a}, {name: n, schedule: '@daily', action: a}]",
      "4:57 there are two of cron job \"n\""
    ),
    (two + "interceptor: [{event: BeforeLunch}]", "4:23 interceptor[0].event \"BeforeLunch\" is no event"),
    (two + "capsrun-version: '>=99'", "4:18 it needs capsrun >=99, and this is capsrun 0.1.0"),
    (two + "keywords: [a, a]", "4:15 keywords[1] is given twice"),
    (two + "cron: [{name: n, action: a}]", "4:8 cron[0] has no schedule"),
    (two + "cron: [{name: n, schedule: x, action: a}]", "4:28 cron[0].schedule \"x\" has 1 fields"),
    (two + "cron: []\ncrons: []", "5:1 \"cron\" and \"crons\" in the manifest are the same key"),
    (two + "env: {A: {type: enum}}", "4:10 env.A is an enum without values"),
    (two + "env: {A: {type: int, default: x}}", "4:10 env.A has the default \"x\", which is no integer"),
    (two + "env: {A: {type: secret, default: x}}", "4:10 env.A is a secret with a default, which everybody could read"),
    (two + "topic: [{name: a.*}]", "4:16 topic[0].name \"a.*\" has a wildcard"),
    (
      two + "capabilities: {ipc_publish: ['a.*']}",
      "4:30 what follows from ipc_publish \"a.*\" is one part between dots alone"
    ),
  ])
  func `what does not fit together is told with its place`(text: String, problem: String) {
    #expect(remarks(text) == [problem])
  }

  @Test(arguments: [
    two + "  b: {cmd: y, depends_on: {a: {condition: started, timeout: 5s}}}",
    "capsule: 1\nprocesses:\n  a: {cmd: x, ready: {tcp: 1}, health: {exec: [t]}}\n  b: {cmd: y, depends_on: {a: healthy}}\n  c: {cmd: y, depends_on: {a: ready}}",
    "capsule: 1\nresources: {memory_max: 2G}\nprocesses: {a: {cmd: x, resources: {memory_max: 2G}}}",
    "capsule: 1\ncapabilities: {fs_write: [/a]}\nprocesses: {a: {cmd: x, capabilities: {fs_read: [/a/b], fs_write: [/a]}}}",
    two + "services: [a]", two + "cron: {name: n, schedule: '@daily', action: a}",
    two + "interceptor: [{event: BeforeToolCall, action: a}]", two + "capsrun-version: '>=0.1'",
    two + "  b: {cmd: y, group: g}\ngroups: {g: {strategy: one_for_all}}",
    two + "  b: {cmd: y, replicas: 1}\n  b-1: {cmd: y}",
    two + "  b: {cmd: y, replicas: 2}\n  b-3: {cmd: y}\n  b-02: {cmd: y}",
    "capsule: 1\nprocesses:\n  a: {cmd: x, oneshot: true}\n  b: {cmd: y, depends_on: {a: ready}}",
    "capsule: 1\nprocesses:\n  a: {cmd: x, depends_on: {b: completed}}\n  b: {cmd: y}",
    two + "capabilities: {ipc_publish: ['a.*']}\ndependencies: {provides: ['topic:a.b']}",
    "capsule: 1\ncontext_file: {name: a, file: a.md}",
  ])
  func `what fits together is right`(text: String) {
    #expect(remarks(text) == [])
  }
}

@Suite struct PackageDialectTests {
  private func read(_ text: String) throws -> Manifest {
    try Manifest.read(SourceText(file: "Capsule.toml", bytes: Array(text.utf8)), folderName: "folder")
  }

  private static let whole = """
    entrypoint = "bin/main"

    [package]
    name = "weather"
    version = "0.4.0"
    description = "tells the weather"
    authors = ["A. Author"]
    license = "MIT"
    keywords = ["weather"]
    astrid-version = ">=0.2"
    metadata = { team = "x" }

    [component]
    entrypoint = "weather.wasm"

    [capabilities]
    net_bind = ["127.0.0.1:8080"]
    fs_read = ["/etc/weather"]
    ipc_publish = ["weather.now"]

    [env.API_KEY]
    type = "secret"
    request = "Please enter the key"

    [[mcp_server]]
    id = "one"
    type = "stdio"
    command = "bin/server"
    args = ["--x"]

    [[tool]]
    name = "get_weather"
    input_schema = { type = "object" }

    [[uplink]]
    name = "chat"
    platform = "matrix"

    [[cron]]
    name = "hourly"
    schedule = "0 * * * *"
    action = "main"

    [[interceptor]]
    event = "BeforeToolCall"

    [dependencies]
    requires = ["topic:clock.*"]
    """

  @Test func `a manifest with a table package is read into the same model`() throws {
    let manifest = try read(Self.whole)
    #expect(manifest.dialect == .package)
    #expect(manifest.name == "weather" && manifest.about.version == "0.4.0" && manifest.about.license == "MIT")
    #expect(manifest.about.authors == ["A. Author"] && manifest.about.keywords == ["weather"])
    #expect(manifest.about.metadata == .object([.init("team", .string("x"))]))
    #expect(manifest.entrypoint?.value == "bin/main")
    #expect(manifest.capabilities.listen.map(\.value.description) == ["127.0.0.1:8080->8080"])
    #expect(manifest.capabilities.read.map(\.value.text) == ["/etc/weather"])
    #expect(manifest.environment["API_KEY"]?.kind == .secret)
    #expect(manifest.environment["API_KEY"]?.request == "Please enter the key")
    let extensions = manifest.extensions
    #expect(extensions.components.map { $0.entrypoint?.value } == ["weather.wasm"])
    #expect(extensions.mcpServers.map { $0.command?.value } == ["bin/server"])
    #expect(extensions.tools.map { $0.name?.value } == ["get_weather"])
    #expect(extensions.uplinks.map(\.platform) == ["matrix"])
    #expect(manifest.cron.map(\.schedule) == ["0 * * * *"])
    #expect(manifest.interceptors.map(\.event) == ["before_tool_call"])
    #expect(manifest.dependencies.requires.map(\.value.text) == ["topic:clock.*"])
  }

  @Test func `the dialect leaves no trace in the canonical form`() throws {
    let native = """
      entrypoint: bin/main
      capsule: 1
      name: weather
      version: 0.4.0
      keywords: [a]
      """
    let source = try SourceText(file: "capsule.yml", bytes: Array(native.utf8))
    let package = "entrypoint = 'bin/main'\n[package]\nname = 'weather'\nversion = '0.4.0'\nkeywords = ['a']\n"
    #expect(try read(package).canonicalBytes == Manifest.read(source, folderName: "x").canonicalBytes)
  }

  @Test(arguments: [
    ("[package]\nversion = '1.0.0'\n", "package has no name"), ("[package]\nname = 'a'\n", "package has no version"),
    (
      "name = 'a'\n[package]\nname = 'a'\nversion = '1.0.0'\n",
      "both [package] and name at the top, which belong to two dialects"
    ),
    (
      "[package]\nname = 'a'\nversion = '1.0.0'\nastrid-version = '>=0.4'\n",
      "it needs astrid >=0.4, and this is astrid 0.3.0"
    ),
    ("[package]\nname = 'a'\nversion = '1.0.0'\nauthor = 'x'\n", "unknown key \"author\" in package"),
  ])
  func `what the dialect needs must be there`(text: String, problem: String) {
    let text = text + "[component]\nentrypoint = 'a.wasm'\n"
    #expect { try read(text) } throws: { ($0 as? DiagnosticList)?.all.map(\.message) == [problem] }
  }

  private static let head = "[package]\nname = 'a'\nversion = '1.0.0'\n[processes.web]\ncmd = 'x'\n"
  private static let portIsUnreachable = "PORT is set and no listen grant"

  @Test(arguments: [
    ("[rootfs]\nwritable = 'ephemeral'\n", ["7:12 writable: ephemeral loses files written at run time"]),
    ("[env]\nPORT = '80'\n", ["7:8 " + portIsUnreachable]),
    ("env = { PORT = 80 }\n", ["6:16 " + portIsUnreachable]),
    ("[env.PORT]\ntype = 'int'\n", ["6:1 " + portIsUnreachable]),
    ("env.PORT = '80'\n[capabilities]\nfs_read = ['/a']\n", ["6:12 " + portIsUnreachable]),
    ("env.PORT = '80'\n[rootfs]\nwritable = 'persistent'\n[capabilities]\nnet_bind = ['80']\n", []),
    (
      "env.PORT = '80'\n[capabilities]\nlisten = ['a']\n",
      ["8:11 capabilities.listen[0] \"a\" has \"a\" for a port, which is no number from 1 to 65535"]
    ),
    ("env.PORT = '80'\n[capabilities]\nnet = 'host'\n", []), ("env.POR = '80'\n[rootfs]\nwritable = 'none'\n", []),
  ])
  func `habits that lose files or connections in a capsule are told with their places`(text: String, told: [String]) {
    #expect(remarks(Self.head + text, file: "Capsule.toml") == told)
  }

  @Test func `the native dialect is taken at its word`() {
    let native = "capsule: 1\nentrypoint: x\nenv: {PORT: 80}\nrootfs: {writable: ephemeral}\n"
    #expect(remarks(native).isEmpty)
    let package = "package: {name: a, version: 1.0.0}\n" + native
    #expect(
      remarks(package) == [
        "4:13 " + Self.portIsUnreachable, "5:20 writable: ephemeral loses files written at run time",
      ])
  }

  @Test func `a component may be one table or a list of them`() throws {
    let head = "[package]\nname = 'a'\nversion = '1.0.0'\n"
    let one = try read(head + "[component]\nentrypoint = 'a.wasm'\n")
    #expect(one == (try read(head + "[[component]]\nfile = 'a.wasm'\n")))
    #expect(one.dialect == .package && one.extensions.components.count == 1)
  }
}

@Suite struct FixtureTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/manifests/good")

  private func read(_ name: String) throws -> Manifest {
    let source = try SourceText(file: name, bytes: Array(try Data(contentsOf: Self.folder.appending(path: name))))
    return try Manifest.read(source, folderName: "fixture")
  }

  @Test func `three syntaxes of one manifest are equal, and have the same canonical bytes`() throws {
    let yaml = try read("supervised.yml")
    for name in ["supervised.toml", "supervised.json"] {
      #expect(try read(name) == yaml)
      #expect(try read(name).canonicalBytes == yaml.canonicalBytes)
    }
  }

  @Test(arguments: ["everything.yml", "package.toml", "python-service.yml", "shortest.toml", "supervised.yml"])
  func `the canonical form of a manifest reads as the same manifest`(name: String) throws {
    let manifest = try read(name)
    let again = try Manifest.read(SourceText(file: "x.json", bytes: manifest.canonicalBytes), folderName: "other")
    #expect(again.canonicalBytes == manifest.canonicalBytes)
  }

  @Test func `an example of a service keeps what is quoted as it is`() throws {
    let manifest = try read("python-service.yml")
    #expect(manifest.about.version == "2.1.0" && manifest.services.map(\.value) == ["tori-api", "tori-worker"])
    #expect(manifest.environment["MAX_TOKENS_PER_MIN"]?.value == "200")
    #expect(manifest.dependencies.python == "3.10" && manifest.resources.memoryMax == .bytes(16 << 30))
    #expect(manifest.resources.cpuQuota?.microsecondsPerPeriod == 80_000)
  }
}
