package import Linux

/// A private terminal, both sides: its device is kept open, so that it has no end while there may still be programs to open it.
package final class MadeTerminal {
  package let end: PseudoTerminal
  package let device: TerminalDevice

  init(_ end: consuming PseudoTerminal) throws(SysError) {
    device = try end.device()
    self.end = end
  }
}
