internal import Linux
internal import Planning

extension DropPrivilegesStep {
  func execute(on site: BuildingSite) throws(SysError) {
    // Outside of a user namespace of its own an ordinary user cannot empty the bounding set; no_new_privs makes it idle.
    if site.hasNamespaces {
      try CurrentProcess.dropAllCapabilities()
    } else {
      try CurrentProcess.giveUpCapabilities()
    }
    try CurrentProcess.forbidNewPrivileges()
  }
}
