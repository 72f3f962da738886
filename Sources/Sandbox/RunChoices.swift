/// What whoever starts a sandbox in the foreground has chosen beside its plan: how it is watched, and nothing that confines it.
package struct RunChoices {
  /// Nil when PID 1 makes the program itself.
  package var joining: Joining?
  package var timing: StartTiming?
  /// Where the control groups are made, which a plan with limits takes.
  package var groups: GroupPlace?
  /// Whether what is refused to the program is written down.
  package var tracesDenials = false

  package init() {}
}
