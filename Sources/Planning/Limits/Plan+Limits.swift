extension Plan {
  /// Whether something in it is to be held by control groups.
  package var hasGroupLimits: Bool { limits != nil || processes.contains { $0.limitsOfGroup != nil } }

  /// All limits that control groups are to hold, each once, in the order of a manifest.
  package var limitNames: [LimitName] {
    LimitName.allCases.filter { name in
      limits?.text(of: name) != nil || processes.contains { $0.limitsOfGroup?.text(of: name) != nil }
    }
  }

  /// The same without what holds these limits, where whoever starts it can do without all of that; else nil.
  package func degraded(by degrading: Degrading, _ limits: [LimitName], cause: String) -> Plan? {
    var plan = self
    for controller in Controller.allCases where limits.contains(where: { $0.controller == controller }) {
      let layer = Degradation(controller)
      guard degrading.allowed.contains(layer), layer.tier >= degrading.minimalTier ?? layer.tier else { return nil }
      plan = plan.without(controller)
      plan.degraded.append(Degraded(layer, cause: cause))
      plan.tier = min(plan.tier, layer.tier)
    }
    return plan
  }

  /// The same without the limits that a controller holds.
  func without(_ controller: Controller) -> Plan {
    func rest(_ limits: GroupLimits?) -> GroupLimits? {
      guard let rest = limits?.without(controller), !rest.names.isEmpty else { return nil }
      return rest
    }
    var plan = self
    plan.limits = rest(limits)
    for index in plan.processes.indices { plan.processes[index].limitsOfGroup = rest(processes[index].limitsOfGroup) }
    return plan
  }
}
