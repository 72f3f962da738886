internal import Linux

extension KernelFacts {
  static func gather() -> KernelFacts? {
    do throws(SysError) {
      return KernelFacts(release: try KernelAbilities.release())
    } catch {
      return nil
    }
  }
}

extension SeccompFacts {
  static func gather(_ surroundings: Surroundings) -> SeccompFacts {
    let actions = catching { () throws(SysError) in
      var names: [String] = []
      for action in SeccompAction.all where try KernelAbilities.isAvailable(action) { names.append(action.name) }
      return names
    }
    let sizes: [UInt16]?
    do throws(SysError) {
      sizes = try KernelAbilities.notificationSizes()
    } catch {
      sizes = nil
    }
    return SeccompFacts(actions: actions, notificationSizes: sizes, surroundings: surroundings)
  }
}

extension LandlockFacts {
  static func gather(_ surroundings: Surroundings) -> LandlockFacts {
    LandlockFacts(
      version: catching { () throws(SysError) in try KernelAbilities.landlockVersion() },
      activeModules: .read("/sys/kernel/security/lsm"), surroundings: surroundings)
  }
}

/// The result of a call, kept as a fact.
func catching<Value>(_ body: () throws(SysError) -> Value) -> Result<Value, SysError> {
  do throws(SysError) {
    return .success(try body())
  } catch {
    return .failure(error)
  }
}
