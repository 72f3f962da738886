internal import Linux

/// The keeper from its first instruction on, as a copy of the supervisor.
enum KeeperProcess {
  static func run(
    _ duty: KeeperDuty, _ folder: OpenPlace, _ socket: consuming MessageSocket, _ kept: [DescriptorNumber]
  ) -> Never {
    do throws(SysError) {
      // First, as a signal that is meant for the supervisor's group could end it before.
      try CurrentProcess.blockSignals()
      try CurrentProcess.startSession()
      duty.begin()
      try Descriptor.closeAll(except: KeptDescriptors(kept + [socket.keptNumber, folder.descriptor.keptNumber]))
      try StandardStream.leave(duty.echoes ? [.input] : [.input, .output, .error])
      try CurrentProcess.raiseFileLimit()
      CurrentProcess.setFileCreationMask(0o077)
      // The folder where it was called must not be kept from being unmounted.
      try changeFolder(to: "/")
      let keeper = try Keeper(duty, folder, socket)
      try keeper.run()
    } catch {
      CurrentProcess.exit(125)
    }
    CurrentProcess.exit(0)
  }
}
