import Diagnostics
import Foundation
import Testing

@testable import ManifestFormat

/// Old files, compared with the manifests in Files/. CAPSRUN_UPDATE_GOLDEN=1 writes those anew.
@Suite struct MigrationGoldenTests {
  @Test(arguments: MigrationCase.all)
  func `an old file gives exactly the golden manifest, which reads as one`(example: MigrationCase) throws {
    let migration = try example.migrate()
    let golden = example.path(of: "capsule.yml")
    if ProcessInfo.processInfo.environment["CAPSRUN_UPDATE_GOLDEN"] == "1" {
      try Data(migration.text.utf8).write(to: golden)
    }
    let bytes = Array(try Data(contentsOf: golden))
    #expect(migration.text == String(decoding: bytes, as: UTF8.self))
    #expect(migration.format == example.format, "the format is found by name or content")
    let read = try Manifest.read(try SourceText(file: "capsule.yml", bytes: bytes), folderName: "other")
    #expect(read == migration.manifest && read.dialect == .native)
    #expect(migration.warnings.count == example.warnings, "\(migration.told.joined(separator: "\n"))")
  }

  @Test(arguments: MigrationCase.all)
  func `each warning is a comment too, with the line of the old file`(example: MigrationCase) throws {
    let migration = try example.migrate()
    let lines = try example.text().split(separator: "\n", omittingEmptySubsequences: false)
    for warning in migration.warnings {
      #expect(warning.severity == .warning && warning.exitCode == .success)
      guard let location = warning.location else {
        #expect(migration.text.contains("# TODO \(warning.message)"))
        continue
      }
      #expect(migration.text.contains("# TODO line \(location.line):"), "\(warning.message)")
      #expect(location.lineText == lines[location.line - 1])
    }
  }

  @Test func `a unit of systemd keeps what it says`() throws {
    let migration = try MigrationCase.named("systemd-web").migrate()
    let web = try migration.process("web")
    #expect(
      web.words == [
        "/bin/sh", "-c",
        "set -f; exec /srv/shop/bin/web --listen \"${HOST}\":8080 --motd \"${MOTD}\" $EXTRA --cost '5$'",
      ])
    #expect(
      web.variables == [
        "PORT": "8080", "MOTD": "open all day", "LOG": "info", "PERCENT": "100%", "STATE_DIRECTORY": "/var/lib/shop",
      ])
    #expect(web.restartPolicy == .onFailure && web.restartDelay == .milliseconds(1500))
    #expect(web.restart.max == 4 && web.restart.window == .seconds(300))
    #expect(web.stop.signal == "SIGINT" && web.stop.timeout == .seconds(90) && web.successExitCodes == [3, 143])
    #expect(web.ready?.notify == true && web.workingFolder == "/srv/shop")
    #expect(web.resources.memoryMax == .bytes(512 << 20) && web.resources.pidsMax == 200)
    #expect(web.resources.cpuQuota?.microsecondsPerPeriod == 150_000)
    #expect(web.resources.rlimits["nofile"]?.soft == 4096 && web.resources.rlimits["nofile"]?.hard == 65536)
    #expect(web.dependsOn.map(\.name) == ["web-before"] && web.dependsOn[0].condition == .completedOK)
    #expect(migration.manifest.capabilities.write.map(\.value.text) == ["/var/log/shop", "/srv/uploads?"])
    #expect(migration.manifest.capabilities.read.isEmpty && migration.manifest.capabilities.listen.isEmpty)
    #expect(migration.manifest.state.mapValues(\.description) == ["shop": "/var/lib/shop"])
    #expect(migration.manifest.security.linuxCapabilities == ["NET_BIND_SERVICE"])
  }

  @Test func `a Compose file keeps what it says`() throws {
    let migration = try MigrationCase.named("compose-shop").migrate()
    let manifest = migration.manifest
    #expect(manifest.name == "shop" && manifest.processes.map(\.name) == ["web", "db", "cache"])
    let web = try migration.process("web")
    #expect(web.words == ["bin/web", "--cost", "5$"])
    #expect(web.environment["DEBUG"]?.value == "false" && web.environment["REGION"]?.fallback == "eu")
    #expect(web.environment["TOKEN"]?.settled == nil && web.environment["TOKEN"]?.request == "the value of TOKEN")
    #expect(web.dependsOn.map(\.condition) == [.healthy, .started])
    #expect(web.replicas == 2 && web.restartPolicy == .always && web.stop.timeout == .seconds(90))
    let database = try migration.process("db")
    #expect(database.health?.exec == ["/bin/sh", "-c", "pg_isready -U shop"] && database.health?.threshold == 5)
    #expect(database.restartPolicy == .never && database.resources.rlimits["core"]?.hard == .some(nil))
    #expect(try migration.process("cache").words == ["redis-server", "--maxmemory", "64 mb"])
    #expect(manifest.capabilities.listen.map(\.value.description) == ["0.0.0.0:8080->3000", "127.0.0.1:9000->9000"])
    #expect(manifest.capabilities.read.map(\.value.text) == ["/etc/ssl/certs"])
    #expect(manifest.capabilities.write.map(\.value.text) == ["/srv/shop/uploads"])
    #expect(manifest.capabilities.network == .only([]) && manifest.security.linuxCapabilities.isEmpty)
  }

  @Test func `supervisord, process-compose and a Procfile keep what they say`() throws {
    let site = try MigrationCase.named("supervisord-site").migrate()
    let web = try site.process("web")
    #expect(web.words == ["/usr/bin/gunicorn", "site:app", "--name", "web"])
    #expect(web.environment["MODE"]?.value == "live, really" && web.environment["RATE"]?.value == "5%")
    #expect(web.environment["TOKEN"]?.settled == nil && web.successExitCodes == [2])
    #expect(web.stop.signal == "SIGQUIT" && web.logs.maxSize == .bytes(50 << 20) && web.logs.keep == 4)
    let queue = try site.process("mail-queue")
    #expect(queue.words == ["bin/queue", "--once"] && queue.replicas == 3 && queue.group?.value == "site")

    let stack = try MigrationCase.named("process-compose-stack").migrate()
    let api = try stack.process("api")
    #expect(api.words == ["/bin/sh", "-c", "bin/api --port 8080 | tee api.out"])
    #expect(api.dependsOn.map(\.condition) == [.ready, .completedOK] && api.restart.max == 5)
    #expect(api.liveness?.http == "http://127.0.0.1:8080/health")
    #expect(try stack.process("db").stop.signal == "SIGINT" && stack.manifest.environment["LOG"]?.value == "info")

    let app = try MigrationCase.named("procfile-app").migrate()
    let worker = try app.process("worker")
    #expect(worker.words == ["bin/worker", "--name", "night shift", "--verbose"])
    #expect(worker.variables == ["QUEUE": "mail", "LEVEL": "3"] && worker.workingFolder == "/capsule")
  }

  @Test func `a manifest in the package dialect is the same in the native one`() throws {
    for name in ["package-agent", "package-service"] {
      let example = try MigrationCase.named(name)
      let source = try SourceText(file: example.file, bytes: try example.bytes())
      let old = try Manifest.read(source, folderName: name)
      #expect(old.dialect == .package)
      #expect(try example.migrate().manifest.canonicalBytes == old.canonicalBytes)
    }
    #expect(
      try MigrationCase.named("package-service").migrate().told == [
        "8 PORT is set and no listen grant", "11 writable: ephemeral loses files written at run time",
      ])
  }
}
