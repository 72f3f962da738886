package import ManifestFormat

/// Answers questions about a plan from the plan itself, so that the answer is about what would be executed.
package struct Judge {
  private let network: Manifest.NetworkGrants
  private let listen: [ListenGrant]
  private let files: FileRulings
  private let call: (String) -> Ruling?

  /// `look` tells what stands at a path of the host, without following a link; `call` what the plan's filter answers to a
  /// system call, or nil when there is none of that name.
  package init(
    _ plan: Plan, _ capabilities: Manifest.Capabilities, look: @escaping (String) -> HostFile?,
    call: @escaping (String) -> Ruling?
  ) {
    self.call = call
    network = capabilities.network
    listen = capabilities.listen.map(\.value)
    files = FileRulings(files: PlannedFiles(plan: plan, look: look))
  }

  /// The answer; nil for a system call that this machine does not have.
  package func ruling(_ question: Question) -> Ruling? {
    switch question {
    case .read(let path): files.ruling(.read, path)
    case .write(let path): files.ruling(.write, path)
    case .socket(let path): files.ruling(connectingTo: path)
    case .connect(let target): ruling(connecting: target)
    case .listen(let port): ruling(listeningOn: port)
    case .capability: Ruling(.no, "all five sets of capabilities are empty", by: .capabilities)
    case .systemCall(let name): call(name)
    }
  }

  private func ruling(connecting target: NetTarget) -> Ruling {
    if target.isLoopback {
      return Ruling(.yes, "the sandbox has a loopback interface of its own, with its own servers alone", by: .network)
    }
    guard case .only(let grants) = network else {
      return Ruling(.no, "net: host is declared, which this release does not execute", by: .network)
    }
    switch NetGrants(grants.map(\.value)).decision(for: target) {
    case .granted(let grant):
      return Ruling(.no, "net \"\(grant)\" grants it, which this release does not execute", by: .network)
    case .denied(let denial): return Ruling(.no, denial.explanation, by: .network)
    }
  }

  private func ruling(listeningOn port: Int) -> Ruling {
    guard port >= Self.firstOpenPort else {
      return Ruling(
        .no, "ports below \(Self.firstOpenPort) need NET_BIND_SERVICE, and no capability is kept", by: .capabilities)
    }
    let grant = listen.first { Int($0.insidePort) == port }
    return Ruling(
      .yes,
      grant.map { "inside; from outside by listen \"\($0)\", which this release does not execute" }
        ?? "inside alone: no listen grant leads to it from outside", by: .network)
  }

  /// net.ipv4.ip_unprivileged_port_start of a new network namespace.
  private static let firstOpenPort = 1024
}

extension NetTarget {
  fileprivate var isLoopback: Bool {
    switch host {
    case .name(let name): name.description == "localhost"
    case .address(let address): address.scope == .loopback
    }
  }
}
