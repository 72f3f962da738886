internal import Diagnostics

// What becomes of each key of a unit; systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5).
extension SystemdUnit {
  private static let otherUnits = Rule<SystemdUnit>.convert { key, unit in
    let words = (key.text ?? "").split(separator: " ")
    guard !words.allSatisfy({ $0.hasSuffix(".target") }) else {
      return unit.note(key, "a capsule does not wait for the machine")
    }
    unit.tell(
      key, "other units are no part of a capsule",
      add: "if another capsule provides it, add dependencies: { requires: [TYPE:NAME] }")
  }

  static let unit: [String: Rule<SystemdUnit>] = [
    "Description": .convert { key, unit in
      unit.draft.put(.string(key.text ?? ""), at: ["description"], from: key, for: unit.path)
    },
    "Documentation": .convert { key, unit in
      guard let url = (key.text ?? "").split(separator: " ").first(where: { $0.hasPrefix("http") }) else {
        return unit.note(key, "it is no address of the web")
      }
      unit.draft.put(.string(String(url)), at: ["documentation"], from: key, for: unit.path)
    },
    "After": otherUnits, "Before": otherUnits, "Wants": otherUnits, "Requires": otherUnits, "BindsTo": otherUnits,
    "PartOf": otherUnits, "Requisite": otherUnits, "Conflicts": otherUnits,
    "DefaultDependencies": .needless("a capsule does not wait for the machine"),
    "StartLimitIntervalSec": .put(["restart", "window"], DurationWords.systemd.reading),
    "StartLimitInterval": .put(["restart", "window"], DurationWords.systemd.reading),
    "StartLimitBurst": .put(["restart", "max"], .integer),
    "WantedBy": .needless("what starts a capsule is no part of it"),
    "RequiredBy": .needless("what starts a capsule is no part of it"),
    "Alias": .cannot("a capsule has one name"),
  ]

  static let service: [String: Rule<SystemdUnit>] = [
    "ExecStart": .convert { $1.setProgram($0) },
    "ExecStartPre": .convert { $1.addBefore($0) },
    "ExecStartPost": .cannot("nothing is run after a start", add: "let the program do it"),
    "ExecStop": .cannot("a process is stopped by a signal", add: "add stop: { signal: SIGTERM }"),
    "ExecStopPost": .cannot("nothing is run after a stop"),
    "ExecReload": .cannot("a capsule is not reloaded but activated anew"),
    "Type": .convert { $1.setType($0) },
    "RemainAfterExit": .cannot("a process that has ended does not run"),
    "PIDFile": .needless("it is known without a file which process that is"),
    "NotifyAccess": .needless("only the process itself says that it is ready"),
    "GuessMainPID": .needless("it is known which process that is"),
    "Restart": .put(
      ["restart_policy"],
      .words(
        ["no": "never", "always": "always", "on-failure": "on_failure"],
        else: "has no counterpart; write restart_policy: never, on_failure or always")),
    "RestartSec": .put(["restart_delay"], DurationWords.systemd.reading),
    "RestartMaxDelaySec": .put(["restart", "cap"], DurationWords.systemd.reading),
    "SuccessExitStatus": .convert { key, unit in
      let codes = (key.text ?? "").split(separator: " ").map { Int64($0) }
      if codes.contains(nil) { unit.tell(key, "only numbers are exit codes here") }
      unit.put(.array(codes.compactMap { $0 }.map { .integer($0) }), ["success_exit_codes"], from: key)
    },
    "KillSignal": .put(["stop", "signal"], .signal),
    "TimeoutStopSec": .put(["stop", "timeout"], DurationWords.systemd.reading),
    "TimeoutStartSec": .cannot("how long a start may take is not said so", add: "add startup, a probe with a timeout"),
    "TimeoutSec": .convert { key, unit in
      if let value = unit.read(key, DurationWords.systemd.reading) { unit.put(value, ["stop", "timeout"], from: key) }
      unit.question(key, "it holds for the stop alone")
    },
    "WatchdogSec": .cannot("nothing waits for signs of life", add: "add liveness, a probe"),
    "KillMode": .convert { key, unit in
      if key.text == "control-group" || key.text == "mixed" { return unit.draft.hold(key, for: unit.path) }
      unit.tell(key, "nothing of a process is left behind when it is stopped")
    },
    "SendSIGKILL": .holds(unless: no),
    "WorkingDirectory": .convert { key, unit in
      let text = (key.text ?? "").hasPrefix("-") ? String((key.text ?? "").dropFirst()) : key.text ?? ""
      if text == "~" { return unit.tell(key, "the user of a capsule has no folder of its own", add: "add cwd: FOLDER") }
      if unit.put(.string(text), ["cwd"], from: key) { unit.mustBeInside(text, from: key) }
    },
    "Environment": .convert { key, unit in unit.setVariables(unit.words(key), from: key) },
    "PassEnvironment": .convert { key, unit in
      for name in unit.words(key) { unit.declareVariable(name, from: key) }
    },
    "EnvironmentFile": .cannot(
      "a manifest holds its variables itself", add: "write those of the file to env, without the secret ones"),
    "User": .convert { $1.setUser($0) },
    "Group": .needless("the group inside is that of the user"),
    "DynamicUser": .holds(unless: no),
    "SupplementaryGroups": .cannot("nothing of the host is reached by a group", add: "grant what it was for"),
    "UMask": .cannot("it cannot be set", add: "set it in the program"),
    "StandardOutput": output, "StandardError": output,
    "StandardInput": .convert { key, unit in
      key.text == "null" ? unit.note(key, "it reads nothing") : unit.tell(key, "a process reads nothing")
    },
    "SyslogIdentifier": .needless("output is kept under the name of the process"),
  ]

