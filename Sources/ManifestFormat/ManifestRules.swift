internal import Diagnostics

/// What must hold between the parts of a manifest, after each part is right by itself.
struct ManifestRules {
  let manifest: Manifest
  let root: Position

  func check(_ decoder: inout ManifestDecoder) {
    checkPrograms(&decoder)
    checkReleases(&decoder)
    checkNames(&decoder)
    checkActions(&decoder)
    for process in manifest.processes { check(process, &decoder) }
    checkOrder(manifest.resources, of: "the capsule", &decoder)
    if !decoder.hasErrors { checkWaiting(&decoder) }
    warnOfPatterns(&decoder)
    warnOfHabits(&decoder)
  }

  private func checkPrograms(_ decoder: inout ManifestDecoder) {
    if let entrypoint = manifest.entrypoint, !manifest.processes.isEmpty {
      decoder.problem(
        "entrypoint and processes exclude each other", at: entrypoint.position, hint: "keep the one that you mean")
    }
    for service in manifest.services where manifest.entrypoint == nil && !manifest.processes.isEmpty {
      unknownProcess(service, "services", &decoder)
    }
    if let first = manifest.services.first, manifest.entrypoint == nil, manifest.processes.isEmpty {
      decoder.problem("services without an entrypoint", at: first.position, hint: "add: entrypoint: PROGRAM")
    }
    let hasNothing =
      manifest.entrypoint == nil && manifest.processes.isEmpty && manifest.services.isEmpty
      && manifest.extensions == Manifest.Extensions()
    if hasNothing, !decoder.hasErrors {
      decoder.problem("the manifest names no program", at: root, hint: "add entrypoint: PROGRAM, or processes")
    }
  }

  private func checkReleases(_ decoder: inout ManifestDecoder) {
    check(manifest.releases.capsrun, "capsrun", Release.current, &decoder)
    check(manifest.releases.astrid, "astrid", PackageDialect.release, &decoder)
  }

  private func check(
    _ requirement: Located<VersionRequirement>?, _ program: String, _ release: String, _ decoder: inout ManifestDecoder
  ) {
    guard let requirement, let version = SemanticVersion(release), !requirement.value.allows(version) else { return }
    decoder.problem(
      "it needs \(program) \(requirement.value.text), and this is \(program) \(release)", at: requirement.position,
      hint: program == "capsrun" ? "install a release of capsrun that will do" : "change the requirement")
  }

  /// Names by which something is asked for, given twice.
  private func checkNames(_ decoder: inout ManifestDecoder) {
    let extensions = manifest.extensions
    check("cron job", manifest.cron.map(\.name), &decoder)
    check("component", extensions.components.map(\.id), &decoder)
    check("mcp_server", extensions.mcpServers.map(\.id), &decoder)
    check("tool", extensions.tools.map(\.name), &decoder)
    check("topic", extensions.topics.map(\.name), &decoder)
    check("llm_provider", extensions.llmProviders.map(\.id), &decoder)
    check("uplink", extensions.uplinks.map(\.name), &decoder)
    check("command", extensions.commands.map(\.name), &decoder)
    check("skill", extensions.skills.map(\.name), &decoder)
    check("context_file", extensions.contextFiles.map(\.name), &decoder)
  }

  private func check(_ kind: String, _ names: [Located<String>?], _ decoder: inout ManifestDecoder) {
    // Most have none, and cost nothing.
    if names.isEmpty { return }
    var lines: [String: Int] = [:]
    for case let name? in names {
      guard let line = lines.updateValue(name.position.line, forKey: name.value) else { continue }
      decoder.problem(
        "there are two of \(kind) \(quoted(name.value))", at: name.position,
        hint: "rename one; the first stands in line \(line)")
    }
  }

  private var processNames: [String] {
    manifest.entrypoint == nil
      ? manifest.processes.map(\.name) : manifest.services.isEmpty ? ["main"] : manifest.services.map(\.value)
  }

