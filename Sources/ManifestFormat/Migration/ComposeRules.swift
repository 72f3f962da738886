internal import Diagnostics

// What becomes of each key of a service.
extension ComposeService {
  static let programs: [String: Rule<ComposeService>] = [
    "image": .convert { key, service in
      service.question(
        key, "an image is not used", add: "pack the files that it holds into the capsule, or use those of the host")
    },
    "build": .convert { key, service in
      service.question(key, "nothing is built from a Dockerfile", add: "pack what it makes into the capsule")
    },
    "entrypoint": .convert { $1.setEntrypoint($0) },
    "command": .convert { $1.setCommandLine($0) },
    "working_dir": .convert { key, service in
      let text = key.text ?? ""
      if service.put(.string(text), ["cwd"], from: key) { service.mustBeInside(text, from: key) }
    },
    "environment": .convert { $1.setEnvironment($0) },
    "env_file": .cannot(
      "a manifest holds its variables itself", add: "write those of the file to env, without the secret ones"),
    "container_name": .needless("the process has the name of the service"),
    "hostname": .cannot("the host's name inside is that of the capsule"),
    "labels": .cannot("a process has no labels", add: "write them to metadata"),
    "platform": .cannot("the capsule holds the programs of its platform"),
    "pull_policy": .needless("an image is not used"),
    "init": .holds(), "tty": terminal, "stdin_open": terminal,
    "extends": .cannot("services are written out here", add: "use the output of docker compose config"),
    "profiles": .cannot("every process of a capsule is started", add: "make it a capsule of its own"),
  ]

  private static let terminal = Rule<ComposeService>.convert { key, service in
    key.isTrue ? service.tell(key, "a process has no terminal") : service.note(key, "a process has no terminal")
  }

  static let lifecycle: [String: Rule<ComposeService>] = [
    "restart": .convert { $1.setRestart($0) },
    "stop_signal": .put(["stop", "signal"], .signal),
    "stop_grace_period": .put(["stop", "timeout"], DurationWords.go.reading),
    "depends_on": .convert { $1.setDependencies($0) },
    "healthcheck": .convert { key, service in
      guard case .table(let entries) = key.value.content else { return service.tell(key, "it is no table") }
      var health = ComposeHealth(draft: service.draft, path: service.path)
      health.read(entries, from: key)
      service.draft = health.draft
    },
    "scale": .put(["replicas"], .integer),
    "deploy": .table(deploy),
    "logging": .table([
      "driver": .needless("capsrun keeps output by itself"),
      "options": .table([
        "max-size": .put(["logs", "max_size"], .memory(none: [])), "max-file": .put(["logs", "keep"], .integer),
      ]),
    ]),
  ]

  private static let deploy: [String: Rule<ComposeService>] = [
    "replicas": .put(["replicas"], .integer),
    "resources": .table([
      "limits": .table([
        "cpus": .put(["resources", "cpu_quota"], cpus), "memory": .put(["resources", "memory_max"], .memory(none: [])),
        "pids": .put(["resources", "pids_max"], .integer),
      ]),
      "reservations": .cannot("nothing is kept free for a process"),
    ]),
    "restart_policy": .table([
      "condition": .put(
        ["restart_policy"],
        .words(["none": "never", "on-failure": "on_failure", "any": "always"], else: "has no counterpart")),
      "delay": .put(["restart_delay"], DurationWords.go.reading), "max_attempts": .put(["restart", "max"], .integer),
      "window": .put(["restart", "window"], DurationWords.go.reading),
    ]),
    "mode": .needless("it is about several machines"), "placement": .cannot("it is about several machines"),
    "update_config": .cannot("capsrun activate replaces a capsule"),
    "rollback_config": .cannot("capsrun activate replaces a capsule"), "labels": .cannot("a process has no labels"),
  ]

  /// Processors as percent of one.
  private static let cpus = Reading.scalar { (text: String) throws(TextProblem) in
    guard let number = Double(text), number > 0, number < 100_000 else {
      throw TextProblem(explanation: "\(quoted(text)) is no number of processors", hint: "write 150% for 1.5")
    }
    let thousandths = Int((number * 100_000).rounded())
    let fraction = String(thousandths % 1000 + 1000).dropFirst()
    return .string("\(thousandths / 1000)" + (fraction == "000" ? "" : ".\(fraction)") + "%")
  }