  private static let output = Rule<SystemdUnit>.convert { key, unit in
    let isKept = ["journal", "inherit", "syslog", "journal+console"].contains(key.text ?? "")
    if isKept { return unit.note(key, "capsrun keeps output by itself") }
    unit.tell(key, "output goes to no other place", add: "let the program write to a granted folder")
  }

  static let limits: [String: Rule<SystemdUnit>] = [
    "MemoryMax": .put(["resources", "memory_max"], .memory(none: ["infinity"])),
    "MemoryLimit": .put(["resources", "memory_max"], .memory(none: ["infinity"])),
    "MemoryHigh": .put(["resources", "memory_high"], .memory(none: ["infinity"])),
    "MemorySwapMax": .put(["resources", "swap_max"], .memory(none: ["infinity"])),
    "CPUQuota": .put(["resources", "cpu_quota"], .text),
    "CPUWeight": .put(["resources", "cpu_weight"], .integer),
    "AllowedCPUs": .put(["resources", "cpus"], .text),
    "CPUAffinity": .put(["resources", "cpus"], .text),
    "TasksMax": .put(["resources", "pids_max"], .integer),
    "IOWeight": .put(["resources", "io_weight"], .integer),
    "Nice": .convert { key, unit in
      guard let number = Int64(key.text ?? "") else { return unit.tell(key, "it is no number") }
      unit.put(.integer(number), ["resources", "nice"], from: key)
    },
    "OOMScoreAdjust": .convert { key, unit in
      guard let number = Int64(key.text ?? "") else { return unit.tell(key, "it is no number") }
      unit.put(.integer(number), ["resources", "oom_score_adj"], from: key)
    },
    "OOMPolicy": .convert { key, unit in
      guard key.text == "kill" else { return unit.tell(key, "\(quoted(key.text ?? "")) has no counterpart") }
      unit.put(.bool(true), ["resources", "oom_group"], from: key)
    },
  ].merging(
    ["AS", "CORE", "DATA", "FSIZE", "LOCKS", "MEMLOCK", "MSGQUEUE", "NOFILE", "NPROC", "RSS", "SIGPENDING", "STACK"]
      .map { ("Limit" + $0, .convert { $1.setLimit($0) }) }
  ) { $1 }

  private static let profile = Rule<SystemdUnit>.cannot(
    "the profile of the capsule decides which system calls there are", add: "add security: { seccomp: default }")
  private static let no = ["no", "false", "off", "0"]

