package import Diagnostics
internal import ManifestFormat

/// What is to be said about the program as a whole.
package enum About {
  static let summary = "run programs and signed capsules in a sandbox that the kernel enforces"

  package static let description = """
    capsrun runs a program in a sandbox that the kernel enforces: its own user, mount, pid,
    network, ipc, uts and cgroup namespaces, no capability, and an allow-list of system calls.
    What the program may reach is named beforehand, on the command line or in a manifest;
    everything else is not there. There is no daemon, and root is not needed.
    """

  static let examples: [Command.Example] = [
    ("capsrun box -- ls /", "See what a sandbox sees"),
    ("capsrun box --read . -- grep -r pattern .", "Run a command that may read the current folder"),
    ("capsrun run examples/hello", "Run a capsule"),
  ]

  /// What its exit codes mean.
  package static let exitCodes: [(code: ExitCode, meaning: String)] = [
    (.success, "The program ended with 0, or capsrun has done what it was asked for."),
    (.no, "The answer to a question is no, or not plainly yes; `fmt --check` asks one as well."),
    (.notRunning, "`capsrun status`: it does not run."),
    (.usage, "The command line is wrong, or names a running capsule or process that there is not."),
    (
      .badData,
      "A manifest or a file of variables is wrong, and every mistake was reported; or a signature does not count."
    ),
    (.noInput, "A file or folder is missing, or is not yours to run."),
    (.unavailable, "This machine or this release cannot enforce what was asked for. Nothing has run."),
    (.wrongPassword, "The password of a secret key is wrong."),
    (.failed, "A fault of capsrun itself, or of what it needs of the system."),
    (.notExecutable, "The program was found and cannot be executed."),
    (.notFound, "The program was not found inside."),
  ]

  package static let passedExitCodes = """
    A program that runs in a sandbox hands its own exit code through. One that a signal has ended
    becomes 128 and the number of the signal: 137 is SIGKILL, 143 is SIGTERM.
    """

  /// The variables of the caller that change what capsrun does.
  package static let environment: [(name: String, meaning: String)] = [
    ("NO_COLOR", "When it is set, diagnostics on a terminal have no colour."),
    ("TERM", "The kind of terminal, for a program that gets a terminal of its own."),
    ("SUDO_UID", "Set by sudo: the user that root becomes by `--user`, and whose folders root may run."),
    ("SUDO_GID", "Set by sudo: the group of that user."),
    (
      "CAPSRUN_STORE",
      "The store of capsules. Without it, this is /var/lib/capsrun for root, and an ordinary user's is in XDG_DATA_HOME."
    ),
    (
      "CAPSRUN_CONFIG",
      "The folder that says whom to trust. Without it, this is /etc/capsrun for root, and an ordinary user's is in "
        + "XDG_CONFIG_HOME."
    ),
    (
      "CAPSRUN_LOGS",
      "The folder of the logs of capsules. Without it, this is /var/log/capsrun for root, and an ordinary user's is in "
        + "XDG_STATE_HOME."
    ),
    ("XDG_CONFIG_HOME", "Without CAPSRUN_CONFIG, an ordinary user's trusted keys are in the folder capsrun below it."),
    ("XDG_DATA_HOME", "Without CAPSRUN_STORE, an ordinary user's store is the folder capsrun below it."),
    ("XDG_STATE_HOME", "Without CAPSRUN_LOGS, an ordinary user's logs are in the folder capsrun/logs below it."),
    (
      "HOME",
      "Without the XDG variables, an ordinary user's folders are .config/capsrun, .local/share/capsrun and "
        + ".local/state/capsrun/logs below it."
    ),
    (
      "CAPSRUN_RUN",
      "The folder with one folder for each running capsule. Without it, this is /run/capsrun for root, and an ordinary "
        + "user's is capsrun in XDG_RUNTIME_DIR or /run/user/UID, or /tmp/capsrun-UID where neither is his own."
    ),
    (
      "XDG_RUNTIME_DIR",
      "Without CAPSRUN_RUN, where an ordinary user's running capsules are found; and where `capsrun doctor` looks for the "
        + "bus of his systemd, if not in /run/user/UID."
    ),
    (
      "NOTIFY_SOCKET",
      "Set by systemd for a service of `Type=notify`: where `capsrun start --foreground` tells how it gets along."
    ),
    (
      "WATCHDOG_USEC",
      "Set by systemd with `WatchdogSec=`: within how many microseconds `capsrun start --foreground` has to tell that "
        + "it still works."
    ),
    ("WATCHDOG_PID", "The process that WATCHDOG_USEC is meant for."),
    ("KUBERNETES_SERVICE_HOST", "When it is set, `capsrun doctor` says that this is a pod."),
    (
      "SOURCE_DATE_EPOCH",
      "The time that `capsrun build` says it built at, in seconds since 1970; the archive is then the same to the byte."
    ),
    ("TMPDIR", "Where `capsrun build --from-zip` unpacks, instead of /tmp."),
    ("LC_ALL", "If it does not name UTF-8, `capsrun doctor` and `capsrun ps` write ASCII alone."),
    ("LC_CTYPE", "The same, where LC_ALL is not set."),
    ("LANG", "The same, where neither is set."),
  ]

  package static let environmentInside = """
    The program in the sandbox has none of the caller's variables, but HOME, LANG, PATH and TMPDIR with
    fixed values, those that `--env`, `--env-file` or the manifest names, in a capsule CAPSULE_NAME, in an installed one
    CAPSULE_ID and BUILD_SHA (both the whole id) as well, and with a
    terminal of its own TERM.

    A file for `--env-file` has lines of the form KEY=VALUE, empty lines, and comments that begin with #. The
    value is all that stands behind the first =, as it stands: quotes are a part of it, and nothing is
    evaluated. The defaults of a manifest give way to what was answered when the capsule was installed, which
    `capsrun env` shows, that and all else in it to files, an earlier file to a later one, and all of them to
    `--env`.
    """

  package static let files: [(name: String, meaning: String)] = [
    (
      Manifest.fileNames.map { "DIR/" + $0 }.joined(separator: ", "),
      "The manifest of a capsule; a folder has exactly one of these."
    ),
    ("FILE.minisig", "The signature of a file, in minisign's format."),
    ("CONFIG/trusted/*.pub", "The public keys that are trusted."),
    ("CONFIG/revoked", "The keys that are not to be trusted any more: a line for each, with id, day and reason."),
  ]
}
