/// What is in no capsule unless a `.capsuleignore` brings it back: `!.git` does, as these rules stand before its first
/// line.
///
/// The list is short on purpose, for a program must not miss what its author has seen in the folder. So `__pycache__`,
/// `node_modules` and `.env` are packed: the first saves time at a start, the second is what a program of Node.js runs
/// on, and leaving out the third would hide from whoever signs a capsule that there is a secret in the folder.
enum DefaultRules {
  private static let history = "the history of a version control system is not part of the program"
  private static let earlier = "a capsule of an earlier build is not part of the next"

  private static let all = [
    // Without a slash at the end: in a work tree or submodule it is a file.
    (".git", history), (".hg", history), (".svn", history),
    // It says what is packed and is of no use to the program; packed, a comment in it would change the id.
    (IgnoreFile.name, "it is for the build and not for the program"),
    ("/capsule-*.tar.gz", earlier), ("/capsule-*.tar.gz.minisig", earlier),
    ("/capsule-*.tar.zst", earlier), ("/capsule-*.tar.zst.minisig", earlier),
  ]

  static let patterns = all.enumerated().map { IgnorePattern(Array($1.0.utf8), line: $0 + 1) }

  static func rule(of pattern: IgnorePattern) -> PackingRule {
    PackingRule(
      origin: .builtIn(reason: all[pattern.line - 1].1), line: pattern.line, pattern: pattern.text)
  }
}