  private func checkActions(_ decoder: inout ManifestDecoder) {
    for job in manifest.cron { if let action = job.action { unknownProcess(action, "cron", &decoder) } }
    for hook in manifest.interceptors {
      if let action = hook.action { unknownProcess(action, "interceptor", &decoder) }
    }
  }

  private func unknownProcess(_ name: Located<String>, _ key: String, _ decoder: inout ManifestDecoder) {
    let known = processNames
    guard !known.contains(name.value) else { return }
    decoder.problem(
      "\(key) names \(quoted(name.value)), which is no process of this capsule", at: name.position,
      hint: suggestion(for: name.value, among: known).map { "did you mean \(quoted($0))?" }
        ?? "its processes: \(known.joined(separator: ", "))")
  }
}

// The rules of one process.
extension ManifestRules {
  private func check(_ process: Manifest.Process, _ decoder: inout ManifestDecoder) {
    checkSupervision(of: process, &decoder)
    checkLimits(process, &decoder)
    checkOrder(process.resources, of: quoted(process.name), &decoder)
    if let own = process.capabilities { checkNarrows(own, &decoder) }
    if let own = process.security.seccomp { checkNarrows(own, &decoder) }
  }

  /// What counts cannot be more than how far it may be raised.
  private func checkOrder(_ resources: Manifest.Resources, of what: String, _ decoder: inout ManifestDecoder) {
    for (name, limit) in resources.rlimits.sorted(by: { $0.key < $1.key }) {
      guard let soft = limit.soft, let hard = limit.hard, soft > hard else { continue }
      decoder.problem(
        "the soft limit \(name) of \(what) is above its hard limit", at: resources.place.position,
        hint: "lower soft, or raise hard")
    }
  }

  private func checkLimits(_ process: Manifest.Process, _ decoder: inout ManifestDecoder) {
    let own = process.resources
    let whole = manifest.resources
    var pairs: [(String, Bool)] = [
      ("memory_max", exceeds(own.memoryMax, whole.memoryMax)),
      ("memory_high", exceeds(own.memoryHigh, whole.memoryHigh)),
      ("swap_max", exceeds(own.swapMax, whole.swapMax)), ("pids_max", exceeds(own.pidsMax, whole.pidsMax)),
      ("cpu_quota", exceeds(own.cpuQuota?.microsecondsPerPeriod, whole.cpuQuota?.microsecondsPerPeriod)),
      ("cpus", hasFurtherProcessors(own.cpus, than: whole.cpus)),
    ]
    for (device, limit) in own.ioMax.sorted(by: { $0.key < $1.key }) {
      guard let most = whole.ioMax[device] else { continue }
      let isMore =
        exceeds(limit.readBytes, most.readBytes) || exceeds(limit.writeBytes, most.writeBytes)
        || exceeds(limit.reads, most.reads) || exceeds(limit.writes, most.writes)
      pairs.append(("io_max.\(device)", isMore))
    }
    for (name, limit) in own.rlimits.sorted(by: { $0.key < $1.key }) {
      guard let most = whole.rlimits[name]?.hard else { continue }
      pairs.append(("rlimits.\(name)", limit.hard.map { $0 > most } ?? true))
    }
    for (key, isExceeded) in pairs where isExceeded {
      decoder.problem(
        "\(key) of \(quoted(process.name)) is more than that of the whole capsule", at: own.place.position,
        hint: "lower it, or raise the capsule's")
    }
  }

  private func exceeds(_ own: Int?, _ whole: Int?) -> Bool {
    guard let own, let whole else { return false }
    return own > whole
  }

