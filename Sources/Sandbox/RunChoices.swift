/// What whoever starts a sandbox in the foreground has chosen beside its plan: how it is watched, and nothing that confines it.
package struct RunChoices {
  /// Nil when PID 1 makes the program itself.
  package var joining: Joining?
  package var timing: StartTiming?

  package init() {}
}