  static let confinement: [String: Rule<SystemdUnit>] = [
    "ReadWritePaths": .convert { $1.grantPaths("fs_write", $0) },
    "ReadWriteDirectories": .convert { $1.grantPaths("fs_write", $0) },
    "BindPaths": .convert { $1.grantPaths("fs_write", $0) },
    "BindReadOnlyPaths": .convert { $1.grantPaths("fs_read", $0) },
    "ReadOnlyPaths": .cannot("nothing of the host is shown by itself", add: "grant what is read under fs_read"),
    "InaccessiblePaths": .convert { key, unit in
      let shown = unit.words(key).filter { path in ["/usr", "/bin", "/sbin", "/lib"].contains { path.hasPrefix($0) } }
      if shown.isEmpty { return unit.draft.hold(key, for: unit.path) }
      unit.tell(key, "the programs of the host are shown, all of them")
    },
    "RestrictAddressFamilies": profile, "MemoryDenyWriteExecute": profile, "RestrictRealtime": profile,
    "SystemCallErrorNumber": profile,
    "IPAddressAllow": .cannot("nothing may be connected to", add: "add capabilities: { net: [ADDRESS:PORT] }"),
    "IPAddressDeny": .cannot("nothing may be connected to that is not granted"),
    "StateDirectory": .convert { $1.keepFolders($0, below: "/var/lib", variable: "STATE_DIRECTORY") },
    "CacheDirectory": .convert { $1.keepFolders($0, below: "/var/cache", variable: "CACHE_DIRECTORY") },
    "LogsDirectory": .convert { $1.keepFolders($0, below: "/var/log", variable: "LOGS_DIRECTORY") },
    "RuntimeDirectory": .cannot("the sandbox makes no folder in /run", add: "use the folder that TMPDIR names"),
    "AmbientCapabilities": .convert { key, unit in
      for word in unit.words(key) {
        unit.draft.append(.string(word), at: ["security", "linux_capabilities"], from: key, for: unit.path)
      }
    },
    "CapabilityBoundingSet": .holds(),
    "SystemCallFilter": profile,
    "NoNewPrivileges": .holds(unless: no), "PrivateTmp": .holds(unless: no), "PrivateDevices": .holds(unless: no),
    "PrivateUsers": .holds(unless: no), "PrivateMounts": .holds(unless: no), "PrivateIPC": .holds(unless: no),
    "PrivateNetwork": .holds(unless: no), "ProtectSystem": .holds(unless: no), "ProtectHome": .holds(unless: no),
    "ProtectClock": .holds(unless: no), "ProtectHostname": .holds(unless: no), "ProtectKernelLogs": .holds(unless: no),
    "ProtectKernelModules": .holds(unless: no), "ProtectKernelTunables": .holds(unless: no),
    "ProtectControlGroups": .holds(unless: no), "ProtectProc": .holds(unless: ["default"]),
    "ProcSubset": .cannot("the sandbox has a whole /proc of its own"),
    "RemoveIPC": .holds(unless: no), "RestrictNamespaces": .holds(unless: no), "RestrictSUIDSGID": .holds(unless: no),
    "LockPersonality": .holds(unless: no), "KeyringMode": .holds(), "SystemCallArchitectures": .holds(),
    "DevicePolicy": .holds(unless: ["auto"]),
    "DeviceAllow": .convert { key, unit in
      let path = (key.text ?? "").split(separator: " ").first.map(String.init) ?? ""
      guard path.hasPrefix("/dev/") else { return unit.tell(key, "it names no single device") }
      unit.grant("devices", path, from: key)
    },
  ]

  mutating func setType(_ key: OldKey) {
    switch key.text ?? "" {
    case "simple", "exec": return
    case "idle": note(key, "it is started with the others")
    case "notify", "notify-reload": put(.object([.init("notify", .bool(true))]), ["ready"], from: key)
    case "oneshot": put(.bool(true), ["oneshot"], from: key)
    case "forking":
      tell(key, "a process stays in the foreground", add: "add the option of the program that keeps it there")
    default: tell(key, "\(quoted(key.text ?? "")) has no counterpart")
    }
  }

  /// The user inside has a number and no name.
  mutating func setUser(_ key: OldKey) {
    guard let number = Int64(key.text ?? "") else {
      return tell(key, "the user inside is 1000, whoever starts the capsule", add: "give granted folders to that user")
    }
    draft.put(.integer(number), at: ["security", "user"], from: key, for: path)
  }
}