  /// Whether a list of processors, such as `0-3,6`, has one that another has not.
  private func hasFurtherProcessors(_ own: String?, than whole: String?) -> Bool {
    guard let own, let whole else { return false }
    let allowed = Self.ranges(whole)
    return Self.ranges(own).contains { range in
      // Ranges may touch each other, so each is cut down by all that are allowed.
      var first = range.lowerBound
      for other in allowed.sorted(by: { $0.lowerBound < $1.lowerBound }) where other.contains(first) {
        first = other.upperBound + 1
      }
      return first <= range.upperBound
    }
  }

  private static func ranges(_ list: String) -> [ClosedRange<Int>] {
    list.split(separator: ",").compactMap { part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      guard let first = ends.first, let last = ends.last, first <= last else { return nil }
      return first...last
    }
  }

  private func exceeds(_ own: MemoryAmount?, _ whole: MemoryAmount?) -> Bool {
    switch (own, whole) {
    case (.bytes(let a), .bytes(let b)): a > b
    case (.percent(let a), .percent(let b)): a > b
    case (.unlimited, .bytes), (.unlimited, .percent): true
    default: false
    }
  }

  /// A process may narrow what its capsule may, and nothing more.
  private func checkNarrows(_ own: Manifest.OwnCapabilities, _ decoder: inout ManifestDecoder) {
    let whole = manifest.capabilities
    let files = FileGrants(read: whole.read.map(\.value), write: whole.write.map(\.value))
    for (key, grants, access) in [("fs_read", own.read, FileGrants.Access.read), ("fs_write", own.write, .write)] {
      for grant in grants ?? [] {
        if case .granted = files.decision(for: grant.value.path, access) { continue }
        widens(key, grant.value.text, at: grant.position, &decoder)
      }
    }
    checkListed("listen", own.listen ?? [], whole.listen, &decoder)
    checkListed("devices", own.devices ?? [], whole.devices, &decoder)
    checkListed("unix", own.unix ?? [], whole.unix, &decoder)
    switch (own.network, whole.network) {
    case (.host, .only): widens("net", "host", at: own.place.position, &decoder)
    case (.only(let mine), .only(let all)):
      for grant in mine where !all.contains(where: { $0.value.covers(grant.value) }) {
        widens("net", grant.value.description, at: grant.position, &decoder)
      }
    case (_, .host), (nil, _): break
    }
  }

  /// A profile of the capsule's own narrows by itself, wherever it stands.
  private func checkNarrows(_ own: Located<String>, _ decoder: inout ManifestDecoder) {
    let whole = manifest.security.seccomp?.value ?? "default"
    guard !ProfileNames.isFile(own.value), !ProfileNames.isFile(whole), !ProfileNames.narrows(own.value, whole) else {
      return
    }
    decoder.problem(
      "seccomp \(quoted(own.value)) is more than the capsule itself may, which is \(quoted(whole))", at: own.position,
      hint: "a process may only narrow; write security: { seccomp: \(own.value) } for the capsule")
  }

  private func checkListed<Grant: WrittenGrant>(
    _ key: String, _ own: [Located<Grant>], _ whole: [Located<Grant>], _ decoder: inout ManifestDecoder
  ) {
    for grant in own where !whole.contains(grant) {
      widens(key, grant.value.description, at: grant.position, &decoder)
    }
  }

  private func widens(_ key: String, _ text: String, at place: Position, _ decoder: inout ManifestDecoder) {
    decoder.problem(
      "\(key) \(quoted(text)) is more than the capsule itself may", at: place,
      hint: "a process may only narrow; add it to the capsule's own capabilities")
  }
}

// Rules over several processes.
extension ManifestRules {
  /// A pattern that is published to provides less than its author may think.
  private func warnOfPatterns(_ decoder: inout ManifestDecoder) {
    guard manifest.dependencies.provides.isEmpty else { return }
    for topic in manifest.capabilities.publish where topic.value.split(separator: ".").contains("*") {
      decoder.warning(
        "what follows from ipc_publish \(quoted(topic.value)) is one part between dots alone", at: topic.position,
        hint: "name what it provides in dependencies.provides")
    }
  }
}