  static let rights: [String: Rule<ComposeService>] = [
    "ports": .convert { $1.setPorts($0) },
    "expose": .needless("the processes of a capsule reach each other"),
    "networks": .needless("the processes of a capsule have one network"),
    "links": .needless("the processes of a capsule reach each other at 127.0.0.1"),
    "network_mode": .cannot(
      "a capsule has a network of its own", add: "add capabilities: { net: host } if that is meant"),
    "extra_hosts": .cannot(
      "names are those of the host", add: "add the addresses to capabilities: { net: [ADDRESS:PORT] }"),
    "dns": .cannot("names are looked up by the host"), "dns_search": .cannot("names are looked up by the host"),
    "volumes": .convert { $1.setVolumes($0) },
    "tmpfs": .convert { key, service in
      for path in service.texts(key) ?? [] where !["/tmp", "/run"].contains(path.cut(at: ":").0) {
        service.tell(
          key, "the sandbox has no other folder in memory than /tmp", add: "use the folder that TMPDIR names")
      }
    },
    "devices": .convert { key, service in
      for text in service.texts(key) ?? [] {
        let parts = text.split(separator: ":")
        guard let device = parts.first, parts.count == 1 || parts[1] == device else {
          service.tell(key, "a device has the same path inside")
          continue
        }
        service.grant("devices", String(device), from: key)
      }
    },
    "user": .convert { $1.setUser($0) },
    "read_only": .holds(unless: ["false"]),
    "privileged": .convert { key, service in
      if key.isTrue { service.tell(key, "no capsule is", add: "grant what it needs under capabilities") }
    },
    "cap_drop": .holds(),
    "cap_add": .convert { key, service in
      guard service.isOnly else {
        return service.tell(
          key, "such rights are those of the whole capsule",
          add: "add security: { linux_capabilities: [NAME] } if need be"
        )
      }
      for name in service.texts(key) ?? [] {
        service.draft.append(
          .string(name), at: ["security", "linux_capabilities"], from: key, for: service.path)
      }
    },
    "security_opt": .convert { key, service in
      for option in service.texts(key) ?? [] where !option.hasPrefix("no-new-privileges") {
        service.tell(key, "\(quoted(option)) has no counterpart")
      }
    },
    "secrets": .cannot("what it names is not read", add: "add secrets: { NAME: {} } and give its value at the start"),
    "configs": .cannot("what it names is not read", add: "pack the file into the capsule"),
  ]

  static let others: [String: Rule<ComposeService>] = [
    "mem_limit": .put(["resources", "memory_max"], .memory(none: ["-1"])),
    "mem_reservation": .cannot("nothing is kept free for a process"),
    "memswap_limit": .cannot("it counts memory and swap together", add: "add resources: { swap_max: AMOUNT }"),
    "cpus": .put(["resources", "cpu_quota"], cpus),
    "cpuset": .put(["resources", "cpus"], .text),
    "cpu_shares": .convert { key, service in
      guard case .integer(let shares)? = service.read(key, .integer) else { return }
      service.note(key, "of 1024, where cpu_weight is of 100")
      service.put(.integer(min(10000, max(1, shares * 100 / 1024))), ["resources", "cpu_weight"], from: key)
    },
    "pids_limit": .put(["resources", "pids_max"], .integer),
    "oom_score_adj": .convert { key, service in
      guard let number = Int64(key.text ?? "") else { return service.tell(key, "it is no number") }
      service.put(.integer(number), ["resources", "oom_score_adj"], from: key)
    },
    "ulimits": .convert { $1.setLimits($0) },
    "shm_size": .cannot("it cannot be set"), "sysctls": .cannot("a capsule changes nothing of the kernel"),
    "ipc": .cannot("a capsule shares no memory with the host"),
    "pid": .cannot("a capsule sees no processes of the host"),
  ]
}
